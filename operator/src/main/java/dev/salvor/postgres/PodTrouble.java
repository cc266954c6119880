package dev.salvor.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Seen;
import java.util.Set;

/** Why a pod of a Cluster is not ready, for a person who has to mend it. */
final class PodTrouble {
  /** Reasons of a waiting container that say nothing is wrong yet. */
  private static final Set<String> ON_ITS_WAY = Set.of("ContainerCreating", "PodInitializing", "");

  /** Enough to find the last error of a PostgreSQL that prints its start before it gives up. */
  private static final int LINES = 200;

  private PodTrouble() {}

  static String of(ClusterReader cluster, Seen pod) {
    var name = "pod " + pod.name();
    if (pod.terminating()) return name + " is terminating";
    var scheduled = pod.condition("PodScheduled");
    if (scheduled.path("status").asText().equals("False"))
      return name + " cannot be scheduled" + detail(scheduled, "message");
    for (var list : new String[] {"/status/initContainerStatuses", "/status/containerStatuses"})
      for (var container : pod.at(list)) {
        var waiting = container.at("/state/waiting");
        if (!ON_ITS_WAY.contains(waiting.path("reason").asText("")))
          return name
              + ": container "
              + container.path("name").asText()
              + " is in "
              + waiting.path("reason").asText()
              + detail(waiting, "message")
              + last(container)
              + fatal(cluster, pod);
      }
    var phase = pod.text("/status/phase");
    if (phase.equals("Failed") || phase.equals("Succeeded"))
      return name + " is " + phase + detail(pod.at("/status"), "message") + fatal(cluster, pod);
    return name + " is starting" + fatal(cluster, pod);
  }

  private static String fatal(ClusterReader cluster, Seen pod) {
    return PostgresLog.lastFatal(cluster.log(pod.ref(), InstancePods.CONTAINER, LINES))
        .map(line -> "; PostgreSQL said: " + line)
        .orElse("");
  }

  private static String last(JsonNode container) {
    var terminated = container.at("/lastState/terminated");
    return terminated.isObject()
        ? ", last exit code " + terminated.path("exitCode").asInt() + detail(terminated, "reason")
        : "";
  }

  private static String detail(JsonNode object, String field) {
    var text = object.path(field).asText("");
    return text.isEmpty() ? "" : ": " + text;
  }
}
