package dev.salvor.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A backup of one Longhorn volume (longhorn-manager v1.12.1
 * k8s/pkg/apis/longhorn/v1beta2/backup.go). Longhorn makes these objects anew from what its backup
 * target holds, so they are there in a rebuilt cluster, too, once the target is synced.
 *
 * @param claim {@code namespace/name} of the claim whose volume it was; empty if it does not say
 * @param left true if that claim had left the volume when the backup was made
 */
public record LonghornBackup(Seen seen, String claim, boolean left) {
  /** JSON of the volume's KubernetesStatus when the backup was made (volume.go). */
  private static final String KUBERNETES = "KubernetesStatus";

  public LonghornBackup(Seen seen) {
    this(seen, kubernetes(seen));
  }

  private LonghornBackup(Seen seen, JsonNode kubernetes) {
    this(seen, claim(kubernetes), !kubernetes.path("lastPVCRefAt").asText("").isEmpty());
  }

  /** All of them, newest first; none where Longhorn is not served. */
  public static List<LonghornBackup> all(ClusterReader cluster) {
    return cluster.list(Kinds.LONGHORN_BACKUP, "").stream()
        .map(LonghornBackup::new)
        .sorted(
            Comparator.comparing(LonghornBackup::takenAt)
                .reversed()
                .thenComparing(LonghornBackup::name))
        .toList();
  }

  public String name() {
    return seen.name();
  }

  /** True if a volume can be made from it. */
  public boolean usable() {
    return state().equals("Completed") && !url().isEmpty() && !seen.terminating();
  }

  /** {@code Completed}, {@code InProgress}, {@code Error}, ...; empty for one that is new. */
  public String state() {
    return seen.text("/status/state");
  }

  /** What {@code spec.fromBackup} of a volume takes, word for word. */
  public String url() {
    return seen.text("/status/url");
  }

  /** The Longhorn volume it was made of. */
  public String volume() {
    return seen.text("/status/volumeName");
  }

  /** Size of that volume, in bytes. */
  public long bytes() {
    return Quantity.bytes(seen.text("/status/volumeSize"));
  }

  /** Its BackupTarget, in the same namespace. */
  public String target() {
    var target = seen.text("/status/backupTargetName");
    return target.isEmpty() ? "default" : target;
  }

  /** The moment of the data; EPOCH if it does not say. */
  public Instant takenAt() {
    return seen.time("/status/snapshotCreatedAt")
        .or(() -> seen.time("/status/backupCreatedAt"))
        .orElse(Instant.EPOCH);
  }

  /**
   * True if it is of this claim: of the volume that the claim has now, or of the one that it had
   * when the backup was made. A volume that the claim had left by then ({@code lastPVCRefAt}) has
   * older data than its backups say.
   *
   * @param handle the Longhorn volume behind the claim; empty if there is none
   */
  public boolean of(String claim, String handle) {
    if (!handle.isEmpty() && volume().equals(handle)) return true;
    return this.claim.equals(claim) && !left;
  }

  /**
   * True if who may write in the namespace of this claim may have it restored there: it is of this
   * claim, or of another one of the namespace. Nobody gets by a backup what another namespace has.
   *
   * @param handle the Longhorn volume behind the claim; empty if there is none
   */
  public boolean ofNamespace(String claim, String handle) {
    var namespace = claim.substring(0, claim.indexOf('/') + 1);
    return of(claim, handle) || this.claim.startsWith(namespace);
  }

  /** The newest of a claim that can be used. */
  public static Optional<LonghornBackup> newest(
      List<LonghornBackup> all, String claim, String handle, Instant notAfter) {
    return all.stream()
        .filter(one -> one.usable() && one.of(claim, handle) && !one.takenAt().isAfter(notAfter))
        .findFirst();
  }

  private static String claim(JsonNode kubernetes) {
    var name = kubernetes.path("pvcName").asText("");
    return name.isEmpty() ? "" : kubernetes.path("namespace").asText("") + "/" + name;
  }

  private static JsonNode kubernetes(Seen seen) {
    try {
      var text = seen.at("/status/labels").path(KUBERNETES).asText("");
      return text.isEmpty() ? MissingNode.getInstance() : Json.MAPPER.readTree(text);
    } catch (JsonProcessingException unreadable) {
      return MissingNode.getInstance();
    }
  }
}
