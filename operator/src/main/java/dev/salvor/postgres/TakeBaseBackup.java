package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A base backup of the living Cluster in the lineage it archives to now: without one a new lineage
 * brings nothing back. A Backup that failed in an earlier try is left for its story, and another
 * one is made.
 */
public record TakeBaseBackup(ClusterWriter cluster, Run run) implements Act<Facts> {
  private static final Set<String> OVER = Set.of("failed", "invalid backup definition");

  /** As long as the data is large. */
  @Override
  public Duration deadline() {
    return Duration.ofHours(24);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var live = Recorded.now(cluster, facts);
    if (live.isEmpty()) return Recorded.changed(cluster, facts);
    var mine = mine(live.get());
    var completed = mine.stream().filter(backup -> phase(backup).equals("completed")).findFirst();
    if (completed.isPresent())
      return Outcome.done(
          "base backup " + completed.get().name() + " completed " + id(completed.get()));
    var going = mine.stream().filter(backup -> !OVER.contains(phase(backup))).findFirst();
    if (going.isPresent())
      return Outcome.waiting(
          "Backup "
              + going.get().name()
              + " is "
              + (phase(going.get()).isEmpty() ? "waiting for the operator" : phase(going.get())),
          Duration.ofSeconds(5));
    var started = moment.started().truncatedTo(ChronoUnit.SECONDS);
    var failed = mine.stream().filter(backup -> !created(backup).isBefore(started)).findFirst();
    if (failed.isPresent()) return failed(failed.get());
    return create(facts, live.get().namespace());
  }

  private Outcome create(Facts facts, String namespace) {
    var database = facts.postgres().knownDatabase();
    var name = prefix(run) + (all(namespace).size() + 1);
    var manifest =
        BackupManifest.of(run, name, namespace, database.name(), database.knownArchive());
    try {
      cluster.write(new Write.Create(manifest));
    } catch (ClusterException.AlreadyExists lost) {
      return Outcome.waiting("Backup " + name + " was made in this moment");
    }
    return Outcome.wrote("base backup asked for, Backup " + name);
  }

  /** Those of this run, of this Cluster and no earlier one of its name. */
  private List<Seen> mine(CnpgCluster live) {
    return all(live.namespace()).stream()
        .filter(backup -> backup.text("/spec/cluster/name").equals(live.name()))
        .filter(backup -> !created(backup).isBefore(created(live.seen())))
        .toList();
  }

  private List<Seen> all(String namespace) {
    return cluster.list(Kinds.DATABASE_BACKUP, namespace, Map.of(Marks.RUN, run.uid())).stream()
        .filter(backup -> backup.name().startsWith(prefix(run)))
        .toList();
  }

  /** What the names of these Backups begin with. */
  static String prefix(Run run) {
    return "salvor-" + run.shortId() + "-base-";
  }

  private static String phase(Seen backup) {
    return backup.text("/status/phase");
  }

  private static String id(Seen backup) {
    var id = backup.text("/status/backupId");
    return id.isEmpty() ? "" : "(" + id + ")";
  }

  private static Instant created(Seen object) {
    return object.time("/metadata/creationTimestamp").orElse(Instant.EPOCH);
  }

  private static Outcome failed(Seen backup) {
    return Outcome.failed(
        "BaseBackupFailed",
        backup.ref().text()
            + " is "
            + phase(backup)
            + ": "
            + (backup.has("/status/error") ? backup.text("/status/error") : "no error given"),
        "the database runs, but its new lineage brings nothing back before a base backup is there;"
            + " mend what it says, then raise spec.retry");
  }
}
