package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether a Cluster archives to its lineage since the exchange. Condition {@code
 * ContinuousArchiving} alone does not tell: its time only moves when it flips, and it outlives
 * hibernation. No pod ran when the lineage was switched, so what happened since the oldest pod was
 * made happened in the new lineage.
 */
record ArchivingProof(ClusterReader cluster, Run run, Archived archived) {
  /** What is missing of: WAL put into the lineage by this Cluster. */
  Optional<String> missingWal(Facts facts, CnpgCluster live, boolean askBucket) {
    var lineage = facts.postgres().lineage();
    if (lineage == null) return Optional.empty();
    var now = Archiving.serverName(live.seen().json());
    if (!now.equals(lineage))
      return Optional.of(
          "it archives to "
              + (now.isEmpty() ? "no lineage" : "lineage " + now)
              + ", not to "
              + lineage);
    var condition = live.archiving();
    if (condition.isPresent() && !condition.get().isTrue())
      return Optional.of("archiving fails: " + condition.get().message());
    var awake = awake(live);
    if (awake.isEmpty()) return Optional.of("no instance is there to archive");
    var since = awake.get();
    var flipped =
        condition.flatMap(CnpgCluster.Condition::since).filter(when -> !when.isBefore(since));
    if (flipped.isPresent() || backups(live).anyMatch(backup -> completedSince(backup, since)))
      return Optional.empty();
    if (askBucket && archived.newest(facts).filter(when -> !when.isBefore(since)).isPresent())
      return Optional.empty();
    return Optional.of(
        "no WAL file has reached lineage "
            + lineage
            + " since "
            + since
            + "; PostgreSQL closes one after archive_timeout (5 min by default) if anything was"
            + " written");
  }

  /** What is missing of: a completed base backup, of the copy or of this Cluster. */
  Optional<String> missingBaseBackup(Facts facts, CnpgCluster live) {
    var lineage = facts.postgres().lineage();
    if (lineage == null) return Optional.empty();
    var first =
        cluster
            .get(Kinds.DATABASE_BACKUP.ref(live.namespace(), Names.firstBackup(run, facts)))
            .filter(ArchivingProof::completed);
    if (first.isPresent()) return Optional.empty();
    var since = awake(live).orElse(Instant.MAX);
    if (backups(live).anyMatch(backup -> completedSince(backup, since))) return Optional.empty();
    return Optional.of("no base backup of lineage " + lineage + " is completed");
  }

  private static Optional<Instant> created(Seen object) {
    return object.time("/metadata/creationTimestamp");
  }

  private Optional<Instant> awake(CnpgCluster live) {
    return InstancePods.of(cluster, live).stream()
        .filter(pod -> pod.label(Cnpg.JOB_ROLE).isEmpty())
        .flatMap(pod -> created(pod).stream())
        .min(Instant::compareTo);
  }

  private Stream<Seen> backups(CnpgCluster live) {
    return cluster.list(Kinds.DATABASE_BACKUP, live.namespace()).stream()
        .filter(backup -> backup.text("/spec/cluster/name").equals(live.name()));
  }

  /** A base backup is completed only when the WAL it needs has been archived. */
  private static boolean completedSince(Seen backup, Instant since) {
    var started = backup.time("/status/startedAt").or(() -> created(backup));
    return completed(backup) && started.filter(when -> !when.isBefore(since)).isPresent();
  }

  private static boolean completed(Seen backup) {
    return backup.text("/status/phase").equals("completed");
  }
}
