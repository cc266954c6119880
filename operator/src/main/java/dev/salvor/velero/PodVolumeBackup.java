package dev.salvor.velero;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Map;

/**
 * What the file-system backup holds of one volume of one pod (velero
 * pkg/apis/velero/v1/pod_volume_backup_types.go).
 */
record PodVolumeBackup(Seen seen) {
  /** Those of the backup that come from the namespace. */
  static List<PodVolumeBackup> of(
      ClusterReader cluster, String velero, String backup, String namespace) {
    var labels = Map.of("velero.io/backup-name", LabelValue.of(backup));
    return cluster.list(Kinds.POD_VOLUME_BACKUP, velero, labels).stream()
        .map(PodVolumeBackup::new)
        .filter(saved -> saved.seen().text("/spec/pod/namespace").equals(namespace))
        .toList();
  }

  String pod() {
    return seen.text("/spec/pod/name");
  }

  String volume() {
    return seen.text("/spec/volume");
  }

  /** Name of the claim behind the volume; empty if it is none (velero pkg/podvolume/configs). */
  String claim() {
    return seen.annotation("velero.io/pvc-name");
  }

  String phase() {
    return seen.text("/status/phase");
  }

  boolean completed() {
    return phase().equals("Completed");
  }

  /** Empty for a failed one and for an empty volume; Velero restores neither. */
  String snapshot() {
    return seen.text("/status/snapshotID");
  }

  boolean restorable() {
    return !snapshot().isEmpty();
  }

  long bytes() {
    return seen.number("/status/progress/totalBytes", 0);
  }

  String message() {
    return seen.text("/status/message");
  }
}
