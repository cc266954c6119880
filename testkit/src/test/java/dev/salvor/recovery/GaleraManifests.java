package dev.salvor.recovery;

/** As mariadb-operator 0.38 makes them. */
final class GaleraManifests {
  static final String CLASS =
      """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: standard}
      provisioner: model.csi.example
      reclaimPolicy: Delete
      volumeBindingMode: WaitForFirstConsumer
      """;

  private static final String SET =
      """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db, namespace: bank}
      spec:
        replicas: %d
        podManagementPolicy: Parallel
        selector: {matchLabels: {app.kubernetes.io/name: mariadb, app.kubernetes.io/instance: db}}
        template:
          metadata:
            labels: {app.kubernetes.io/name: mariadb, app.kubernetes.io/instance: db}
          spec: {restartPolicy: Always, containers: [{name: mariadb, image: mariadb}]}
        volumeClaimTemplates:
        - metadata: {name: storage, labels: {pvc.k8s.mariadb.com/role: storage}}
          spec:
            accessModes: [ReadWriteOnce]
            storageClassName: standard
            resources: {requests: {storage: 1Gi}}
        - metadata: {name: galera, labels: {pvc.k8s.mariadb.com/role: config}}
          spec:
            accessModes: [ReadWriteOnce]
            storageClassName: standard
            resources: {requests: {storage: 100Mi}}
      """;

  private GaleraManifests() {}

  static String set(int replicas) {
    return SET.formatted(replicas);
  }

  static String database(int replicas) {
    return """
    apiVersion: k8s.mariadb.com/v1alpha1
    kind: MariaDB
    metadata: {name: db, namespace: bank}
    spec:
      replicas: %d
      galera: {enabled: true, recovery: {enabled: true}}
    """
        .formatted(replicas);
  }
}
