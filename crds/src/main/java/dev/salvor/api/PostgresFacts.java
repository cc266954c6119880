package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What PostgresRecovery and ArchiveReset know on top of the facts that all kinds share. The claims
 * of the primary, with their old volumes and the copies, are {@link Facts#volumes};
 * ScheduledBackups to be paused are {@link Facts#schedules}; Poolers to be paused and workloads to
 * be stopped are {@link Facts#consumers}.
 *
 * @param database null until the Cluster has been looked at
 * @param recoverable what the archive can bring back
 * @param point null until the target is pinned
 * @param lineage serverName to archive to from now on; null until chosen
 * @param copy null until the copy was proven
 * @param dropped claims of the other instances, which are deleted (their volumes kept) and not
 *     created again: CloudNativePG joins new replicas
 * @param diagnosis what is wrong with the archive; ArchiveReset only
 * @param follow null unless the copy follows the living primary
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PostgresFacts(
    @Nullable DatabaseFacts database,
    List<Recoverable> recoverable,
    @Nullable RecoveryPoint point,
    @Nullable String lineage,
    @Nullable CopyFacts copy,
    List<VolumeFacts> dropped,
    @Nullable Diagnosis diagnosis,
    @Nullable FollowFacts follow) {
  /** Nothing known yet. */
  public static final PostgresFacts NONE =
      new PostgresFacts(null, List.of(), null, null, null, List.of(), null, null);

  public PostgresFacts {
    recoverable = recoverable == null ? List.of() : List.copyOf(recoverable);
    dropped = dropped == null ? List.of() : List.copyOf(dropped);
  }

  /** What is wrong with an archive, and how it is mended (postgres.md 3.3). */
  public enum Diagnosis {
    /** Archiving works. */
    Sound,
    /** Same lineage; only the marker for an empty archive is in the way. */
    MarkerOnly,
    /** WAL is missing: a new base backup, and no way back to before the gap. */
    Gap,
    /** Another history or another system is in the prefix: a new lineage. */
    Diverged,
    /** The store or its credentials are at fault: to be mended first, nothing to reset. */
    StoreFault
  }

  /** The Cluster; only to be called by steps that come after the look at it. */
  public DatabaseFacts knownDatabase() {
    if (database == null) throw new IllegalStateException("the Cluster has not been looked at");
    return database;
  }

  /** The pinned target; only to be called by steps that come after its choice. */
  public RecoveryPoint knownPoint() {
    if (point == null) throw new IllegalStateException("no recovery point has been chosen");
    return point;
  }

  /** The new lineage; only to be called by steps that come after its choice. */
  public String knownLineage() {
    if (lineage == null) throw new IllegalStateException("no lineage has been chosen");
    return lineage;
  }

  /** The proven copy; only to be called by steps that come after the proof. */
  public CopyFacts knownCopy() {
    if (copy == null) throw new IllegalStateException("there is no proven copy");
    return copy;
  }

  /** What is known of a copy that follows; only to be called by steps of such a recovery. */
  public FollowFacts knownFollow() {
    if (follow == null) throw new IllegalStateException("the copy does not follow the primary");
    return follow;
  }

  public PostgresFacts withDatabase(DatabaseFacts found) {
    return new PostgresFacts(found, recoverable, point, lineage, copy, dropped, diagnosis, follow);
  }

  public PostgresFacts withRecoverable(List<Recoverable> found) {
    return new PostgresFacts(database, found, point, lineage, copy, dropped, diagnosis, follow);
  }

  public PostgresFacts withPoint(@Nullable RecoveryPoint chosen) {
    return new PostgresFacts(
        database, recoverable, chosen, lineage, copy, dropped, diagnosis, follow);
  }

  public PostgresFacts withLineage(@Nullable String chosen) {
    return new PostgresFacts(
        database, recoverable, point, chosen, copy, dropped, diagnosis, follow);
  }

  public PostgresFacts withCopy(@Nullable CopyFacts proven) {
    return new PostgresFacts(
        database, recoverable, point, lineage, proven, dropped, diagnosis, follow);
  }

  public PostgresFacts withDropped(List<VolumeFacts> found) {
    return new PostgresFacts(database, recoverable, point, lineage, copy, found, diagnosis, follow);
  }

  public PostgresFacts withDiagnosis(@Nullable Diagnosis found) {
    return new PostgresFacts(database, recoverable, point, lineage, copy, dropped, found, follow);
  }

  public PostgresFacts withFollow(@Nullable FollowFacts found) {
    return new PostgresFacts(
        database, recoverable, point, lineage, copy, dropped, diagnosis, found);
  }
}
