package dev.salvor.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** What scenarios of databases have in common. */
record DatabaseRoom(Stage stage, String namespace) {
  private static final String KINDS =
      "pods,persistentvolumeclaims,services,configmaps,secrets,serviceaccounts,jobs.batch,deployments.apps,"
          + Database.KIND
          + ","
          + Database.BACKUPS
          + ",scheduledbackups.postgresql.cnpg.io,objectstores.barmancloud.cnpg.io";

  Room room() {
    return Room.of(stage, namespace, DatabaseProber.namespaceOf(namespace));
  }

  Recovery recover(String name, String spec) {
    return Recovery.apply(
        stage.kube(),
        Recovery.Kind.PostgresRecovery,
        namespace,
        name,
        "cluster: " + Database.NAME + ", " + spec);
  }

  static String time(Instant at) {
    return "target: {time: \"" + at + "\"}";
  }

  /** What the recovery chose to archive into from now on. */
  static String lineage(Recovery recovery) {
    return recovery.status().path("facts").path("postgres").path("lineage").asText();
  }

  /** Clusters of the namespace. */
  java.util.List<String> clusters() {
    return stage.kube().list(Database.KIND, namespace).stream()
        .map(found -> found.path("metadata").path("name").asText())
        .toList();
  }

  /** Every object of the namespace and its volumes, with their resourceVersion. */
  Map<String, String> versions() {
    var all = new TreeMap<String, String>();
    for (var found : stage.kube().list(KINDS, namespace)) put(all, found);
    for (var volume : stage.kube().list("persistentvolumes", "")) {
      if (volume.path("spec").path("claimRef").path("namespace").asText().equals(namespace))
        put(all, volume);
    }
    return all;
  }

  private static void put(Map<String, String> all, JsonNode found) {
    var meta = found.path("metadata");
    all.put(
        found.path("kind").asText() + "/" + meta.path("name").asText(),
        meta.path("resourceVersion").asText());
  }
}
