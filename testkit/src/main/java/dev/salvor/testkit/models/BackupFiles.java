package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.Kinds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The files of a backup as Velero writes them to the bucket. Layout of the tarball: velero
 * pkg/archive/filesystem.go and pkg/backup/item_backupper.go, v1.18: each object twice, with and
 * without {@code <version>-preferredversion} in the path. Volume infos: velero
 * internal/volume/volumes_information.go.
 */
final class BackupFiles {
  private BackupFiles() {}

  /** Target kind BackupContents. */
  static byte[] contents(BackupContent backup) {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      put(tar, "metadata/version", "1.1.0\n");
      for (var object : backup.objects()) {
        var kind = Kinds.of(Json.ref(object));
        var folder = "resources/" + kind.resource() + "/";
        var scope = kind.namespaced() ? "namespaces/" + Json.namespace(object) : "cluster";
        var file = scope + "/" + Json.name(object) + ".json";
        put(tar, folder + file, object.toString());
        put(tar, folder + kind.version() + "-preferredversion/" + file, object.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Target kind BackupVolumeInfos. */
  static byte[] volumeInfos(BackupContent backup) {
    var infos = Json.MAPPER.createArrayNode();
    for (var volume : backup.volumes()) infos.add(info(backup, volume));
    return gzip(infos.toString());
  }

  static byte[] gzip(String text) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static ObjectNode info(BackupContent backup, BackupContent.Volume volume) {
    var claim = backup.object(Kinds.PVC, volume.claim());
    var skipped = volume.skipped();
    var info =
        Json.object()
            .put("pvcName", volume.claim())
            .put("pvcNamespace", backup.namespace())
            .put("pvName", claim.map(found -> Json.text(found, "/spec/volumeName")).orElse(""))
            .put("snapshotDataMoved", volume.method() == Method.DataMover)
            .put("preserveLocalSnapshot", false)
            .put("skipped", skipped != null)
            .put("startTimestamp", backup.startedAt().toString())
            .put("completionTimestamp", backup.startedAt().plusSeconds(60).toString())
            .put("result", "succeeded");
    if (skipped != null) return info.put("skippedReason", skipped);
    var handle = volume.snapshotId() == null ? "" : volume.snapshotId();
    switch (volume.method()) {
      case FileSystem ->
          info.put("backupMethod", "PodVolumeBackup")
              .putObject("pvbInfo")
              .put("snapshotHandle", handle)
              .put("size", volume.bytes())
              .put("uploaderType", "kopia")
              .put("volumeName", volume.volume())
              .put("podName", volume.pod())
              .put("podNamespace", backup.namespace())
              .put("Phase", "Completed");
      case CsiSnapshot ->
          info.put("backupMethod", "CSISnapshot")
              .putObject("csiSnapshotInfo")
              .put("snapshotHandle", handle)
              .put("size", volume.bytes())
              .put("driver", "model.csi.example")
              .put("vscName", "vsc-" + volume.claim());
      case DataMover ->
          info.put("backupMethod", "CSISnapshot")
              .putObject("snapshotDataMovementInfo")
              .put("dataMover", "velero")
              .put("uploaderType", "kopia")
              .put("snapshotHandle", handle)
              .put("operationID", "du-" + backup.name() + "-" + volume.claim())
              .put("size", volume.bytes())
              .put("Phase", "Completed");
    }
    var pv = info.path("pvName").asText();
    backup
        .object(Kinds.PV, pv)
        .ifPresent(found ->
            Json.labels(found)
                .forEach(
                    info.putObject("pvInfo")
                            .put(
                                "reclaimPolicy",
                                Json.text(found, "/spec/persistentVolumeReclaimPolicy"))
                            .putObject("labels")
                        ::put));
    return info;
  }

  private static void put(TarArchiveOutputStream tar, String name, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }
}
