package dev.salvor.velero;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** A BackupStorageLocation (velero pkg/apis/velero/v1/backupstoragelocation_types.go). */
record StorageLocation(Seen seen) {
  static Optional<StorageLocation> named(ClusterReader cluster, String velero, String name) {
    return cluster.get(Kinds.BACKUP_STORAGE_LOCATION.ref(velero, name)).map(StorageLocation::new);
  }

  boolean available() {
    return seen.text("/status/phase").equals("Available");
  }

  /** When its backups were last made known to the cluster. */
  Optional<Instant> syncedAt() {
    return seen.time("/status/lastSyncedTime");
  }

  /** What Velero says of it; empty if nothing. */
  String message() {
    return seen.text("/status/message");
  }

  /** How its server is trusted, with the Secret that {@code caCertRef} names. */
  Downloads.Trust trust(ClusterReader cluster) {
    var inline = seen.text("/spec/objectStorage/caCert");
    var anyone = seen.text("/spec/config/insecureSkipTLSVerify").equals("true");
    if (!inline.isEmpty()) return new Downloads.Trust(decoded(inline), anyone);
    var secret = seen.text("/spec/objectStorage/caCertRef/name");
    if (secret.isEmpty()) return new Downloads.Trust(null, anyone);
    var key = seen.text("/spec/objectStorage/caCertRef/key");
    var pem =
        cluster
            .get(Kinds.SECRET.ref(seen.namespace(), secret))
            .map(found -> found.at("/data").path(key).asText(""))
            .filter(value -> !value.isEmpty())
            .map(StorageLocation::decoded)
            .orElse(null);
    return new Downloads.Trust(pem, anyone);
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
