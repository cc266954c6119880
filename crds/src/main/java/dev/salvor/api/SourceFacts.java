package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a claim is recovered from by a mover of VolSync, by a Job, or by Longhorn.
 *
 * @param ref the ReplicationSource; the Job; the Backup of Longhorn
 * @param uid UID of it
 * @param mover {@code restic} or {@code kopia}: the field of the spec that has the settings; {@code
 *     job}; {@code longhorn}
 * @param repository name of the Secret that leads to the repository; of Longhorn's BackupTarget
 * @param settings of the ReplicationDestination below {@code spec.<mover>}, without the claim; of
 *     Longhorn what the volume and its PersistentVolume are made of; names of Secrets, never what
 *     is in them
 * @param newest end of the last backup that VolSync knows of; null if it knows of none; of Longhorn
 *     when the snapshot was taken
 * @param writers ReplicationSources and ReplicationDestinations of the claim that have to stand
 *     still while it is exchanged, as they were
 * @param snapshot what the mover said it restored; null until that is proven
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SourceFacts(
    Ref ref,
    String uid,
    String mover,
    String repository,
    @PreserveUnknownFields @Nullable ObjectNode settings,
    @Nullable Instant newest,
    List<HoldFacts> writers,
    @Nullable Snapshot snapshot) {
  public SourceFacts {
    writers = writers == null ? List.of() : List.copyOf(writers);
  }

  /**
   * One snapshot of the repository.
   *
   * @param id as the mover prints it
   * @param takenAt when it was taken; null if the mover does not say
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Snapshot(String id, @Nullable Instant takenAt) {}

  public SourceFacts withWriters(List<HoldFacts> found) {
    return new SourceFacts(ref, uid, mover, repository, settings, newest, found, snapshot);
  }

  public SourceFacts withSnapshot(@Nullable Snapshot restored) {
    return new SourceFacts(ref, uid, mover, repository, settings, newest, writers, restored);
  }
}
