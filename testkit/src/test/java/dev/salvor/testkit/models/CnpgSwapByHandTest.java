package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.CnpgBench.DB;
import static dev.salvor.testkit.models.CnpgBench.STORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Experiments E-3 and E-7 line by line against the model, without any step: the right order ends
 * with the rows of the copy, wrong ones lose them as the real operator would.
 */
class CnpgSwapByHandTest {
  private static final Ref COPY = Kinds.CLUSTER.ref("shop", "db-r1");

  private final CnpgBench bench = new CnpgBench();
  private String systemId = "";

  @BeforeEach
  void productionAndItsCopy() {
    bench.damaged();
    assertThat(bench.phase(COPY))
        .as(() -> bench.jobLogs("db-r1"))
        .isEqualTo("Cluster in healthy state");
    assertThat(bench.read(DB).text("/status/currentPrimary")).isEqualTo("db-2");
    assertThat(bench.read(COPY).number("/status/timelineID", 0)).isEqualTo(3);
    systemId = bench.read(DB).text("/status/systemID");
  }

  @Test
  void underHibernationTheClusterLivesOnWithTheRowsOfTheCopy() {
    var uid = bench.read(DB).uid();
    var volumes = bench.retire("db-r1", List.of("db-r1-1", "db-r1-1-wal"));
    bench.annotate(DB, "cnpg.io/hibernation", "on");
    bench.settle();
    assertThat(bench.condition(DB, "cnpg.io/hibernation")).isEqualTo("True Hibernated");
    bench.archiveTo("db-v2");
    var old = List.of("db-2", "db-2-wal");
    var manifests = old.stream().map(name -> bench.read(bench.claim(name))).toList();
    var before = old.stream().map(bench::volumeOf).toList();
    for (var claim : List.of("db-1", "db-1-wal", "db-2", "db-2-wal")) {
      bench.retain(claim);
      bench.destroy(bench.claim(claim));
    }
    for (var i = 0; i < 2; i++) {
      bench.point(volumes.get(i), old.get(i));
      bench.create(CnpgBench.again(manifests.get(i), volumes.get(i), true));
    }
    bench.settle();
    bench.annotate(DB, "cnpg.io/hibernation", "off");
    bench.settle();
    var db = bench.read(DB);
    assertThat(db.text("/status/phase")).isEqualTo("Cluster in healthy state");
    assertThat(db.uid()).isEqualTo(uid);
    assertThat(db.text("/status/currentPrimary")).isEqualTo("db-2");
    assertThat(db.number("/status/readyInstances", 0)).isEqualTo(2);
    assertThat(db.number("/status/timelineID", 0)).isEqualTo(3);
    assertThat(db.text("/status/systemID")).isEqualTo(systemId);
    assertThat(rows()).containsExactly("order-1", "order-2");
    assertThat(bench.cluster.get(Kinds.DATABASE_BACKUP.ref("shop", "first")))
        .as("the plugin forgets Backups of a lineage that is no longer in use")
        .isEmpty();
    archivesOn("db-v2");
    undo(manifests, before);
  }

  /** The same swap back: the rows as they were damaged, on timeline and lineage of before. */
  private void undo(List<Seen> manifests, List<Seen> before) {
    bench.annotate(DB, "cnpg.io/hibernation", "on");
    bench.settle();
    bench.archiveTo("db");
    for (var claim : List.of("db-1", "db-1-wal", "db-2", "db-2-wal")) {
      bench.retain(claim);
      bench.destroy(bench.claim(claim));
    }
    for (var i = 0; i < 2; i++) {
      bench.point(before.get(i), manifests.get(i).name());
      bench.create(CnpgBench.again(manifests.get(i), before.get(i), true));
    }
    bench.settle();
    bench.annotate(DB, "cnpg.io/hibernation", "off");
    bench.settle();
    assertThat(bench.phase(DB)).isEqualTo("Cluster in healthy state");
    assertThat(bench.read(DB).number("/status/timelineID", 0)).isEqualTo(2);
    assertThat(rows()).containsExactly("order-2");
    var old = bench.cnpg.archive().wal(STORE, "db");
    bench.insert("order-8");
    bench.archiveWal();
    assertThat(bench.cnpg.archive().wal(STORE, "db")).hasSizeGreaterThan(old.size());
  }

  @Test
  void aClusterThatWasDeletedAdoptsTheClaimsOfTheCopy() {
    var uid = bench.read(DB).uid();
    var volumes = bench.retire("db-r1", List.of("db-r1-1", "db-r1-1-wal"));
    var manifests = bench.gone();
    bench.settle();
    bench.claims(manifests, volumes);
    bench.create();
    var db = bench.read(DB);
    assertThat(db.text("/status/phase")).isEqualTo("Cluster in healthy state");
    assertThat(db.uid()).isNotEqualTo(uid);
    assertThat(db.text("/status/currentPrimary")).isEqualTo("db-2");
    assertThat(db.text("/status/systemID")).isEqualTo(systemId);
    assertThat(rows()).containsExactly("order-1", "order-2");
    assertThat(bench.read(bench.claim("db-2")).at("/metadata/ownerReferences/0/uid").asText())
        .isEqualTo(db.uid());
    assertThat(bench.cluster.list(Kinds.JOB, "shop", Map.of("cnpg.io/jobRole", "initdb")))
        .isEmpty();
    archivesOn("db-v2");
  }

  @Test
  void claimsThatVanishUnderALivingClusterAreNotRecovered() {
    bench.annotate(DB, "cnpg.io/hibernation", "on");
    bench.settle();
    for (var claim : List.of("db-1", "db-1-wal", "db-2", "db-2-wal")) {
      bench.retain(claim);
      bench.destroy(bench.claim(claim));
    }
    bench.annotate(DB, "cnpg.io/hibernation", "off");
    bench.settle();
    assertThat(bench.phase(DB)).isEqualTo("Cluster is unrecoverable and needs manual intervention");
    assertThat(bench.read(DB).text("/status/phaseReason"))
        .contains("no PersistentVolumeClaims (PVCs) exist");
  }

  private List<String> rows() {
    return bench.cnpg.rows(bench.cluster.world(), DB);
  }

  /** A new segment gets there, and nothing new into the old lineage. */
  private void archivesOn(String lineage) {
    var before = bench.cnpg.archive().wal(STORE, lineage);
    var old = bench.cnpg.archive().wal(STORE, "db");
    bench.insert("order-9");
    bench.archiveWal();
    assertThat(bench.cnpg.archive().wal(STORE, lineage)).hasSizeGreaterThan(before.size());
    assertThat(bench.cnpg.archive().wal(STORE, "db")).isEqualTo(old);
    assertThat(bench.condition(DB, "ContinuousArchiving"))
        .isEqualTo("True ContinuousArchivingSuccess");
  }
}
