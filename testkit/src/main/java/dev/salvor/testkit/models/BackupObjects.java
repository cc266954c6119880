package dev.salvor.testkit.models;

import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.World;

/** A Backup and its PodVolumeBackups as the server, or its sync from the bucket, creates them. */
final class BackupObjects {
  private BackupObjects() {}

  static void create(World world, String namespace, BackupContent content) {
    var backup = Json.manifest(Kinds.BACKUP, namespace, content.name());
    var labels = Json.at(backup, "/metadata/labels").put("velero.io/storage-location", "default");
    if (content.schedule() != null) labels.put("velero.io/schedule-name", content.schedule());
    Json.at(backup, "/spec")
        .put("storageLocation", "default")
        .put("ttl", "720h0m0s")
        .put("snapshotMoveData", has(content, Method.DataMover))
        .put("defaultVolumesToFsBackup", has(content, Method.FileSystem))
        .putArray("includedNamespaces")
        .add(content.namespace());
    Json.at(backup, "/status")
        .put("phase", "Completed")
        .put("formatVersion", "1.1.0")
        .put("startTimestamp", content.startedAt().toString())
        .put("completionTimestamp", content.startedAt().plusSeconds(60).toString())
        .put("expiration", content.expiresAt().toString())
        .putObject("progress")
        .put("totalItems", content.objects().size())
        .put("itemsBackedUp", content.objects().size());
    var owner = world.create(backup);
    var number = 0;
    for (var volume : content.volumes()) {
      if (volume.method() != Method.FileSystem || volume.skipped() != null) continue;
      var pvb = Json.manifest(Kinds.POD_VOLUME_BACKUP, namespace, content.name() + "-" + ++number);
      Json.ownedBy(pvb, owner);
      Json.at(pvb, "/metadata/labels")
          .put("velero.io/backup-name", Json.labelValue(content.name()))
          .put("velero.io/backup-uid", Json.uid(owner));
      Json.at(pvb, "/metadata/annotations").put("velero.io/pvc-name", volume.claim());
      Json.at(pvb, "/spec")
          .put("node", "")
          .put("volume", volume.volume())
          .put("backupStorageLocation", "default")
          .put("uploaderType", "kopia")
          .putObject("pod")
          .put("kind", "Pod")
          .put("namespace", content.namespace())
          .put("name", volume.pod());
      var status = Json.at(pvb, "/status").put("phase", "Completed");
      if (volume.snapshotId() != null) status.put("snapshotID", volume.snapshotId());
      status
          .putObject("progress")
          .put("totalBytes", volume.bytes())
          .put("bytesDone", volume.bytes());
      world.create(pvb);
    }
  }

  private static boolean has(BackupContent content, Method method) {
    return content.volumes().stream().anyMatch(volume -> volume.method() == method);
  }
}
