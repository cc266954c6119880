package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.CnpgBench.DB;
import static dev.salvor.testkit.models.CnpgBench.STORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The life of a healthy Cluster: what a recovery reads of it. */
class CnpgModelTest {
  private final CnpgBench bench = new CnpgBench();

  @Test
  void aNewClusterGetsHealthyWithAllThatBelongsToIt() {
    bench.production(2);
    var db = bench.read(DB);
    assertThat(db.text("/status/phase")).isEqualTo("Cluster in healthy state");
    assertThat(db.text("/status/currentPrimary")).isEqualTo("db-1");
    assertThat(db.text("/status/targetPrimary")).isEqualTo("db-1");
    assertThat(db.number("/status/instances", 0)).isEqualTo(2);
    assertThat(db.number("/status/readyInstances", 0)).isEqualTo(2);
    assertThat(db.number("/status/timelineID", 0)).isEqualTo(1);
    assertThat(db.text("/status/systemID")).isNotEmpty();
    assertThat(bench.condition(DB, "Ready")).isEqualTo("True ClusterIsReady");
    assertThat(bench.condition(DB, "Initialized")).isEqualTo("True BootstrapCompleted");
    assertThat(bench.condition(DB, "ContinuousArchiving"))
        .isEqualTo("True ContinuousArchivingSuccess");
    for (var claim : List.of("db-1", "db-1-wal", "db-2", "db-2-wal")) {
      var seen = bench.read(bench.claim(claim));
      assertThat(seen.label("cnpg.io/cluster")).isEqualTo("db");
      assertThat(seen.annotation("cnpg.io/pvcStatus")).isEqualTo("ready");
      assertThat(seen.label("cnpg.io/instanceRole"))
          .isEqualTo(claim.startsWith("db-1") ? "primary" : "replica");
      assertThat(seen.at("/metadata/ownerReferences/0/uid").asText()).isEqualTo(db.uid());
      assertThat(seen.at("/metadata/ownerReferences/0").has("blockOwnerDeletion")).isFalse();
    }
    assertThat(bench.cluster.list(Kinds.SECRET, "shop", java.util.Map.of("cnpg.io/cluster", "db")))
        .extracting(Seen::name)
        .containsExactlyInAnyOrder("db-app", "db-ca", "db-server", "db-replication");
    assertThat(bench.cluster.list(Kinds.SERVICE, "shop", java.util.Map.of()))
        .extracting(Seen::name)
        .containsExactlyInAnyOrder("db-rw", "db-ro", "db-r");
  }

  @Test
  void aRecoveryBesideStopsBeforeTheTarget() {
    bench.production(1);
    bench.backup("first", "db");
    bench.insert("order-1");
    var moment = bench.insert("order-2");
    bench.insert("order-3");
    bench.archiveWal();
    var copy = bench.recover("db-r1", "db-v2", "targetTime: \"" + moment + "\"");
    assertThat(bench.phase(copy))
        .as(() -> bench.jobLogs("db-r1"))
        .isEqualTo("Cluster in healthy state");
    assertThat(bench.cnpg.rows(bench.cluster.world(), copy)).containsExactly("order-1", "order-2");
    assertThat(bench.read(copy).text("/status/systemID"))
        .isEqualTo(bench.read(DB).text("/status/systemID"));
    assertThat(bench.read(copy).number("/status/timelineID", 0)).isEqualTo(2);
    assertThat(bench.condition(copy, "ContinuousArchiving"))
        .isEqualTo("True ContinuousArchivingSuccess");
    assertThat(bench.cnpg.archive().wal(STORE, "db-v2")).contains("00000002.history");
  }

  @Test
  void hibernationStopsThePrimaryFirstAndKeepsTheClaims() {
    bench.production(2);
    var committed = bench.insert("order-1");
    bench.annotate(DB, "cnpg.io/hibernation", "on");
    bench.cluster.advance(Duration.ofSeconds(1));
    assertThat(bench.condition(DB, "cnpg.io/hibernation")).isEqualTo("False DeletingPods");
    assertThat(bench.read(Kinds.POD.ref("shop", "db-1")).terminating()).isTrue();
    assertThat(bench.read(Kinds.POD.ref("shop", "db-2")).terminating()).isFalse();
    bench.settle();
    assertThat(bench.condition(DB, "cnpg.io/hibernation")).isEqualTo("True Hibernated");
    assertThat(bench.cnpg.archive().lastCommit(STORE, "db")).contains(committed);
    assertThat(bench.cluster.log(Kinds.POD.ref("shop", "db-1"), "postgres", 10))
        .contains("Database cluster state:               shut down");
    assertThat(bench.cluster.get(Kinds.POD.ref("shop", "db-1"))).isEmpty();
    assertThat(bench.cnpg.isWritable(bench.cluster.world(), DB)).isFalse();
    var asleep = bench.read(DB);
    assertThat(asleep.text("/status/phase")).isEqualTo("Cluster in healthy state");
    assertThat(bench.condition(DB, "Ready")).isEqualTo("True ClusterIsReady");
    assertThat(bench.condition(DB, "ContinuousArchiving")).startsWith("True");
    assertThat(bench.condition(DB, "ConsistentSystemID")).isEqualTo("False NotFound");
    assertThat(asleep.has("/status/readyInstances")).isFalse();
    assertThat(asleep.has("/status/systemID")).isFalse();
    assertThat(asleep.text("/status/currentPrimary")).isEqualTo("db-1");
    assertThat(endpoints()).isEmpty();
    bench.annotate(DB, "cnpg.io/hibernation", "off");
    bench.settle();
    assertThat(bench.phase(DB)).isEqualTo("Cluster in healthy state");
    assertThat(bench.condition(DB, "cnpg.io/hibernation")).isEmpty();
    assertThat(bench.condition(DB, "ConsistentSystemID")).isEqualTo("True Unique");
    assertThat(endpoints()).containsExactly("db-1 true");
    assertThat(bench.cnpg.rows(bench.cluster.world(), DB)).containsExactly("order-1");
    assertThat(bench.read(DB).number("/status/timelineID", 0)).isEqualTo(1);
  }

  @Test
  void aBackupIsInTheArchiveWithItsWal() {
    bench.production(1);
    bench.insert("order-1");
    var backup = bench.backup("first", "db");
    assertThat(backup.text("/status/phase")).isEqualTo("completed");
    assertThat(bench.cnpg.archive().backups(STORE, "db"))
        .extracting(ArchiveModel.Backup::id)
        .containsExactly(backup.text("/status/backupId"));
    assertThat(bench.cnpg.archive().wal(STORE, "db"))
        .contains(backup.text("/status/beginWal"), backup.text("/status/endWal"));
    var key = "db/base/" + backup.text("/status/backupId") + "/backup.info";
    assertThat(bench.cnpg.archive().bytes(STORE, key).orElseThrow())
        .asString()
        .contains("systemid=" + bench.read(DB).text("/status/systemID"))
        .contains("status=DONE");
    assertThat(bench.condition(DB, "LastBackupSucceeded")).isEqualTo("True LastBackupSucceeded");
  }

  /** The archiver in the tree: everything is in the Cluster and the Job's one container. */
  @Test
  void withoutThePluginItIsTheSame() {
    bench.cluster.put(inTree("db", "db", "initdb: {database: shop, owner: shop}", ""));
    bench.settle();
    bench.cluster.put(
        "{apiVersion: postgresql.cnpg.io/v1, kind: Backup, metadata: {name: b, namespace: shop},"
            + " spec: {cluster: {name: db}}}");
    bench.settle();
    assertThat(bench.read(Kinds.DATABASE_BACKUP.ref("shop", "b")).text("/status/serverName"))
        .isEqualTo("db");
    var moment = bench.insert("order-1");
    bench.insert("order-2");
    bench.archiveWal();
    var target = "recoveryTarget: {targetTime: \"" + moment + "\"}";
    var external =
        "  externalClusters: [{name: db, barmanObjectStore: {destinationPath: \"" + STORE + "\"}}]";
    bench.cluster.put(inTree("db-r1", "db-v2", "recovery: {source: db, " + target + "}", external));
    bench.settle();
    var copy = Kinds.CLUSTER.ref("shop", "db-r1");
    assertThat(bench.cnpg.rows(bench.cluster.world(), copy)).containsExactly("order-1");
  }

  private static String inTree(String name, String lineage, String bootstrap, String external) {
    return """
    apiVersion: postgresql.cnpg.io/v1
    kind: Cluster
    metadata: {name: %s, namespace: shop}
    spec:
      instances: 1
      storage: {size: 1Gi}
      tablespaces: [{name: fast, storage: {size: 1Gi}}]
      bootstrap: {%s}
      backup: {barmanObjectStore: {destinationPath: "%s", serverName: %s}}
    %s
    """
        .formatted(name, bootstrap, STORE, lineage, external);
  }

  /** Of the read-write Service: who answers, and is it ready. */
  private List<String> endpoints() {
    var slice =
        bench
            .cluster
            .world()
            .look(new Ref("discovery.k8s.io/v1", "EndpointSlice", "shop", "db-rw-slice"))
            .orElseThrow();
    var found = new ArrayList<String>();
    for (var one : slice.at("/endpoints"))
      found.add(one.at("/targetRef/name").asText() + " " + one.at("/conditions/ready").asBoolean());
    return found;
  }
}
