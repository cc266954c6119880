package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.CnpgBench.DB;
import static dev.salvor.testkit.models.CnpgBench.STORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
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
    bench.insert("order-1");
    bench.annotate(DB, "cnpg.io/hibernation", "on");
    bench.cluster.advance(Duration.ofSeconds(1));
    assertThat(bench.condition(DB, "cnpg.io/hibernation")).isEqualTo("False DeletingPods");
    assertThat(bench.read(Kinds.POD.ref("shop", "db-1")).terminating()).isTrue();
    assertThat(bench.read(Kinds.POD.ref("shop", "db-2")).terminating()).isFalse();
    bench.settle();
    assertThat(bench.condition(DB, "cnpg.io/hibernation")).isEqualTo("True Hibernated");
    assertThat(bench.cluster.get(Kinds.POD.ref("shop", "db-1"))).isEmpty();
    assertThat(bench.cnpg.isWritable(bench.cluster.world(), DB)).isFalse();
    bench.annotate(DB, "cnpg.io/hibernation", "off");
    bench.settle();
    assertThat(bench.phase(DB)).isEqualTo("Cluster in healthy state");
    assertThat(bench.condition(DB, "cnpg.io/hibernation")).isEmpty();
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
}
