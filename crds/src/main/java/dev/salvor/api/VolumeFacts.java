package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import org.jspecify.annotations.Nullable;

/**
 * One claim: what it was, what the backup has for it, what it will be.
 *
 * @param claim name of the claim
 * @param claimUid UID of the claim as it was found; null if it does not exist
 * @param manifest the claim to create again: apiVersion, kind, metadata with name, namespace,
 *     labels, annotations and living owners, and spec without volumeName (swap.md 2.2); null if it
 *     did not exist
 * @param old the volume behind the claim as it was found; null if there is none
 * @param content what the backup holds for it; null if nothing
 * @param copy the volume that was filled beside; null until it is proven
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record VolumeFacts(
    String claim,
    @Nullable String claimUid,
    @PreserveUnknownFields @Nullable ObjectNode manifest,
    @Nullable Pv old,
    @Nullable Content content,
    @Nullable Pv copy) {

  /**
   * A PersistentVolume.
   *
   * @param policy the reclaim policy before Salvor changed it
   * @param claimUid UID of the claim it was bound to when it was recorded
   * @param shadow namespace of the claim it was bound to when it was recorded, if that is not the
   *     target
   * @param bytes capacity in bytes
   * @param claim name of the claim it was bound to when it was recorded, if that is not the claim
   *     it is to take the place behind
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Pv(
      String name,
      String uid,
      String policy,
      @Nullable String claimUid,
      @Nullable String shadow,
      @Nullable String storageClass,
      long bytes,
      @Nullable String claim) {
    /** A volume whose former claim has the name of the one it is to take the place behind. */
    public Pv(
        String name,
        String uid,
        String policy,
        @Nullable String claimUid,
        @Nullable String shadow,
        @Nullable String storageClass,
        long bytes) {
      this(name, uid, policy, claimUid, shadow, storageClass, bytes, null);
    }

    /** The same volume, of a former claim with another name. */
    public Pv formerlyOf(@Nullable String other) {
      return new Pv(name, uid, policy, claimUid, shadow, storageClass, bytes, other);
    }
  }

  /**
   * What the backup holds for a claim.
   *
   * @param pod the pod of the backup through which it was saved, and will be filled; null for a
   *     claim without one
   * @param volume name of the volume in that pod
   * @param snapshotId kopia or restic snapshot, or CSI handle; null for a volume that was empty
   * @param bytes as the backup counted them; -1 if it does not say
   * @param request bytes that the claim of the backup asked for; 0 if unknown
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Content(
      Method method,
      @Nullable String pod,
      @Nullable String volume,
      @Nullable String snapshotId,
      long bytes,
      @Nullable String storageClass,
      long request) {
    /** A content whose claim's size is unknown. */
    public Content(
        Method method,
        @Nullable String pod,
        @Nullable String volume,
        @Nullable String snapshotId,
        long bytes,
        @Nullable String storageClass) {
      this(method, pod, volume, snapshotId, bytes, storageClass, 0);
    }
  }

  /** How the data is in the backup. */
  public enum Method {
    FileSystem,
    CsiSnapshot,
    DataMover,
    /** A repository that a mover of VolSync has filled. */
    VolSync,
    /** A backup of Longhorn, restored by itself. */
    Longhorn
  }

  public VolumeFacts withContent(@Nullable Content found) {
    return new VolumeFacts(claim, claimUid, manifest, old, found, copy);
  }

  public VolumeFacts withCopy(@Nullable Pv proven) {
    return new VolumeFacts(claim, claimUid, manifest, old, content, proven);
  }

  /** Both volumes, for a step that comes after the proof. */
  public Pv provenCopy() {
    if (copy == null) throw new IllegalStateException("claim " + claim + " has no proven copy");
    return copy;
  }
}
