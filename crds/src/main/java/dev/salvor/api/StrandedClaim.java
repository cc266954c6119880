package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One claim whose volume no living node can serve: a row of the map of a lost node.
 *
 * @param uid UID of the claim as it was found
 * @param volume name of its PersistentVolume
 * @param volumeUid UID of that
 * @param policy reclaim policy of the volume before Salvor changed it
 * @param size as the claim asked for it
 * @param verdict whether it is the lost node that has the volume
 * @param way how its data comes back
 * @param owner what controls the pods that use it, or the database it belongs to; null for none
 * @param pods pods that use it, pinned by UID
 * @param source what {@code way} restores from: a backup, a source, a cluster's other instances
 * @param backedUpAt when that was made; null for a way that loses nothing, or if it is not known
 * @param reason why this verdict and this way, in a sentence for people
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StrandedClaim(
    String namespace,
    String claim,
    String uid,
    String volume,
    String volumeUid,
    String policy,
    @Nullable String storageClass,
    @Nullable String size,
    Verdict verdict,
    Way way,
    @Nullable Ref owner,
    List<Victim> pods,
    @Nullable String source,
    @Nullable Instant backedUpAt,
    String reason) {
  public StrandedClaim {
    pods = pods == null ? List.of() : List.copyOf(pods);
  }

  /** What is known about the volume. */
  public enum Verdict {
    /** Only the lost node had it. */
    Stranded,
    /** No node that is left can serve it, but nothing says that the lost one did. */
    Unknown,
    /** The lost node had a replica, and another node has one too: it is served from there. */
    SelfHealing
  }

  /** How the data comes back. */
  public enum Way {
    /** The database copies it from its other instances to a new one. */
    Replica,
    /** MariaDB Galera: a new member takes the data over from the others. */
    Galera,
    /** A PostgresRecovery: no instance is left. */
    Postgres,
    /** A NamespaceRestore of this claim from a Velero backup. */
    Velero,
    /** A VolumeRecovery of this claim from the repository of its ReplicationSource. */
    VolSync,
    /** A VolumeRecovery of this claim from a backup of Longhorn. */
    Longhorn,
    /** A VolumeRecovery of this claim by a Job of a person's. */
    Job,
    /** A cache, which is filled again by itself. */
    Cache,
    /** A person has said that it may come back empty. */
    Empty,
    /** It is reported, and nothing is done to it. */
    Report
  }

  /** True if the claim is to be deleted. */
  public boolean condemned() {
    return verdict == Verdict.Stranded && way != Way.Report;
  }

  /** {@code shop/data}. */
  public String text() {
    return namespace + "/" + claim;
  }
}
