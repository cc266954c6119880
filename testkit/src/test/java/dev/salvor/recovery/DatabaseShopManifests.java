package dev.salvor.recovery;

/** The objects of the shop with a database, and of the cluster around it. */
final class DatabaseShopManifests {
  static final String WORLD =
      """
      {apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: salvor-system}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: flux-system}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
      ---
      {apiVersion: v1, kind: Node, metadata: {name: node-1, labels: {kubernetes.io/hostname: node-1}}}
      ---
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata:
        name: fast
        annotations: {storageclass.kubernetes.io/is-default-class: "true"}
      provisioner: disks.example.org
      reclaimPolicy: Delete
      volumeBindingMode: WaitForFirstConsumer
      """;

  static final String CLUSTER =
      """
      apiVersion: postgresql.cnpg.io/v1
      kind: Cluster
      metadata: {name: db, namespace: shop}
      spec:
        instances: 2
        storage: {size: 1Gi}
        walStorage: {size: 1Gi}
        bootstrap: {initdb: {database: shop, owner: shop}}
        plugins:
          - name: barman-cloud.cloudnative-pg.io
            isWALArchiver: true
            parameters: {barmanObjectName: store, serverName: db}
      """;

  /** What Git holds. */
  static final String APPS =
      CLUSTER
          + """
          ---
          apiVersion: postgresql.cnpg.io/v1
          kind: ScheduledBackup
          metadata: {name: nightly, namespace: shop}
          spec:
            schedule: "0 0 3 * * *"
            cluster: {name: db}
            method: plugin
            pluginConfiguration: {name: barman-cloud.cloudnative-pg.io}
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web, namespace: shop, labels: {app: web}}
          spec:
            replicas: 2
            selector: {matchLabels: {app: web}}
            template:
              metadata: {labels: {app: web}}
              spec:
                containers:
                - name: main
                  image: web
                  env:
                  - name: PGPASSWORD
                    valueFrom: {secretKeyRef: {name: db-app, key: password}}
          """;

  static final String BACKUP =
      """
      apiVersion: postgresql.cnpg.io/v1
      kind: Backup
      metadata: {name: first, namespace: shop}
      spec:
        cluster: {name: db}
        method: plugin
        pluginConfiguration: {name: barman-cloud.cloudnative-pg.io}
      """;

  static final String FLUX =
      """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: flux-system, namespace: flux-system}
      spec:
        interval: 1m
        prune: true
        path: ./clusters
        sourceRef: {kind: GitRepository, name: flux-system}
      ---
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: flux-system, namespace: flux-system}
      spec: {interval: 1m, url: "https://git.example/shop"}
      """;

  static final String KUSTOMIZATION =
      """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: apps, namespace: flux-system}
      spec:
        interval: 1m
        prune: true
        path: ./apps
        sourceRef: {kind: GitRepository, name: flux-system}
      """;

  private DatabaseShopManifests() {}
}
