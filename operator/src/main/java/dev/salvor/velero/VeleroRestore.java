package dev.salvor.velero;

import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A {@code velero.io/v1} Restore (velero pkg/apis/velero/v1/restore_types.go). */
record VeleroRestore(Seen seen) {
  /** Label that Velero puts on everything it restores, its value as {@link LabelValue} makes it. */
  static final String NAME_LABEL = "velero.io/restore-name";

  /** Annotation that bounds the wait for pod volumes (velero pkg/restore/restore.go). */
  static final String VOLUME_TIMEOUT = "velero.io/pod-volume-timeout";

  static Optional<VeleroRestore> named(ClusterReader cluster, String velero, String name) {
    return cluster.get(Kinds.RESTORE.ref(velero, name)).map(VeleroRestore::new);
  }

  /** All attempts of a run. */
  static List<VeleroRestore> of(ClusterReader cluster, String velero, Run run) {
    return cluster.list(Kinds.RESTORE, velero, Map.of(Marks.RUN, run.uid())).stream()
        .map(VeleroRestore::new)
        .toList();
  }

  /** Restores that are not of this run and keep, or will keep, Velero's one worker busy. */
  static List<VeleroRestore> others(ClusterReader cluster, String velero, Run run) {
    return cluster.list(Kinds.RESTORE, velero).stream()
        .filter(seen -> !seen.label(Marks.RUN).equals(run.uid()))
        .map(VeleroRestore::new)
        .filter(other -> !other.terminal())
        .toList();
  }

  String name() {
    return seen.name();
  }

  String phase() {
    return seen.text("/status/phase");
  }

  /** Not yet taken up by Velero's worker. */
  boolean waiting() {
    return phase().isEmpty() || phase().equals("New");
  }

  boolean completed() {
    return phase().equals("Completed");
  }

  boolean terminal() {
    return switch (phase()) {
      case "Completed", "PartiallyFailed", "Failed", "FailedValidation" -> true;
      default -> false;
    };
  }

  /**
   * True if the server found it running when it started (velero pkg/cmd/server/server.go,
   * markInProgressRestoresFailed): nothing is wrong with the backup.
   */
  boolean lostByRestart() {
    return phase().equals("Failed")
        && seen.text("/status/failureReason").startsWith("found a restore with status");
  }

  Optional<Instant> startedAt() {
    return seen.time("/status/startTimestamp");
  }

  /** True once every object of the backup was handled; then only volumes are waited for. */
  boolean itemsDone() {
    var total = seen.number("/status/progress/totalItems", 0);
    return total > 0 && seen.number("/status/progress/itemsRestored", 0) >= total;
  }

  /** Why it did not succeed, as far as the object tells. */
  String cause() {
    var said = new ArrayList<String>();
    if (seen.has("/status/failureReason")) said.add(seen.text("/status/failureReason"));
    seen.at("/status/validationErrors").forEach(error -> said.add(error.asText()));
    var errors = seen.number("/status/errors", 0);
    if (errors > 0)
      said.add(errors + " error(s), see `velero restore describe " + name() + " --details`");
    return said.isEmpty() ? "Velero gives no reason" : String.join("; ", said);
  }

  /** {@code InProgress since 2026-11-21T10:00:00Z}. */
  String standing() {
    return (phase().isEmpty() ? "New" : phase())
        + startedAt().map(started -> " since " + started).orElse("");
  }
}
