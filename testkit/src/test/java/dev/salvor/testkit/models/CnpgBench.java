package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A namespace with a database under CloudNativePG, and the hands of somebody who swaps it. */
final class CnpgBench {
  static final String STORE = CnpgInstallation.DESTINATION;
  static final Ref DB = Kinds.CLUSTER.ref("shop", "db");

  final KubeletModel kubelet = new KubeletModel();
  final CnpgModel cnpg = new CnpgModel(kubelet);
  final FakeCluster cluster =
      new FakeCluster()
          .with(
              cnpg,
              new JobModel(),
              new PvBinderModel(),
              new ProvisionerModel(),
              new PvcProtectionModel(),
              kubelet)
          .admission(cnpg.webhook());
  private final Run run = new Run(Kinds.POSTGRES_RECOVERY.ref("shop", "back"), "0123abcd-run");
  private final Destroyer destroyer = new Destroyer(cluster, (_, _, _, _, _, _, _) -> {}, run);

  CnpgBench() {
    cluster.put(
        """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata:
          name: fast
          annotations: {storageclass.kubernetes.io/is-default-class: "true"}
        provisioner: disks.example.org
        volumeBindingMode: WaitForFirstConsumer
        """);
    CnpgInstallation.into(cluster.world());
    CnpgInstallation.store(cluster.world(), "shop", "store");
  }

  /** A Cluster in production with so many instances and separate WAL volumes. */
  CnpgBench production(int instances) {
    cluster.put(manifest("db", instances, "db", "initdb: {database: shop, owner: shop}"));
    settle();
    return this;
  }

  /** A Cluster beside it, from its archive. */
  Ref recover(String name, String lineage, String target) {
    cluster.put(recovery(name, lineage, target));
    settle();
    return Kinds.CLUSTER.ref("shop", name);
  }

  static String recovery(String name, String lineage, String target) {
    return manifest(
            name,
            1,
            lineage,
            "recovery: {source: origin, database: shop, owner: shop, recoveryTarget: {"
                + target
                + "}}")
        + """
          externalClusters:
            - name: origin
              plugin:
                name: barman-cloud.cloudnative-pg.io
                parameters: {barmanObjectName: store, serverName: db}
        """;
  }

  static String manifest(String name, int instances, String lineage, String bootstrap) {
    return """
    apiVersion: postgresql.cnpg.io/v1
    kind: Cluster
    metadata: {name: %s, namespace: shop}
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

  /** A Backup, taken to its end. */
  Seen backup(String name, String of) {
    cluster.put(
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: Backup
        metadata: {name: %s, namespace: shop}
        spec:
          cluster: {name: %s}
          method: plugin
          pluginConfiguration: {name: barman-cloud.cloudnative-pg.io}
        """
            .formatted(name, of));
    settle();
    return read(Kinds.DATABASE_BACKUP.ref("shop", name));
  }

  /** INSERT now, a second after the last. */
  Instant insert(String row) {
    cluster.advance(Duration.ofSeconds(1));
    cnpg.insert(cluster.world(), DB, row, cluster.now());
    return cluster.now();
  }

  void archiveWal() {
    cnpg.switchWal(cluster.world(), DB);
    cluster.advance(Duration.ofSeconds(1));
  }

  void settle() {
    cluster.settle(Duration.ofMinutes(3));
  }

  Seen read(Ref ref) {
    return cluster.get(ref).orElseThrow();
  }

  String phase(Ref ref) {
    return read(ref).text("/status/phase");
  }

  String condition(Ref ref, String type) {
    for (var condition : read(ref).at("/status/conditions")) {
      if (condition.path("type").asText().equals(type))
        return condition.path("status").asText() + " " + condition.path("reason").asText();
    }
    return "";
  }

  /** What all pods of Jobs of a Cluster printed, all containers. */
  String jobLogs(String of) {
    var text = new StringBuilder();
    for (var pod : cluster.list(Kinds.POD, "shop", Map.of("cnpg.io/cluster", of))) {
      if (pod.label("cnpg.io/jobRole").isEmpty()) continue;
      for (var container : List.of(pod.label("cnpg.io/jobRole"), "plugin-barman-cloud"))
        text.append(cluster.log(pod.ref(), container, 100)).append('\n');
    }
    return text.toString();
  }

  void annotate(Ref ref, String key, String value) {
    cluster.write(read(ref).edit().annotate(key, value).write());
  }

  Ref claim(String name) {
    return Kinds.PVC.ref("shop", name);
  }

  Seen volumeOf(String claim) {
    return read(Kinds.PV.ref(read(claim(claim)).text("/spec/volumeName")));
  }

  void retain(String claim) {
    cluster.write(
        volumeOf(claim)
            .edit()
            .set("/spec/persistentVolumeReclaimPolicy", "Retain")
            .annotate(Marks.POLICY_BEFORE, "Delete")
            .annotate(PvBinderModel.BY_CONTROLLER, null)
            .write());
  }

  void point(Seen volume, String claim) {
    cluster.write(
        read(volume.ref())
            .edit()
            .set(
                "/spec/claimRef",
                Manifests.one(
                    "{apiVersion: v1, kind: PersistentVolumeClaim, namespace: shop, name: "
                        + claim
                        + "}"))
            .write());
  }

  void destroy(Ref ref) {
    var victim = new Victim(ref, read(ref).uid());
    destroyer.destroy(victim);
    destroyer.destroy(victim);
    settle();
  }

  /** The claim again as it was, on another volume. */
  static ObjectNode again(Seen claim, Seen volume, boolean owned) {
    var manifest = Json.manifest(Kinds.PVC, claim.namespace(), claim.name());
    var meta = Json.at(manifest, "/metadata");
    meta.set("labels", claim.at("/metadata/labels").deepCopy());
    var annotations = Json.at(manifest, "/metadata/annotations");
    claim
        .annotations()
        .forEach((key, value) -> {
          if (key.startsWith("cnpg.io/")) annotations.put(key, value);
        });
    if (owned) meta.set("ownerReferences", claim.at("/metadata/ownerReferences").deepCopy());
    manifest.set("spec", claim.at("/spec").deepCopy());
    Json.set(manifest, "/spec/volumeName", volume.name());
    return manifest;
  }

  void create(ObjectNode manifest) {
    cluster.write(new Write.Create(manifest));
  }

  /**
   * Two instances, primary db-2 after a switchover, two orders, then the damage, then the copy
   * {@code db-r1} of before.
   */
  Ref damaged() {
    production(2);
    cnpg.promote(cluster.world(), DB, "db-2");
    settle();
    backup("first", "db");
    insert("order-1");
    var moment = insert("order-2");
    cluster.advance(Duration.ofSeconds(1));
    cnpg.delete(cluster.world(), DB, "order-1", cluster.now());
    archiveWal();
    return recover("db-r1", "db-v2", "targetTime: \"" + moment + "\"");
  }

  /** Deletes a Cluster whose volumes are to be kept; returns those. */
  List<Seen> retire(String name, List<String> claims) {
    var volumes = new ArrayList<Seen>();
    for (var claim : claims) {
      retain(claim);
      volumes.add(volumeOf(claim));
    }
    destroy(Kinds.CLUSTER.ref("shop", name));
    return volumes;
  }

  /** Deletes production, and returns the claims of its primary as they were. */
  List<Seen> gone() {
    var claims = List.of("db-2", "db-2-wal").stream().map(name -> read(claim(name))).toList();
    List.of("db-1", "db-1-wal", "db-2", "db-2-wal").forEach(this::retain);
    destroy(DB);
    return claims;
  }

  /** Those claims again without an owner, on these volumes. */
  void claims(List<Seen> manifests, List<Seen> volumes) {
    for (var i = 0; i < manifests.size(); i++) {
      point(volumes.get(i), manifests.get(i).name());
      create(again(manifests.get(i), volumes.get(i), false));
    }
    settle();
  }

  /** Production again, archiving to the lineage of the copy. */
  void create() {
    cluster.put(manifest("db", 2, "db-v2", "initdb: {database: shop, owner: shop}"));
    settle();
  }

  /** Production archives to another lineage from now on. */
  void archiveTo(String lineage) {
    var plugins = read(DB).at("/spec/plugins").deepCopy();
    Json.set((ObjectNode) plugins.get(0), "/parameters/serverName", lineage);
    cluster.write(read(DB).edit().set("/spec/plugins", plugins).write());
  }
}
