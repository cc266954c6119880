package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.CnpgBench.DB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes wrong when a Cluster that was deleted is to adopt claims (swap.md 1.3, 2.7). */
class CnpgAdoptionTest {
  private final CnpgBench bench = new CnpgBench();
  private String systemId = "";
  private List<Seen> volumes = List.of();

  /** The copy is proven and deleted, its volumes are kept. */
  @BeforeEach
  void theVolumesOfTheCopy() {
    bench.damaged();
    systemId = bench.read(DB).text("/status/systemID");
    volumes = bench.retire("db-r1", List.of("db-r1-1", "db-r1-1-wal"));
  }

  /** E-7. */
  /** E-3. */
  /** swap.md 1.3, lines 11 and 12. */
  @Test
  void reconciliationThatWasDisabledIsFreedLaterAndAdopts() {
    bench.claims(bench.gone(), volumes);
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
    var first = List.of(bench.read(bench.claim("db-1")), bench.read(bench.claim("db-1-wal")));
    bench.gone();
    bench.claims(first, volumes);
    bench.cnpg.with(CnpgMishap.STALE_CLAIMS);
    bench.create();
    assertThat(bench.cluster.get(Kinds.JOB.ref("shop", "db-1-initdb"))).isPresent();
    assertThat(CnpgModel.rowsOfVolume(bench.cluster.world(), volumes.getFirst().uid())).isEmpty();
    assertThat(CnpgModel.systemId(bench.cluster.world(), bench.claim("db-1")))
        .isPresent()
        .isNotEqualTo(Optional.of(systemId));
  }

  /** swap.md P3: never tried again, until the Cluster is made anew. */
  @Test
  void anOperatorThatDiedInAdoptionDoesNotComeBackToIt() {
    bench.claims(bench.gone(), volumes);
    bench.cnpg.with(CnpgMishap.DIES_IN_ADOPTION);
    bench.create();
    assertThat(bench.cnpg.expects(CnpgMishap.DIES_IN_ADOPTION)).isFalse();
    assertThat(bench.phase(DB)).isEqualTo("Cluster is unrecoverable and needs manual intervention");
    assertThat(bench.read(bench.claim("db-2")).has("/metadata/ownerReferences")).isFalse();
    bench.destroy(DB);
    bench.create();
    assertThat(bench.phase(DB)).isEqualTo("Cluster in healthy state");
    assertThat(rows()).containsExactly("order-1", "order-2");
  }

  /** swap.md P4: what else is orphaned is adopted too, here as an instance that cannot start. */
  @Test
  void anotherOrphanClaimIsAdoptedToo() {
    bench.cnpg.with(CnpgMishap.ORPHAN_CLAIM);
    var manifests = bench.gone();
    assertThat(bench.cluster.get(bench.claim("db-9"))).isPresent();
    bench.claims(manifests, volumes);
    bench.create();
    assertThat(bench.read(bench.claim("db-9")).at("/metadata/ownerReferences/0/uid").asText())
        .isEqualTo(bench.read(DB).uid());
    assertThat(bench.phase(DB)).isNotEqualTo("Cluster in healthy state");
  }

  /** swap.md P2: without its WAL claim an empty one is made, and PostgreSQL does not start. */
  @Test
  void anIncompleteGroupDoesNotStart() {
    bench.claims(bench.gone().subList(0, 1), volumes);
    bench.create();
    assertThat(bench.cluster.get(bench.claim("db-2-wal"))).isPresent();
    assertThat(bench.cnpg.isWritable(bench.cluster.world(), DB)).isFalse();
    assertThat(bench.cluster.log(Kinds.POD.ref("shop", "db-2"), "postgres", 5))
        .contains("could not locate a valid checkpoint record");
  }

  /** postgres.md R3: with the volumes not pointed yet, GitOps gets an empty database of its own. */
  @Test
  void aClusterThatGitOpsMakesInTheGapDoesNotTouchTheCopy() {
    bench.cnpg.with(CnpgMishap.RECREATED_BY_GITOPS);
    bench.gone();
    assertThat(bench.phase(DB)).isEqualTo("Cluster in healthy state");
    assertThat(rows()).isEmpty();
    assertThat(CnpgModel.rowsOfVolume(bench.cluster.world(), volumes.getFirst().uid()))
        .containsExactly("order-1", "order-2");
    assertThat(bench.condition(DB, "ContinuousArchiving"))
        .isEqualTo("False ContinuousArchivingFailing");
  }

  private List<String> rows() {
    return bench.cnpg.rows(bench.cluster.world(), DB);
  }
}
