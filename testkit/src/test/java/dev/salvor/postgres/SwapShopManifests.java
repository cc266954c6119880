package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.testkit.Manifests;
import org.jspecify.annotations.Nullable;

/** What there is in namespace shop. */
final class SwapShopManifests {
  private SwapShopManifests() {}

  static String namespace() {
    return """
    {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
    ---
    {apiVersion: recovery.salvor.dev/v1alpha1, kind: PostgresRecovery, metadata: {name: back, namespace: shop}, spec: {cluster: db}}
    ---
    {apiVersion: postgresql.cnpg.io/v1, kind: ScheduledBackup, metadata: {name: nightly, namespace: shop}, spec: {schedule: 0 0 0 * * *, cluster: {name: db}}}
    ---
    {apiVersion: postgresql.cnpg.io/v1, kind: Pooler, metadata: {name: pool, namespace: shop}, spec: {cluster: {name: db}, pgbouncer: {paused: false}}}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: pool-1, namespace: shop, labels: {cnpg.io/cluster: db, cnpg.io/podRole: pooler}}
    spec: {containers: [{name: pgbouncer, image: bouncer}]}
    status: {phase: Running}
    """;
  }

  static ObjectNode cluster(boolean plugin, @Nullable String serverName) {
    var name = serverName == null ? "" : ", serverName: " + serverName;
    return Manifests.one(
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: Cluster
        metadata: {name: db, namespace: shop, labels: {team: a}}
        spec:
          instances: 3
          bootstrap: {initdb: {database: shop, owner: shop}}
        %s
        status:
          targetPrimary: db-2
          conditions:
            - {type: Initialized, status: "True", reason: BootstrapCompleted, lastTransitionTime: "2025-01-01T00:00:00Z"}
            - {type: ContinuousArchiving, status: "True", reason: ContinuousArchivingSuccess, lastTransitionTime: "2025-01-01T00:00:00Z"}
        """
            .formatted(
                plugin
                    ? "  plugins: [{name: other.example.org}, {name: barman-cloud.cloudnative-pg.io, isWALArchiver: true, parameters: {barmanObjectName: store"
                        + name
                        + "}}]"
                    : "  backup: {barmanObjectStore: {destinationPath: \"s3://b/p\""
                        + name
                        + "}}"));
  }

  /** A claim of the Cluster and its volume, bound and retained. */
  static String bound(String claim, String owner) {
    var wal = claim.endsWith("-wal");
    var instance = wal ? claim.substring(0, claim.length() - 4) : claim;
    return """
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: %1$s
      namespace: shop
      labels: {cnpg.io/cluster: db, cnpg.io/instanceName: %2$s, cnpg.io/pvcRole: %3$s, cnpg.io/instanceRole: %6$s}
      annotations: {cnpg.io/nodeSerial: "%4$s", cnpg.io/pvcStatus: ready}
      ownerReferences: [{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, name: db, uid: "%5$s", controller: true}]
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
      storageClassName: fast
      volumeName: pv-%1$s
    status: {phase: Bound}
    """
        .formatted(
            claim,
            instance,
            wal ? Cnpg.WAL : Cnpg.DATA,
            instance.substring(3),
            owner,
            instance.equals("db-2") ? "primary" : "replica");
  }
}
