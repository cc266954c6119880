package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.CnpgBench.DB;
import static dev.salvor.testkit.models.CnpgBench.STORE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** Two instances, primary db-2 after a fail-over, two orders, then the damage, then the copy. */
  @BeforeEach
  void productionAndItsCopy() {
    bench.production(2);
    bench.cnpg.promote(bench.cluster.world(), DB, "db-2");
    bench.settle();
    assertThat(bench.read(DB).text("/status/currentPrimary")).isEqualTo("db-2");
    assertThat(bench.phase(DB)).isEqualTo("Cluster in healthy state");
    bench.backup("first", "db");
    bench.insert("order-1");
    var moment = bench.insert("order-2");
    bench.cluster.advance(Duration.ofSeconds(1));
    bench.cnpg.delete(bench.cluster.world(), DB, "order-1", bench.cluster.now());
    bench.archiveWal();
    systemId = bench.read(DB).text("/status/systemID");
    bench.recover("db-r1", "db-v2", "targetTime: \"" + moment + "\"");
    assertThat(bench.phase(COPY))
        .as(() -> bench.jobLogs("db-r1"))
        .isEqualTo("Cluster in healthy state");
    assertThat(bench.read(COPY).number("/status/timelineID", 0)).isEqualTo(3);
  }

  /** E-7. */
  @Test
  void underHibernationTheClusterLivesOnWithTheRowsOfTheCopy() {
    var uid = bench.read(DB).uid();
    var volumes = retire("db-r1", List.of("db-r1-1", "db-r1-1-wal"));
    bench.annotate(DB, "cnpg.io/hibernation", "on");
    bench.settle();
    assertThat(bench.condition(DB, "cnpg.io/hibernation")).isEqualTo("True Hibernated");
    archiveTo("db-v2");
    var old = List.of("db-2", "db-2-wal");
    var manifests = old.stream().map(name -> bench.read(bench.claim(name))).toList();
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
    archivesOn("db-v2");
  }

  /** E-3. */
  @Test
  void aClusterThatWasDeletedAdoptsTheClaimsOfTheCopy() {
    var uid = bench.read(DB).uid();
    var volumes = retire("db-r1", List.of("db-r1-1", "db-r1-1-wal"));
    var manifests = gone();
    bench.settle();
    claims(manifests, volumes);
    create();
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

  /** swap.md 1.3, lines 11 and 12. */
  @Test
  void reconciliationThatWasDisabledIsFreedLaterAndAdopts() {
    var volumes = retire("db-r1", List.of("db-r1-1", "db-r1-1-wal"));
    claims(gone(), volumes);
    bench.cluster.put(
        CnpgBench.manifest("db", 2, "db-v2", "initdb: {database: shop, owner: shop}")
            .replace(
                "namespace: shop}",
                "namespace: shop, annotations: {cnpg.io/reconciliationLoop: disabled}}"));
    bench.settle();
    assertThat(bench.phase(DB)).isEmpty();
    assertThat(bench.read(bench.claim("db-2")).has("/metadata/ownerReferences")).isFalse();
    bench.cluster.write(bench.read(DB).edit().annotate("cnpg.io/reconciliationLoop", null).write());
    bench.settle();
    assertThat(bench.phase(DB)).isEqualTo("Cluster in healthy state");
    assertThat(rows()).containsExactly("order-1", "order-2");
  }

  /** swap.md P1: the cache of the first pass was stale. */
  @Test
  void initdbOnTheClaimLosesWhatWasOnIt() {
    var volumes = retire("db-r1", List.of("db-r1-1", "db-r1-1-wal"));
    var first = List.of(bench.read(bench.claim("db-1")), bench.read(bench.claim("db-1-wal")));
    gone();
    claims(first, volumes);
    bench.cnpg.with(CnpgMishap.STALE_CLAIMS);
    create();
    assertThat(bench.cluster.get(Kinds.JOB.ref("shop", "db-1-initdb"))).isPresent();
    assertThat(CnpgModel.rowsOfVolume(bench.cluster.world(), volumes.getFirst().uid())).isEmpty();
    assertThat(CnpgModel.systemId(bench.cluster.world(), bench.claim("db-1")))
        .isPresent()
        .isNotEqualTo(Optional.of(systemId));
  }

  /** swap.md P3: never tried again, until the Cluster is made anew. */
  @Test
  void anOperatorThatDiedInAdoptionDoesNotComeBackToIt() {
    var volumes = retire("db-r1", List.of("db-r1-1", "db-r1-1-wal"));
    claims(gone(), volumes);
    bench.cnpg.with(CnpgMishap.DIES_IN_ADOPTION);
    create();
    assertThat(bench.cnpg.expects(CnpgMishap.DIES_IN_ADOPTION)).isFalse();
    assertThat(bench.phase(DB)).isEqualTo("Cluster is unrecoverable and needs manual intervention");
    assertThat(bench.read(bench.claim("db-2")).has("/metadata/ownerReferences")).isFalse();
    bench.destroy(DB);
    create();
    assertThat(bench.phase(DB)).isEqualTo("Cluster in healthy state");
    assertThat(rows()).containsExactly("order-1", "order-2");
  }

  /** swap.md P4: what else is orphaned is adopted too, here as an instance that cannot start. */
  @Test
  void anotherOrphanClaimIsAdoptedToo() {
    var volumes = retire("db-r1", List.of("db-r1-1", "db-r1-1-wal"));
    bench.cnpg.with(CnpgMishap.ORPHAN_CLAIM);
    var manifests = gone();
    assertThat(bench.cluster.get(bench.claim("db-9"))).isPresent();
    claims(manifests, volumes);
    create();
    assertThat(bench.read(bench.claim("db-9")).at("/metadata/ownerReferences/0/uid").asText())
        .isEqualTo(bench.read(DB).uid());
    assertThat(bench.phase(DB)).isNotEqualTo("Cluster in healthy state");
  }

  /** swap.md P2: without its WAL claim an empty one is made, and PostgreSQL does not start. */
  @Test
  void anIncompleteGroupDoesNotStart() {
    var volumes = retire("db-r1", List.of("db-r1-1", "db-r1-1-wal"));
    claims(gone().subList(0, 1), volumes);
    create();
    assertThat(bench.cluster.get(bench.claim("db-2-wal"))).isPresent();
    assertThat(bench.cnpg.isWritable(bench.cluster.world(), DB)).isFalse();
    assertThat(bench.cluster.log(Kinds.POD.ref("shop", "db-2"), "postgres", 5))
        .contains("could not locate a valid checkpoint record");
  }

  /** postgres.md R3: with the volumes not pointed yet, GitOps gets an empty database of its own. */
  @Test
  void aClusterThatGitOpsMakesInTheGapDoesNotTouchTheCopy() {
    var volumes = retire("db-r1", List.of("db-r1-1", "db-r1-1-wal"));
    bench.cnpg.with(CnpgMishap.RECREATED_BY_GITOPS);
    gone();
    assertThat(bench.phase(DB)).isEqualTo("Cluster in healthy state");
    assertThat(rows()).isEmpty();
    assertThat(CnpgModel.rowsOfVolume(bench.cluster.world(), volumes.getFirst().uid()))
        .containsExactly("order-1", "order-2");
    assertThat(bench.condition(DB, "ContinuousArchiving"))
        .isEqualTo("False ContinuousArchivingFailing");
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

  // ---- hands

  /** Deletes a Cluster whose volumes are to be kept; returns those. */
  private List<Seen> retire(String name, List<String> claims) {
    var volumes = new ArrayList<Seen>();
    for (var claim : claims) {
      bench.retain(claim);
      volumes.add(bench.volumeOf(claim));
    }
    bench.destroy(Kinds.CLUSTER.ref("shop", name));
    assertThat(bench.cluster.list(Kinds.PVC, "shop", Map.of("cnpg.io/cluster", name))).isEmpty();
    assertThat(bench.cluster.list(Kinds.SECRET, "shop", Map.of("cnpg.io/cluster", name))).isEmpty();
    assertThat(volumes)
        .allSatisfy(volume -> assertThat(bench.phase(volume.ref())).isEqualTo("Released"));
    return volumes;
  }

  /** Deletes production, and returns the claims of its primary as they were. */
  private List<Seen> gone() {
    var claims =
        List.of("db-2", "db-2-wal").stream().map(name -> bench.read(bench.claim(name))).toList();
    List.of("db-1", "db-1-wal", "db-2", "db-2-wal").forEach(bench::retain);
    bench.destroy(DB);
    return claims;
  }

  private void claims(List<Seen> manifests, List<Seen> volumes) {
    for (var i = 0; i < manifests.size(); i++) {
      bench.point(volumes.get(i), manifests.get(i).name());
      bench.create(CnpgBench.again(manifests.get(i), volumes.get(i), false));
    }
    bench.settle();
  }

  private void create() {
    bench.cluster.put(
        CnpgBench.manifest("db", 2, "db-v2", "initdb: {database: shop, owner: shop}"));
    bench.settle();
  }

  private void archiveTo(String lineage) {
    var plugins = bench.read(DB).at("/spec/plugins").deepCopy();
    Json.set((ObjectNode) plugins.get(0), "/parameters/serverName", lineage);
    bench.cluster.write(bench.read(DB).edit().set("/spec/plugins", plugins).write());
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
