package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.testkit.Manifests;

/** Manifests of the namespace and its Cluster. */
final class CopyManifests {
  private CopyManifests() {}

  static final String NAMESPACE =
      """
      {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
      ---
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
      provisioner: disks.example.org
      volumeBindingMode: WaitForFirstConsumer
      """;

  /** A Cluster that archives without the plugin, with a tablespace. */
  static final String IN_TREE =
      """
      apiVersion: postgresql.cnpg.io/v1
      kind: Cluster
      metadata: {name: db, namespace: shop}
      spec:
        instances: 1
        storage: {size: 1Gi}
        tablespaces: [{name: cold, storage: {size: 1Gi}}]
        backup:
          barmanObjectStore:
            destinationPath: s3://wal/shop/
            s3Credentials: {accessKeyId: {name: store-credentials, key: ACCESS_KEY_ID}}
      """;

  /** A Cluster that archives through the plugin; {@code more} goes below its spec. */
  static String db(int instances, String more) {
    return """
    apiVersion: postgresql.cnpg.io/v1
    kind: Cluster
    metadata:
      name: db
      namespace: shop
      labels: {app.kubernetes.io/instance: shop, team: a}
      annotations: {cnpg.io/podPatch: "[]", note: hand-made}
    spec:
      instances: %d
      storage: {size: 1Gi}
      walStorage: {size: 1Gi}
      bootstrap: {initdb: {database: shop, owner: shop}}
      plugins:
        - name: barman-cloud.cloudnative-pg.io
          isWALArchiver: true
          parameters: {barmanObjectName: store}
    %s
    """
        .formatted(instances, more.isEmpty() ? "" : more.indent(2).stripTrailing());
  }

  /** The same, as a person would put it into spec.template. */
  static ObjectNode template() {
    return Manifests.one(db(3, ""));
  }
}
