package dev.salvor.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The pods of a recovery, oldest first, and what their logs say. Found by label and not by name:
 * newer versions recover in the instance's pod, without a Job.
 */
record RecoveryPods(ClusterReader cluster, List<Seen> pods) {
  private static final int LINES = 1000;

  /** A failure without a known cause may pass; three of them do not. */
  private static final int TRIES = 3;

  /** Where a recovery that goes on, or has failed, stands. */
  sealed interface Verdict {
    /** It goes on; how far it is. */
    record Open(String story) implements Verdict {}

    /** It is lost. */
    record Broken(String reason, String message, String remedy) implements Verdict {}
  }

  RecoveryPods {
    pods =
        pods.stream()
            .sorted(
                Comparator.comparing((Seen pod) -> pod.text("/metadata/creationTimestamp"))
                    .thenComparing(Seen::name))
            .toList();
  }

  /** Those that have not ended. */
  List<Seen> going() {
    return pods.stream().filter(pod -> !failed(pod) && !succeeded(pod)).toList();
  }

  /** True if one of them has done its work, and the instance is about to start. */
  boolean replayed() {
    return pods.stream().anyMatch(RecoveryPods::succeeded);
  }

  /** As PostgreSQL wrote it; empty if it did not, or the pod that knew is gone. */
  String lastTransaction() {
    var last = "";
    for (var pod : pods) {
      var said = log(pod).lastTransaction();
      if (!said.isEmpty()) last = said;
    }
    return last;
  }

  Verdict verdict(ClusterReader cluster, CnpgCluster copy, RecoveryPoint point) {
    var failures = pods.stream().filter(RecoveryPods::failed).toList();
    RecoveryLog latest = null;
    for (var pod : pods) {
      if (succeeded(pod)) continue;
      var log = log(pod);
      var end = log.hopeless();
      if (end.isPresent()) return lost(end.get(), log, point);
      latest = log;
    }
    if (latest != null && failures.size() >= TRIES || exhausted(cluster, copy))
      return given(failures, latest, copy);
    return new Verdict.Open(story(copy, latest, failures.size()));
  }

  private static Verdict lost(RecoveryLog.End end, RecoveryLog log, RecoveryPoint point) {
    var signature = end.signature();
    var remedy = signature.remedy();
    var bound = log.lastReplayed();
    if (signature == Signature.TARGET_NOT_REACHED && bound.isPresent()) {
      var before = bound.get().minusMillis(1).truncatedTo(ChronoUnit.MILLIS);
      remedy =
          "Set target.time to "
              + before
              + " or earlier"
              + (point.type() == RecoveryTarget.Type.Latest ? "" : ", or target.latest")
              + ", in a new recovery: the last transaction in the archive is of "
              + bound.get();
    }
    return new Verdict.Broken(
        signature.reason(),
        signature.meaning() + ": \"" + end.said() + "\"" + log.reached(),
        remedy);
  }

  private Verdict given(
      List<Seen> failures,
      @org.jspecify.annotations.Nullable RecoveryLog latest,
      CnpgCluster copy) {
    var store = latest == null ? null : latest.store();
    if (store != null)
      return new Verdict.Broken(
          "ArchiveUnreachable",
          "the recovery cannot read the archive: \"" + store + "\"",
          "Mend the bucket, its credentials or the way there, then try again");
    var said = latest == null ? "" : latest.lastError();
    return new Verdict.Broken(
        "RecoveryFailed",
        "the recovery beside failed "
            + Math.max(1, failures.size())
            + " times, "
            + (said.isEmpty() ? copy.story() : "last with \"" + said + "\"")
            + (latest == null ? "" : latest.reached()),
        "Read the logs: kubectl -n "
            + copy.namespace()
            + " logs -l "
            + Cnpg.CLUSTER
            + "="
            + copy.name()
            + " --all-containers --tail=200; a new try takes the copy away first");
  }

  private static boolean exhausted(ClusterReader cluster, CnpgCluster copy) {
    if (copy.phase().equals(Cnpg.UNRECOVERABLE)) return true;
    for (var job : cluster.list(Kinds.JOB, copy.namespace(), Map.of(Cnpg.CLUSTER, copy.name())))
      if (job.isTrue("Failed")) return true;
    return false;
  }

  private static String story(
      CnpgCluster copy, @org.jspecify.annotations.Nullable RecoveryLog latest, int failures) {
    var again =
        failures == 0
            ? ""
            : ", " + failures + (failures == 1 ? " try has" : " tries have") + " failed";
    if (latest == null) return "Cluster " + copy.name() + ": " + copy.story() + again;
    var store = latest.store();
    if (store != null && failures > 0)
      return "the archive cannot be read: \"" + store + "\"; it is tried again" + again;
    if (!latest.segment().isEmpty())
      return "replaying WAL, last segment " + latest.segment() + again;
    return "Cluster "
        + copy.name()
        + ": "
        + (latest.milestone().isEmpty() ? copy.story() : latest.milestone())
        + again;
  }

  private RecoveryLog log(Seen pod) {
    var text = new StringBuilder();
    for (var list : List.of("/spec/initContainers", "/spec/containers"))
      for (var container : pod.at(list)) text.append(tail(pod, container)).append('\n');
    return RecoveryLog.of(text.toString());
  }

  private String tail(Seen pod, JsonNode container) {
    return cluster.log(pod.ref(), container.path("name").asText(), LINES);
  }

  private static boolean failed(Seen pod) {
    return pod.text("/status/phase").equals("Failed");
  }

  private static boolean succeeded(Seen pod) {
    return pod.text("/status/phase").equals("Succeeded");
  }
}
