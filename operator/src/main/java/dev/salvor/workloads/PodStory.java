package dev.salvor.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;

/** What a person needs to know of a pod that is in the way, or that does not come up. */
final class PodStory {
  /** Reasons of a waiting container that say nothing is wrong yet. */
  private static final Set<String> ON_ITS_WAY = Set.of("ContainerCreating", "PodInitializing", "");

  private PodStory() {}

  /** True for Succeeded and Failed: nothing runs in it any more, and nothing will. */
  static boolean finished(Seen pod) {
    var phase = pod.text("/status/phase");
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  /** Why it is still there. */
  static String blocking(ClusterReader cluster, Seen pod) {
    var story = new ArrayList<String>();
    story.add(pod.text("/status/phase").isEmpty() ? "Pending" : pod.text("/status/phase"));
    if (pod.terminating()) {
      story.add(
          "terminating, to be gone by "
              + pod.text("/metadata/deletionTimestamp")
              + " after a grace period of "
              + pod.number("/metadata/deletionGracePeriodSeconds", 30)
              + " s");
    }
    var finalizers = new ArrayList<String>();
    pod.at("/metadata/finalizers").forEach(finalizer -> finalizers.add(finalizer.asText()));
    if (!finalizers.isEmpty()) story.add("held by its finalizers " + String.join(", ", finalizers));
    var node = pod.text("/spec/nodeName");
    if (pod.terminating() && !node.isEmpty() && !ready(cluster, node))
      story.add("its node " + node + " is not ready, so nobody confirms that it has stopped");
    return "pod " + pod.namespace() + "/" + pod.name() + " (" + String.join("; ", story) + ")";
  }

  /** What a person can type to be rid of it. */
  static String deletion(Seen pod) {
    return "delete it: kubectl -n " + pod.namespace() + " delete pod " + pod.name();
  }

  /** Why it is not ready; empty if it is. */
  static Optional<String> trouble(Seen pod) {
    if (pod.isTrue("Ready")) return Optional.empty();
    var name = "pod " + pod.namespace() + "/" + pod.name();
    if (pod.terminating()) return Optional.of(name + " is terminating");
    if (finished(pod))
      return Optional.of(
          name + " is " + pod.text("/status/phase") + detail(pod.at("/status"), "reason"));
    var scheduled = pod.condition("PodScheduled");
    if (scheduled.path("status").asText().equals("False"))
      return Optional.of(name + " cannot be scheduled" + detail(scheduled, "message"));
    for (var list : new String[] {"/status/initContainerStatuses", "/status/containerStatuses"}) {
      for (var container : pod.at(list)) {
        var waiting = container.at("/state/waiting");
        if (!ON_ITS_WAY.contains(waiting.path("reason").asText("")))
          return Optional.of(
              name
                  + ": container "
                  + container.path("name").asText()
                  + " is in "
                  + waiting.path("reason").asText()
                  + detail(waiting, "message")
                  + last(container));
      }
    }
    for (var container : pod.at("/status/containerStatuses")) {
      if (container.at("/state").has("running") && !container.path("ready").asBoolean(false))
        return Optional.of(
            name
                + ": container "
                + container.path("name").asText()
                + " runs, but its startup or readiness probe does not answer yet");
    }
    return Optional.of(name + " is starting");
  }

  private static String last(JsonNode container) {
    var terminated = container.at("/lastState/terminated");
    return terminated.isObject()
        ? ", last exit code " + terminated.path("exitCode").asInt() + detail(terminated, "reason")
        : "";
  }

  private static boolean ready(ClusterReader cluster, String node) {
    return cluster
        .get(Kinds.NODE.ref(node))
        .map(seen -> seen.condition("Ready").path("status").asText("True").equals("True"))
        .orElse(false);
  }

  private static String detail(JsonNode object, String field) {
    var text = object.path(field).asText("");
    return text.isEmpty() ? "" : ": " + text;
  }
}
