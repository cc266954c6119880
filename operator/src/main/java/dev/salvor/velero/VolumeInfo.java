package dev.salvor.velero;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * What a backup says of one claim's volume (velero internal/volume/volumes_information.go,
 * BackupVolumeInfo).
 */
record VolumeInfo(JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Those of the namespace, by claim. */
  static SortedMap<String, VolumeInfo> read(InputStream gzip, String namespace) throws IOException {
    var infos = new TreeMap<String, VolumeInfo>();
    try (var text = new GZIPInputStream(gzip)) {
      for (var json : JSON.readTree(text)) {
        if (!json.path("pvcNamespace").asText().equals(namespace)) continue;
        var info = new VolumeInfo(json);
        var claim = json.path("pvcName").asText();
        // a volume that one method left out may be listed again by the one that took it
        if (!info.skipped() || !infos.containsKey(claim)) infos.put(claim, info);
      }
    }
    return infos;
  }

  boolean fileSystem() {
    return method().equals("PodVolumeBackup");
  }

  boolean csi() {
    return method().equals("CSISnapshot");
  }

  boolean nativeSnapshot() {
    return method().equals("NativeSnapshot");
  }

  boolean moved() {
    return json.path("snapshotDataMoved").asBoolean();
  }

  boolean skipped() {
    return json.path("skipped").asBoolean();
  }

  String skippedReason() {
    return json.path("skippedReason").asText();
  }

  /** Velero before 1.15 writes no result. */
  boolean failed() {
    return json.path("result").asText().equals("failed");
  }

  /** True if the file-system backup found no file: only this tells it from a failed one. */
  boolean empty() {
    var saved = json.path("pvbInfo");
    return fileSystem()
        && !failed()
        && saved.isObject()
        && saved.path("snapshotHandle").asText().isEmpty()
        && saved.path("size").asLong() == 0;
  }

  String snapshot() {
    return json.at(
            moved()
                ? "/snapshotDataMovementInfo/snapshotHandle"
                : "/csiSnapshotInfo/snapshotHandle")
        .asText();
  }

  /** Of moved data what was moved, of a snapshot the size of the volume; -1 if it does not say. */
  long bytes() {
    return json.at(moved() ? "/snapshotDataMovementInfo/size" : "/csiSnapshotInfo/size").asLong(-1);
  }

  private String method() {
    return json.path("backupMethod").asText();
  }
}
