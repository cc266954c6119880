package dev.salvor.velero;

import dev.salvor.api.BackupFacts;
import dev.salvor.kube.Seen;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A {@code velero.io/v1} Backup (velero pkg/apis/velero/v1/backup_types.go). */
record VeleroBackup(Seen seen) {
  /** Velero's label on the backups of a schedule, its value as {@link LabelValue} makes it. */
  static final String SCHEDULE = "velero.io/schedule-name";

  String name() {
    return seen.name();
  }

  String phase() {
    return seen.text("/status/phase");
  }

  /** The time of the data; the creation of the object is no measure, syncing renews it. */
  Optional<Instant> startedAt() {
    return seen.time("/status/startTimestamp");
  }

  Optional<Instant> expiresAt() {
    return seen.time("/status/expiration");
  }

  String location() {
    return seen.text("/spec/storageLocation");
  }

  boolean covers(String namespace) {
    return Coverage.of(seen, "/spec").covers(namespace);
  }

  boolean of(String schedule) {
    return seen.label(SCHEDULE).equals(LabelValue.of(schedule));
  }

  boolean complete() {
    return phase().equals("Completed");
  }

  boolean partial() {
    return phase().equals("PartiallyFailed");
  }

  boolean inDeletion() {
    return seen.terminating() || phase().equals("Deleting");
  }

  /** Finished, not being deleted, and with a time; Velero up to 1.18 does not ask for it itself. */
  boolean usable() {
    return (complete() || partial()) && !inDeletion() && startedAt().isPresent();
  }

  /** True while Velero still reads the cluster for it. */
  boolean running() {
    return switch (phase()) {
      case "", "New", "Queued", "ReadyToStart", "InProgress" -> true;
      default -> false;
    };
  }

  BackupFacts facts(List<String> rejected) {
    return new BackupFacts(
        name(),
        seen.uid(),
        startedAt().orElseThrow(),
        expiresAt().orElse(null),
        location(),
        rejected);
  }
}
