package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether a Cluster takes writes on the planned primary. */
final class Serving {
  private Serving() {}

  /** What is missing, with the pods that do not start and why; empty if it serves. */
  static Optional<String> missing(ClusterReader cluster, Facts facts, CnpgCluster live) {
    var primary = Recorded.primary(facts);
    var missing = new ArrayList<String>();
    if (!live.targetPrimary().equals(primary) || !live.primary().equals(primary))
      missing.add(
          "the primary is to be "
              + primary
              + ", the operator says "
              + (live.primary().isEmpty() ? "none yet" : live.primary())
              + (live.targetPrimary().equals(live.primary())
                  ? ""
                  : " and wants " + live.targetPrimary()));
    var pod = cluster.get(Kinds.POD.ref(live.namespace(), primary));
    if (pod.isEmpty()) missing.add("pod " + primary + " is not there yet: phase " + live.story());
    else if (!InstancePods.ready(pod.get())) missing.add(PodTrouble.of(cluster, pod.get()));
    else if (!InstancePods.primary(pod.get()))
      missing.add("Service " + live.name() + "-rw does not lead to pod " + primary + " yet");
    return missing.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", missing));
  }

  /** Every pod that is not ready, and why; empty if all are. Jobs that have done theirs stay. */
  static String troubles(ClusterReader cluster, CnpgCluster live) {
    return InstancePods.of(cluster, live).stream()
        .filter(pod -> !InstancePods.ready(pod))
        .filter(pod ->
            pod.label(Cnpg.JOB_ROLE).isEmpty() || !pod.text("/status/phase").equals("Succeeded"))
        .map(pod -> PodTrouble.of(cluster, pod))
        .collect(Collectors.joining("; "));
  }
}
