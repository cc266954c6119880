package dev.salvor.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;

/** Velero as a person with kubectl uses it. */
record Velero(Kube kube) {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /**
   * Makes names differ between runs on one cluster: a backup outlives the scenario that made it.
   */
  private static final String RUN = Long.toString(System.currentTimeMillis() / 1000, 36);

  /** The name that a backup or restore has in this run. */
  static String name(String base) {
    return base + "-" + RUN;
  }

  /** Backs up a namespace and waits for it; {@code options} are further fields of the spec. */
  void backup(String base, String namespace, String... options) {
    var name = name(base);
    var more = options.length == 0 ? "" : ", " + String.join(", ", options);
    kube.apply(
        """
        apiVersion: velero.io/v1
        kind: Backup
        metadata: {name: %s, namespace: velero}
        spec: {includedNamespaces: [%s], storageLocation: default, ttl: 24h0m0s%s}
        """
            .formatted(name, namespace, more));
    awaitEnd("backup", name);
  }

  /** A plain restore, as the check of what a backup really holds. */
  void restore(String base, String backup) {
    var name = name(base);
    kube.apply(
        """
        apiVersion: velero.io/v1
        kind: Restore
        metadata: {name: %s, namespace: velero}
        spec: {backupName: %s}
        """
            .formatted(name, name(backup)));
    awaitEnd("restore", name);
  }

  private void awaitEnd(String kind, String name) {
    var full = kind + "s.velero.io";
    Kube.await(
        kind + " " + name + " ends",
        LIMIT,
        () ->
            kube.get(full, "velero", name)
                .path("status")
                .path("phase")
                .asText("")
                .matches("Completed|PartiallyFailed|Failed|FailedValidation"));
    var status = kube.get(full, "velero", name).path("status");
    if (!status.path("phase").asText().equals("Completed"))
      throw new AssertionError(kind + " " + name + ": " + status);
  }

  List<JsonNode> restores() {
    return kube.list("restores.velero.io", "velero");
  }

  List<JsonNode> podVolumeRestores() {
    return kube.list("podvolumerestores.velero.io", "velero");
  }
}
