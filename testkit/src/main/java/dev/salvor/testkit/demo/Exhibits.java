package dev.salvor.testkit.demo;

import dev.salvor.api.Ref;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.World;
import dev.salvor.testkit.models.BackupContent;
import dev.salvor.testkit.models.VeleroModel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What {@link Showroom} shows beside the {@link Scene}: three small applications, a node that is
 * gone, a Cluster without CloudNativePG, and a recovery of every kind.
 */
final class Exhibits {
  static final Ref BLOG = Kinds.NAMESPACE_RESTORE.ref("blog", "after-the-upgrade");
  static final Ref MEDIA = Kinds.NAMESPACE_RESTORE.ref("media", "uploads-back");
  static final Ref WIKI = Kinds.NAMESPACE_RESTORE.ref("wiki", "pages-of-last-night");

  private static final List<String> APPLICATIONS = List.of("blog", "media", "wiki");

  /** One claim and who uses it. */
  private static final String APPLICATION =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: NAME}
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data, namespace: NAME}
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: standard
        resources: {requests: {storage: 2Gi}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: NAME, namespace: NAME}
      spec:
        replicas: 1
        strategy: {type: Recreate}
        selector: {matchLabels: {app: NAME}}
        template:
          metadata: {labels: {app: NAME}}
          spec:
            containers:
            - {name: NAME, image: "NAME:v1", volumeMounts: [{name: data, mountPath: /data}]}
            volumes:
            - {name: data, persistentVolumeClaim: {claimName: data}}
      """;

  /** What the page of a Cluster needs of cloudnative-pg v1.30.0 config/crd/bases. */
  private static final String CLUSTER_CRD =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: clusters.postgresql.cnpg.io}
      spec:
        group: postgresql.cnpg.io
        scope: Namespaced
        names: {kind: Cluster, listKind: ClusterList, plural: clusters, singular: cluster}
        versions:
        - name: v1
          served: true
          storage: true
          subresources: {status: {}}
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
                status: {type: object, x-kubernetes-preserve-unknown-fields: true}
      """;

  private static final String GONE =
      """
      {apiVersion: v1, kind: Namespace, metadata: {name: search}}
      ---
      apiVersion: v1
      kind: Node
      metadata: {name: worker-7, labels: {kubernetes.io/hostname: worker-7, kubernetes.io/os: linux}}
      spec: {unschedulable: true}
      status:
        conditions:
        - {type: Ready, status: "Unknown", reason: NodeStatusUnknown, message: Kubelet stopped posting node status., lastHeartbeatTime: "2026-01-01T00:00:00Z", lastTransitionTime: "2026-01-01T00:00:40Z"}
      ---
      apiVersion: v1
      kind: PersistentVolume
      metadata: {name: worker-7-index}
      spec:
        capacity: {storage: 5Gi}
        accessModes: [ReadWriteOnce]
        persistentVolumeReclaimPolicy: Delete
        storageClassName: local
        local: {path: /var/local/index}
        claimRef: {namespace: search, name: index}
        nodeAffinity:
          required:
            nodeSelectorTerms:
            - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [worker-7]}]
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: index, namespace: search}
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: local
        volumeName: worker-7-index
        resources: {requests: {storage: 5Gi}}
      ---
      {apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: db, namespace: blog}, spec: {instances: 3}}
      """;

  private static final String RECOVERIES =
      """
      apiVersion: recovery.salvor.dev/v1alpha1
      kind: NodeLossRecovery
      metadata: {name: worker-7-gone}
      spec:
        nodeName: worker-7
        confirmNodeLost: worker-7
        sources:
        - {namespace: search, persistentVolumeClaim: index, empty: true}
      ---
      apiVersion: recovery.salvor.dev/v1alpha1
      kind: PostgresRecovery
      metadata: {name: before-the-delete, namespace: blog}
      spec:
        cluster: db
        target: {time: "2026-03-21T14:03:00Z"}
      ---
      apiVersion: recovery.salvor.dev/v1alpha1
      kind: ArchiveReset
      metadata: {name: look, namespace: blog}
      spec: {cluster: db, mode: Diagnose}
      ---
      apiVersion: recovery.salvor.dev/v1alpha1
      kind: NamespaceRestore
      metadata: {name: no-such-backup, namespace: media}
      spec:
        backup: {name: media-20190101}
      ---
      apiVersion: recovery.salvor.dev/v1alpha1
      kind: VolumeRecovery
      metadata: {name: data-from-the-repository, namespace: wiki}
      spec:
        persistentVolumeClaim: data
        source:
          volSync: {replicationSource: data}
      """;

  private Exhibits() {}

  /** CRDs of others. */
  static String kinds() {
    return CLUSTER_CRD;
  }

  /** Namespaces, applications, the node that is gone. */
  static void set(World world) {
    for (var name : APPLICATIONS)
      Manifests.parse(APPLICATION.replace("NAME", name)).forEach(world::apply);
    Manifests.parse(GONE).forEach(world::apply);
  }

  static boolean ready(World world) {
    return APPLICATIONS.stream().allMatch(name -> runs(world, name));
  }

  private static boolean runs(World world, String name) {
    return world
        .get(Kinds.DEPLOYMENT.ref(name, name))
        .filter(one -> one.at("/status/availableReplicas").asInt() == 1)
        .isPresent();
  }

  /** A backup of each application, some hours old. */
  static void save(World world, VeleroModel velero) {
    for (var name : APPLICATIONS) {
      var then = Instant.now().minus(Duration.ofHours(7));
      velero.store(
          world,
          BackupContent.of(world, name + "-nightly", name, Method.FileSystem)
              .takenAt(then, then.plus(Duration.ofDays(30))));
    }
  }

  /** Brings one claim of an application back from the backup above. */
  static void restore(World world, Ref recovery) {
    world.apply(
        Manifests.one(
            """
            apiVersion: recovery.salvor.dev/v1alpha1
            kind: NamespaceRestore
            metadata: {name: %s, namespace: %s}
            spec: {backup: {name: %s-nightly}}
            """
                .formatted(recovery.name(), recovery.namespace(), recovery.namespace())));
  }

  /** One recovery of each of the other kinds, and one that cannot be. */
  static void others(World world) {
    Manifests.parse(RECOVERIES).forEach(world::apply);
  }
}
