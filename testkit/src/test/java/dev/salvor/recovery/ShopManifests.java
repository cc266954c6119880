package dev.salvor.recovery;

/** The objects of the shop and of the cluster around it. */
final class ShopManifests {
  static final String WORLD =
      """
      {apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: salvor-system}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: flux-system}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: argocd}}
      ---
      apiVersion: v1
      kind: Namespace
      metadata:
        name: shop
        labels: {pod-security.kubernetes.io/enforce: baseline}
      ---
      {apiVersion: v1, kind: Node, metadata: {name: node-1, labels: {kubernetes.io/hostname: node-1}}}
      ---
      {apiVersion: v1, kind: Node, metadata: {name: node-2, labels: {kubernetes.io/hostname: node-2}}}
      ---
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: standard}
      provisioner: model.csi.example
      reclaimPolicy: Delete
      volumeBindingMode: WaitForFirstConsumer
      """;

  static final String DEPLOYED =
      """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data, namespace: shop, labels: {app: web}}
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: standard
        resources: {requests: {storage: 1Gi}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec:
        replicas: 1
        strategy: {type: Recreate}
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            initContainers:
            - name: migrate
              image: migrate
              volumeMounts: [{name: data, mountPath: /data}]
            containers:
            - name: main
              image: nginx
              volumeMounts: [{name: data, mountPath: /data}]
            volumes:
            - name: data
              persistentVolumeClaim: {claimName: data}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {selector: {app: web}, ports: [{port: 80}]}
      """;

  static final String STATEFUL =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings, namespace: shop}
      data: {colour: blue}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db, namespace: shop, labels: {app: db}}
      spec:
        replicas: 2
        serviceName: db
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec:
            containers:
            - name: main
              image: db
              volumeMounts: [{name: data, mountPath: /data}, {name: log, mountPath: /log}]
            volumes:
            - {name: settings, configMap: {name: settings}}
        volumeClaimTemplates:
        - metadata: {name: data}
          spec:
            accessModes: [ReadWriteOnce]
            storageClassName: standard
            resources: {requests: {storage: 1Gi}}
        - metadata: {name: log}
          spec:
            accessModes: [ReadWriteOnce]
            storageClassName: standard
            resources: {requests: {storage: 1Gi}}
      """;

  private ShopManifests() {}
}
