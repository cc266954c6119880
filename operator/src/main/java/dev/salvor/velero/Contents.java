package dev.salvor.velero;

import dev.salvor.api.VolumeFacts.Content;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.Quantity;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a backup holds for each claim, from its tarball, its volume infos and the PodVolumeBackups
 * in the cluster. Velero restores a file-system backup from the latter alone.
 */
record Contents(BackupArchive archive, Map<String, VolumeInfo> infos, List<PodVolumeBackup> saved) {

  /** The answer for one claim. */
  sealed interface Verdict {
    record Held(Content content) implements Verdict {}

    /**
     * Nothing, and why.
     *
     * @param reason CamelCase
     */
    record Nothing(String reason, String why) implements Verdict {}
  }

  Verdict of(String claim) {
    var object = archive.claims().get(claim);
    if (object == null)
      return new Verdict.Nothing("ClaimNotInBackup", "the backup does not contain the claim");
    var info = infos.get(claim);
    var own = saved.stream().filter(backup -> claimOf(backup).equals(claim)).toList();
    var complete =
        own.stream().filter(backup -> backup.completed() && backup.restorable()).toList();
    if (!complete.isEmpty()) return fileSystem(object, complete);
    if (info != null && info.csi()) return snapshot(object, info);
    var empty = own.stream().filter(PodVolumeBackup::completed).toList();
    if (!empty.isEmpty()) {
      if (info != null && info.empty()) return fileSystem(object, empty);
      return new Verdict.Nothing(
          "NoSnapshot",
          "its PodVolumeBackup has no snapshot, and the backup does not say that the volume was empty");
    }
    if (!own.isEmpty()) {
      var failed = own.getFirst();
      return new Verdict.Nothing(
          "VolumeBackupFailed",
          "its PodVolumeBackup "
              + failed.seen().name()
              + " is "
              + failed.phase()
              + (failed.message().isEmpty() ? "" : ": " + failed.message()));
    }
    return absent(object, info);
  }

  /** The claim that a volume of a pod was; Velero before 1.5 did not write it down. */
  String claimOf(PodVolumeBackup backup) {
    if (!backup.claim().isEmpty()) return backup.claim();
    var pod = archive.pods().get(backup.pod());
    return pod == null ? "" : new BackupPod(pod).claims().getOrDefault(backup.volume(), "");
  }

  private Verdict fileSystem(Seen claim, List<PodVolumeBackup> complete) {
    for (var backup : complete) {
      var pod = archive.pods().get(backup.pod());
      if (pod == null || !new BackupPod(pod).restorable()) continue;
      if (new BackupPod(pod).ephemeral(backup.volume()))
        return new Verdict.Nothing(
            "EphemeralVolume",
            "it is a generic ephemeral volume, which lives and dies with its pod");
      return new Verdict.Held(
          new Content(
              Method.FileSystem,
              backup.pod(),
              backup.volume(),
              backup.restorable() ? backup.snapshot() : null,
              backup.bytes(),
              storageClass(claim),
              request(claim)));
    }
    // Velero fills a volume only through a pod that the same Restore creates (velero.md K5)
    return new Verdict.Nothing(
        "NoPodForVolume",
        "pod "
            + complete.getFirst().pod()
            + ", through which it was saved, is not in the backup or had ended");
  }

  private Verdict snapshot(Seen claim, VolumeInfo info) {
    if (info.failed())
      return new Verdict.Nothing(
          "VolumeBackupFailed", "its snapshot failed when the backup was made");
    if (info.snapshot().isEmpty())
      return new Verdict.Nothing("NoSnapshot", "the backup names no snapshot for it");
    var consumer = consumer(claim.name());
    return new Verdict.Held(
        new Content(
            info.moved() ? Method.DataMover : Method.CsiSnapshot,
            consumer.map(BackupPod::name).orElse(null),
            consumer.map(pod -> volumeOf(pod, claim.name())).orElse(null),
            info.snapshot(),
            info.bytes(),
            storageClass(claim),
            request(claim)));
  }

  private Verdict absent(Seen claim, @Nullable VolumeInfo info) {
    if (info != null && info.nativeSnapshot())
      return new Verdict.Nothing(
          "NativeSnapshot",
          "it was saved as a snapshot of the cloud, which Salvor does not restore");
    if (info != null && info.fileSystem())
      return new Verdict.Nothing(
          "VolumeBackupsNotSynced",
          "its PodVolumeBackup is not in the cluster, and Velero restores nothing without it; the storage location may not be synced yet");
    if (claim.text("/spec/volumeMode").equals("Block"))
      return new Verdict.Nothing(
          "BlockVolume", "it is a Block volume, which file-system backup leaves out");
    if (info != null && info.skipped())
      return new Verdict.Nothing(
          "VolumeSkipped",
          "the backup left its data out"
              + (info.skippedReason().isEmpty() ? "" : ": " + info.skippedReason()));
    var users =
        archive.pods().values().stream()
            .map(BackupPod::new)
            .filter(pod -> pod.claims().containsValue(claim.name()))
            .toList();
    if (users.isEmpty())
      return new Verdict.Nothing(
          "NoPodForVolume",
          "no pod used it when the backup was made, and file-system backup needs one");
    if (users.stream().noneMatch(BackupPod::restorable))
      return new Verdict.Nothing(
          "NoPodForVolume",
          "pod " + users.getFirst().name() + ", which used it, had ended when the backup was made");
    return new Verdict.Nothing(
        "VolumeSkipped", "the backup left its data out (opted out, or a policy)");
  }

  /** The pod that can stand for the first consumer of a claim. */
  private Optional<BackupPod> consumer(String claim) {
    return archive.pods().values().stream()
        .map(BackupPod::new)
        .filter(BackupPod::restorable)
        .filter(pod -> pod.claims().containsValue(claim))
        .findFirst();
  }

  private static String volumeOf(BackupPod pod, String claim) {
    return pod.claims().entrySet().stream()
        .filter(volume -> volume.getValue().equals(claim))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static @Nullable String storageClass(Seen claim) {
    return claim.has("/spec/storageClassName") ? claim.text("/spec/storageClassName") : null;
  }

  private static long request(Seen claim) {
    return Quantity.bytes(claim.text("/spec/resources/requests/storage"));
  }
}
