package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The scheduler: a pod without gates gets a node once all its claims are bound, on a node that all
 * its volumes, its selector and its affinity to hostnames allow. For claims of a class that waits
 * it picks the node first. Requests and anti-affinity are not looked at.
 */
public final class SchedulerModel implements Model {
  private static final String HOSTNAME = "kubernetes.io/hostname";

  @Override
  public void act(World world) {
    for (var pod : world.look(Kinds.POD, "")) {
      if (!pod.terminating() && !pod.has("/spec/nodeName") && !Pods.isFinished(pod))
        schedule(world, pod);
    }
  }

  private static void schedule(World world, Seen pod) {
    if (!pod.at("/spec/schedulingGates").isEmpty()) {
      unscheduled(
          world, pod, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates");
      return;
    }
    var nodes = nodes(world, pod);
    var delayed = new ArrayList<Seen>();
    var unbound = 0;
    for (var name : Pods.claims(pod)) {
      var claim = world.look(Kinds.PVC.ref(pod.namespace(), name));
      if (claim.isEmpty()) {
        unscheduled(
            world, pod, "Unschedulable", "persistentvolumeclaim \"" + name + "\" not found");
        return;
      }
      if (claim.get().terminating()) {
        unscheduled(
            world, pod, "Unschedulable", "persistentvolumeclaim \"" + name + "\" is being deleted");
        return;
      }
      if (claim.get().text("/status/phase").equals("Bound")) {
        world
            .look(Kinds.PV.ref(claim.get().text("/spec/volumeName")))
            .ifPresent(volume -> nodes.removeIf(node -> !allows(volume, node)));
        continue;
      }
      unbound++;
      if (PvBinderModel.isDelayed(
          world
              .look(Kinds.STORAGE_CLASS.ref(claim.get().text("/spec/storageClassName")))
              .orElse(null))) delayed.add(claim.get());
      var selected = claim.get().annotation(PvBinderModel.NODE);
      if (!selected.isEmpty()) nodes.removeIf(node -> !node.equals(selected));
    }
    if (nodes.isEmpty()) {
      unscheduled(
          world,
          pod,
          "Unschedulable",
          "0/1 nodes are available: 1 node(s) had volume node affinity conflict");
      return;
    }
    var node = leastUsed(world, nodes);
    if (unbound == 0) {
      place(world, pod, node);
      return;
    }
    for (var claim : delayed) world.save(claim.edit().annotate(PvBinderModel.NODE, node));
    unscheduled(world, pod, "Unschedulable", "pod has unbound immediate PersistentVolumeClaims");
  }

  private static void place(World world, Seen pod, String node) {
    var placed = pod.json().deepCopy();
    placed.withObject("/spec").put("nodeName", node);
    condition(placed, "PodScheduled", true, "", "");
    world.update(placed);
  }

  private static void unscheduled(World world, Seen pod, String reason, String message) {
    var told = pod.json().deepCopy();
    condition(told, "PodScheduled", false, reason, message);
    world.update(told);
  }

  /** Sets a condition of a pod, and leaves the others. */
  static void condition(ObjectNode pod, String type, boolean is, String reason, String message) {
    var conditions = pod.withObject("/status").withArray("conditions");
    ObjectNode own = null;
    for (var one : conditions) {
      if (one.path("type").asText().equals(type) && one instanceof ObjectNode found) own = found;
    }
    if (own == null) own = conditions.addObject().put("type", type);
    own.put("status", is ? "True" : "False");
    if (reason.isEmpty()) own.remove(List.of("reason", "message"));
    else own.put("reason", reason).put("message", message);
  }

  /** A cluster without Node objects has one node, {@code node-1}. */
  private static Set<String> nodes(World world, Seen pod) {
    var found = new HashSet<String>();
    var all = world.look(Kinds.NODE, "");
    for (var node : all)
      if (!node.flag("/spec/unschedulable") && answers(node)) found.add(node.name());
    if (all.isEmpty()) found.add("node-1");
    var selector = pod.at("/spec/nodeSelector").path(HOSTNAME).asText("");
    if (!selector.isEmpty()) found.removeIf(node -> !node.equals(selector));
    var required =
        pod.at("/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution");
    if (required.isObject()) found.removeIf(node -> !matches(required, node));
    return found;
  }

  /** A node that says nothing of itself is taken for a good one. */
  private static boolean answers(Seen node) {
    for (var condition : node.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready"))
        return condition.path("status").asText().equals("True");
    }
    return true;
  }

  private static boolean allows(Seen volume, String node) {
    var required = volume.at("/spec/nodeAffinity/required");
    return !required.isObject() || matches(required, node);
  }

  /** One term is enough; of the expressions only those about hostnames count. */
  private static boolean matches(JsonNode selector, String node) {
    for (var term : selector.path("nodeSelectorTerms")) {
      var all = true;
      for (var expression : term.path("matchExpressions")) {
        if (!expression.path("key").asText().equals(HOSTNAME)) continue;
        var named = false;
        for (var value : expression.path("values")) named |= value.asText().equals(node);
        all &= named != expression.path("operator").asText().equals("NotIn");
      }
      if (all) return true;
    }
    return false;
  }

  private static String leastUsed(World world, Set<String> nodes) {
    var pods = world.look(Kinds.POD, "");
    Optional<String> best =
        nodes.stream()
            .min(
                Comparator.<String>comparingLong(node ->
                        pods.stream()
                            .filter(pod -> pod.text("/spec/nodeName").equals(node))
                            .count())
                    .thenComparing(Comparator.naturalOrder()));
    return best.orElseThrow();
  }
}
