package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.util.Comparator;

/**
 * The controller of ReplicaSets. Pods that match and belong to nobody are its own too, and of too
 * many it deletes the least useful first: that is how it kills a pod that a restore brought.
 */
public final class ReplicaSetModel implements Model {
  @Override
  public boolean isTimeless() {
    return true;
  }

  @Override
  public void act(World world) {
    for (var set : world.look(Kinds.REPLICA_SET, "")) {
      if (!set.terminating()) sync(world, set);
    }
  }

  private static void sync(World world, Seen set) {
    var wanted = set.number("/spec/replicas", 1);
    var pods =
        Pods.of(world, set).stream()
            .filter(pod -> !Pods.isFinished(pod))
            .sorted(Comparator.comparingInt(ReplicaSetModel::use))
            .toList();
    for (var i = 0; i < pods.size() - wanted; i++) world.delete(pods.get(i).ref());
    for (var i = pods.size(); i < wanted; i++) {
      var pod = Pods.from(set, set.at("/spec/template"), "");
      pod.withObject("/metadata").remove("name");
      pod.withObject("/metadata").put("generateName", set.name() + "-");
      world.create(pod);
    }
    var living = Pods.of(world, set);
    world
        .look(set.ref())
        .ifPresent(fresh -> {
          var told = fresh.json().deepCopy();
          var status = told.withObject("/status");
          status.put("observedGeneration", fresh.number("/metadata/generation", 1));
          counts(status, living.size(), living.stream().filter(Pods::isReady).count());
          world.update(told);
        });
  }

  /** As the API has it: no ready replicas is no field. */
  static void counts(ObjectNode status, long replicas, long ready) {
    status.put("replicas", replicas);
    if (ready > 0) status.put("readyReplicas", ready).put("availableReplicas", ready);
    else status.remove(java.util.List.of("readyReplicas", "availableReplicas"));
  }

  private static int use(Seen pod) {
    if (!pod.has("/spec/nodeName")) return 0;
    if (!pod.text("/status/phase").equals("Running")) return 1;
    return Pods.isReady(pod) ? 3 : 2;
  }
}
