package dev.salvor.postgres;

/** What there is in the shop that {@link LostShop} loses. */
final class LostShopManifests {
  static final String SHOP =
      """
      {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
      ---
      {apiVersion: recovery.salvor.dev/v1alpha1, kind: PostgresRecovery, metadata: {name: back, namespace: shop}, spec: {cluster: db}}
      ---
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
      provisioner: disks.example.org
      volumeBindingMode: WaitForFirstConsumer
      """;

  private LostShopManifests() {}

  static String copy() {
    return cluster(
            "db-r1",
            1,
            "recovery: {source: origin, database: shop, owner: shop, recoveryTarget: {}}",
            "db-v2")
        + """
          externalClusters:
            - name: origin
              plugin:
                name: barman-cloud.cloudnative-pg.io
                parameters: {barmanObjectName: store, serverName: db}
        """;
  }

  static String cluster(String name, int instances, String bootstrap, String lineage) {
    return """
    apiVersion: postgresql.cnpg.io/v1
    kind: Cluster
    metadata: {name: %s, namespace: shop, labels: {team: a}}
    spec:
      instances: %d
      storage: {size: 1Gi}
      walStorage: {size: 1Gi}
      bootstrap: {%s}
      plugins:
        - name: barman-cloud.cloudnative-pg.io
          isWALArchiver: true
          parameters: {barmanObjectName: store, serverName: %s}
    """
        .formatted(name, instances, bootstrap, lineage);
  }

  static String backup(String name, String of) {
    return """
    apiVersion: postgresql.cnpg.io/v1
    kind: Backup
    metadata: {name: %s, namespace: shop}
    spec:
      cluster: {name: %s}
      method: plugin
      pluginConfiguration: {name: barman-cloud.cloudnative-pg.io}
    """
        .formatted(name, of);
  }
}
