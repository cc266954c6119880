package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.DatabaseFacts.Archive;
import dev.salvor.api.Marks;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;

/**
 * A {@code postgresql.cnpg.io/v1} Backup, without an owner: it outlives its Cluster. It is taken of
 * the primary, which switches the WAL segment and waits until the last one is archived
 * (cloudnative-pg v1.30.0 api/v1/backup_types.go).
 */
final class BackupManifest {
  private BackupManifest() {}

  static ObjectNode of(Run run, String name, String namespace, String cluster, Archive archive) {
    var backup =
        Json.object()
            .put("apiVersion", Kinds.DATABASE_BACKUP.apiVersion())
            .put("kind", Kinds.DATABASE_BACKUP.kind());
    var metadata = backup.putObject("metadata").put("name", name).put("namespace", namespace);
    metadata.putObject("labels").put(Marks.RUN, run.uid());
    var spec = backup.putObject("spec");
    spec.putObject("cluster").put("name", cluster);
    spec.put("target", "primary");
    if (archive.plugin()) {
      spec.put("method", "plugin");
      spec.putObject("pluginConfiguration").put("name", Cnpg.PLUGIN);
    } else {
      spec.put("method", "barmanObjectStore");
    }
    return backup;
  }
}
