package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;

/**
 * The controller of StatefulSets (Kubernetes pkg/controller/statefulset): makes the claims that are
 * missing by itself (swap.md B14), waits on one that is being deleted, and under {@code whenScaled:
 * Delete} gives the claims of a pod that has to go to that pod (B13).
 */
public final class StatefulSetModel implements Model {
  @Override
  public boolean isTimeless() {
    return true;
  }

  @Override
  public void act(World world) {
    for (var set : world.look(Kinds.STATEFUL_SET, "")) {
      if (!set.terminating()) sync(world, set);
    }
  }

  private static void sync(World world, Seen set) {
    Pods.of(world, set);
    var wanted = set.number("/spec/replicas", 1);
    var ordered = !set.text("/spec/podManagementPolicy").equals("Parallel");
    var busy = false;
    for (var ordinal = 0; ordinal < wanted && !(ordered && busy); ordinal++) {
      var pod = world.look(Kinds.POD.ref(set.namespace(), set.name() + "-" + ordinal));
      if (pod.isEmpty()) {
        if (claims(world, set, ordinal)) world.create(pod(set, ordinal));
        busy = true;
      } else if (Pods.isFinished(pod.get()) && Pods.isOwnedBy(pod.get(), set)) {
        world.delete(pod.get().ref());
        busy = true;
      } else {
        busy |= !Pods.isReady(pod.get());
      }
    }
    if (!(ordered && busy)) condemn(world, set, wanted, ordered);
    tell(world, set);
  }

  /** Highest ordinal first, one at a time if ordered. */
  private static void condemn(World world, Seen set, long wanted, boolean ordered) {
    var surplus =
        world.look(Kinds.POD, set.namespace()).stream()
            .filter(pod -> Pods.isOwnedBy(pod, set) && ordinal(pod) >= wanted)
            .sorted((one, other) -> Integer.compare(ordinal(other), ordinal(one)))
            .toList();
    for (var pod : surplus) {
      if (!pod.terminating()) {
        if (set.text("/spec/persistentVolumeClaimRetentionPolicy/whenScaled").equals("Delete"))
          giveClaimsTo(world, set, pod);
        world.delete(pod.ref());
      }
      if (ordered) return;
    }
  }

  private static void giveClaimsTo(World world, Seen set, Seen pod) {
    for (var template : set.at("/spec/volumeClaimTemplates")) {
      var name = claim(set, template, ordinal(pod));
      world
          .look(Kinds.PVC.ref(set.namespace(), name))
          .filter(claim -> !Pods.isOwnedBy(claim, pod))
          .ifPresent(claim -> {
            var given = claim.json().deepCopy();
            given.withObject("/metadata").remove("ownerReferences");
            Pods.own(given, pod);
            world.update(given);
          });
    }
  }

  /** Makes what is missing; false while a claim is on its way out. */
  private static boolean claims(World world, Seen set, int ordinal) {
    var all = true;
    for (var template : set.at("/spec/volumeClaimTemplates")) {
      var name = claim(set, template, ordinal);
      var there = world.look(Kinds.PVC.ref(set.namespace(), name));
      if (there.isPresent()) {
        all &= !there.get().terminating();
        continue;
      }
      var claim = set.json().objectNode();
      claim.put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
      var meta = claim.putObject("metadata").put("name", name).put("namespace", set.namespace());
      meta.putObject("labels");
      for (var from :
          java.util.List.of(set.at("/spec/selector/matchLabels"), template.at("/metadata/labels")))
        from.properties()
            .forEach(label -> meta.withObject("/labels").set(label.getKey(), label.getValue()));
      if (template.path("metadata").has("annotations"))
        meta.set("annotations", template.at("/metadata/annotations").deepCopy());
      claim.set("spec", template.path("spec").deepCopy());
      world.create(claim);
    }
    return all;
  }

  private static ObjectNode pod(Seen set, int ordinal) {
    var pod = Pods.from(set, set.at("/spec/template"), set.name() + "-" + ordinal);
    pod.withObject("/metadata/labels")
        .put("statefulset.kubernetes.io/pod-name", set.name() + "-" + ordinal)
        .put("apps.kubernetes.io/pod-index", Integer.toString(ordinal));
    pod.withObject("/spec").put("hostname", set.name() + "-" + ordinal);
    for (var template : set.at("/spec/volumeClaimTemplates")) {
      pod.withObject("/spec")
          .withArray("volumes")
          .addObject()
          .put("name", template.at("/metadata/name").asText())
          .putObject("persistentVolumeClaim")
          .put("claimName", claim(set, template, ordinal));
    }
    return pod;
  }

  private static String claim(Seen set, JsonNode template, int ordinal) {
    return template.at("/metadata/name").asText() + "-" + set.name() + "-" + ordinal;
  }

  private static int ordinal(Seen pod) {
    var number = pod.name().substring(pod.name().lastIndexOf('-') + 1);
    return number.chars().allMatch(Character::isDigit) ? Integer.parseInt(number) : -1;
  }

  private static void tell(World world, Seen set) {
    var living = Pods.of(world, set);
    world
        .look(set.ref())
        .ifPresent(fresh -> {
          var told = fresh.json().deepCopy();
          var status = told.withObject("/status");
          status.put("observedGeneration", fresh.number("/metadata/generation", 1));
          status.put("currentReplicas", living.size()).put("updatedReplicas", living.size());
          ReplicaSetModel.counts(
              status, living.size(), living.stream().filter(Pods::isReady).count());
          world.update(told);
        });
  }
}
