package dev.salvor.workloads;

/** Manifests of the shop. */
final class Yaml {
  private Yaml() {}

  static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers: [{name: web, image: web}]
            volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
      """;

  static final String DB =
      """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db, namespace: shop}
      spec:
        replicas: 2
        selector: {matchLabels: {app: db}}
        volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: fast}}]
        template:
          metadata: {labels: {app: db}}
          spec:
            containers: [{name: db, image: db}]
      """;

  static final String REPORT =
      """
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: report, namespace: shop}
      spec:
        schedule: "0 3 * * *"
        jobTemplate:
          spec:
            template:
              spec:
                restartPolicy: Never
                containers: [{name: report, image: report}]
                volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
      """;

  static final String KEDA =
      """
      apiVersion: keda.sh/v1alpha1
      kind: ScaledObject
      metadata: {name: web, namespace: shop}
      spec: {scaleTargetRef: {name: web}}
      """;

  static final String HPA =
      """
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: {name: db, namespace: shop}
      spec: {minReplicas: 1, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: db}}
      """;

  /** Uses no claim of the recovery. */
  static final String OTHER =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: other, namespace: shop}
      spec:
        replicas: 1
        selector: {matchLabels: {app: other}}
        template:
          metadata: {labels: {app: other}}
          spec: {containers: [{name: other, image: other}]}
      """;

  static final String ALL = String.join("---\n", WEB, DB, REPORT, KEDA, HPA, OTHER);

  /** A pod that names claim {@code data}; {@code more} goes into its metadata. */
  static String pod(String name, String more, String phase) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, namespace: shop%s}
    spec:
      nodeName: node-1
      restartPolicy: Never
      containers: [{name: main, image: main}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
    status: {phase: %s}
    """
        .formatted(name, more, phase);
  }

  /** A controlling owner, for {@link #pod}. */
  static String ownedBy(String apiVersion, String kind, String name, String uid) {
    return ", ownerReferences: [{apiVersion: %s, kind: %s, name: %s, uid: %s, controller: true}]"
        .formatted(apiVersion, kind, name, uid);
  }

  static String job(boolean suspended) {
    return """
    apiVersion: batch/v1
    kind: Job
    metadata: {name: import, namespace: shop}
    spec:
      suspend: %s
      template:
        spec:
          restartPolicy: Never
          containers: [{name: import, image: import}]
          volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
    """
        .formatted(suspended);
  }
}
