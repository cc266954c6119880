package dev.salvor.movers;

import dev.salvor.api.VolumeSource.RestoreJob;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Redaction;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What all containers of a restore's Job have printed. It may have credentials in it: it is never
 * handed on but by {@link #tail}.
 */
record JobLog(String text) {
  private static final int LINES = 2_000;
  private static final int TOLD = 5;

  static JobLog none() {
    return new JobLog("");
  }

  /** The one pod of the Job: it is not tried twice. */
  static Optional<Seen> pod(ClusterReader cluster, Seen job) {
    return cluster.list(Kinds.POD, job.namespace()).stream()
        .filter(one -> one.ownedBy(job.uid()))
        .findFirst();
  }

  static JobLog of(ClusterReader cluster, Seen pod) {
    var all = new StringBuilder();
    for (var list : List.of("/spec/initContainers", "/spec/containers"))
      for (var container : pod.at(list))
        all.append(cluster.log(pod.ref(), container.path("name").asText(), LINES)).append('\n');
    return new JobLog(all.toString());
  }

  boolean blank() {
    return text.isBlank();
  }

  boolean says(String pattern) {
    var wanted = Pattern.compile(pattern);
    return text.lines().anyMatch(line -> wanted.matcher(line).find());
  }

  /** The last lines, for people who may not read the Secrets of the namespace. */
  String tail(RestoreJob job) {
    var hidden = text;
    for (var capture : job.allCaptures())
      for (var value : Captured.values(hidden, capture))
        if (!value.isBlank()) hidden = hidden.replace(value, "***");
    var lines = hidden.strip().lines().toList();
    return Redaction.of(
        String.join("\n", lines.subList(Math.max(0, lines.size() - TOLD), lines.size())));
  }
}
