package dev.salvor.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether a workload has all its pods ready, as its own controller counts them (catalogue V2). */
record Readiness(ClusterReader cluster, Duration within) {

  /** Empty if it is; else what is missing and the first pod that says why. */
  Optional<String> missing(Seen workload) {
    var wanted =
        Kinds.DAEMON_SET.of(workload.ref())
            ? workload.number("/status/desiredNumberScheduled", 0)
            : workload.number(Hold.REPLICAS, 1);
    var name = workload.ref().text();
    if (workload.number("/status/observedGeneration", 0)
        < workload.number("/metadata/generation", 0))
      return Optional.of(name + ": its controller has not taken note yet");
    var ready =
        workload.number(
            Kinds.DAEMON_SET.of(workload.ref()) ? "/status/numberReady" : "/status/readyReplicas",
            0);
    var total = workload.number("/status/replicas", 0);
    if (ready < wanted || (Hold.scales(workload.ref()) && total > wanted))
      return Optional.of(name + ": " + ready + " of " + wanted + " ready" + why(workload));
    if (rolls(workload) && workload.number("/status/updatedReplicas", 0) < wanted)
      return Optional.of(name + ": not all pods are of the current template" + why(workload));
    return Optional.empty();
  }

  private String why(Seen workload) {
    var climb = new Climb(cluster);
    var troubles =
        cluster.list(Kinds.POD, workload.namespace()).stream()
            .filter(pod -> climb.uid(pod).equals(workload.uid()))
            .flatMap(pod -> PodStory.trouble(pod).stream())
            .limit(2)
            .collect(Collectors.joining("; "));
    var text = troubles.isEmpty() ? conditions(workload) : troubles;
    return (text.isEmpty() ? "" : ", " + text) + budget(workload);
  }

  /** What the controller says where it has no pod: quota, admission, pod security. */
  private static String conditions(Seen workload) {
    return workload.isTrue("ReplicaFailure")
        ? workload.condition("ReplicaFailure").path("message").asText()
        : "";
  }

  /** A StatefulSet with OnDelete or a partition keeps pods of an older template on purpose. */
  private static boolean rolls(Seen workload) {
    if (Kinds.DEPLOYMENT.of(workload.ref())) return true;
    return Kinds.STATEFUL_SET.of(workload.ref())
        && !workload.text("/spec/updateStrategy/type").equals("OnDelete")
        && workload.number("/spec/updateStrategy/rollingUpdate/partition", 0) == 0;
  }

  /** An application that is given longer to start than we are told to wait (catalogue A6.10). */
  private String budget(Seen workload) {
    var longest = Duration.ZERO;
    for (var container : workload.at("/spec/template/spec/containers")) {
      var allowed = startup(container.path("startupProbe"));
      if (allowed.compareTo(longest) > 0) longest = allowed;
    }
    return longest.compareTo(within) <= 0
        ? ""
        : "; its startup probe allows it "
            + longest.toMinutes()
            + " min, longer than verification.workloadsReady ("
            + within.toMinutes()
            + " min)";
  }

  private static Duration startup(JsonNode probe) {
    return probe.isMissingNode()
        ? Duration.ZERO
        : Duration.ofSeconds(
            probe.path("initialDelaySeconds").asLong(0)
                + probe.path("periodSeconds").asLong(10)
                    * probe.path("failureThreshold").asLong(3));
  }
}
