package dev.salvor.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;

/** Velero as a person with kubectl uses it. */
record Velero(Kube kube) {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Backs up a namespace and waits for it; {@code options} are further fields of the spec. */
  String backup(String name, String namespace, String... options) {
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
    return name;
  }

  /** A plain restore, as the check of what a backup really holds. */
  void restore(String name, String backup) {
    kube.apply(
        """
        apiVersion: velero.io/v1
        kind: Restore
        metadata: {name: %s, namespace: velero}
        spec: {backupName: %s}
        """
            .formatted(name, backup));
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

  /** Restores that name a backup of one of these namespaces. */
  List<JsonNode> restoresOf(String backup) {
    return restores().stream()
        .filter(restore -> restore.path("spec").path("backupName").asText().equals(backup))
        .toList();
  }
}
