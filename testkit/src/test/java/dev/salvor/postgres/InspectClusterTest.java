package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.engine.Sight;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.models.CnpgMishap;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the look at a Cluster finds, and every refusal by itself. */
class InspectClusterTest {
  /** Where a replica cluster has its data from. */
  private static final String ELSEWHERE =
      "{spec: {externalClusters: [{name: o, plugin: {name: barman-cloud.cloudnative-pg.io, parameters: {barmanObjectName: far, serverName: o}}}]}}";

  private final CopyBench bench = CopyBench.plugin(2);

  @Test
  void findsEverythingOfAHealthyCluster() {
    bench.cluster.put(
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: ScheduledBackup
        metadata: {name: nightly, namespace: shop}
        spec: {schedule: "0 0 0 * * *", cluster: {name: db}, suspend: false}
        ---
        apiVersion: postgresql.cnpg.io/v1
        kind: ScheduledBackup
        metadata: {name: others, namespace: shop}
        spec: {schedule: "0 0 0 * * *", cluster: {name: other}}
        """);
    var facts = bench.look(bench.inspect(), Facts.none("intent"));
    var database = facts.postgres().knownDatabase();
    assertThat(CopyBench.reasons(facts)).isEmpty();
    assertThat(database.uid()).isEqualTo(bench.db().uid());
    assertThat(database.healthy()).isTrue();
    assertThat(database.canHibernate()).isTrue();
    assertThat(database.instances()).isEqualTo(2);
    assertThat(database.primary()).isEqualTo("db-1");
    assertThat(database.serial()).isEqualTo(1);
    assertThat(database.claims()).containsExactly("db-1", "db-1-wal");
    assertThat(database.others()).containsExactly("db-2", "db-2-wal");
    assertThat(database.systemId()).isEqualTo(bench.db().systemId()).isNotEmpty();
    assertThat(database.timeline()).isEqualTo(1);
    assertThat(database.major()).isEqualTo(17);
    var archive = database.knownArchive();
    assertThat(archive.objectStore()).isEqualTo("store");
    assertThat(archive.destinationPath()).isEqualTo("s3://wal/shop/");
    assertThat(archive.serverName()).isEqualTo("db");
    var manifest = database.knownManifest();
    assertThat(manifest.at("/metadata/annotations/note").asText()).isEqualTo("hand-made");
    assertThat(manifest.has("status")).isFalse();
    assertThat(manifest.at("/metadata").has("uid")).isFalse();
    assertThat(facts.schedules()).hasSize(1);
    assertThat(facts.schedules().getFirst().ref().name()).isEqualTo("nightly");
    assertThat(String.valueOf(facts.schedules().getFirst().before()))
        .isEqualTo("{\"/spec/suspend\":false}");
  }

  @Test
  void thePrimaryAfterAFailOverIsNotTheFirstInstance() {
    bench.cnpg.promote(bench.cluster.world(), Kinds.CLUSTER.ref("shop", "db"), "db-2");
    bench.settle();
    var database = bench.look(bench.inspect(), Facts.none("i")).postgres().knownDatabase();
    assertThat(database.primary()).isEqualTo("db-2");
    assertThat(database.serial()).isEqualTo(2);
    assertThat(database.claims()).containsExactly("db-2", "db-2-wal");
    assertThat(database.others()).containsExactly("db-1", "db-1-wal");
    assertThat(database.timeline()).isEqualTo(2);
  }

  @Test
  void readsTheArchiverInTheTree() {
    bench.cluster.put(
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: Cluster
        metadata: {name: tree, namespace: shop}
        spec:
          instances: 1
          imageName: postgresql:16.9-system
          backup: {retentionPolicy: 30d, barmanObjectStore: {destinationPath: "s3://tree/"}}
        """);
    var look = new InspectCluster(bench.cluster, CopyBench.RUN, "shop", "tree", null);
    var facts = bench.look(look, Facts.none("i"));
    var archive = facts.postgres().knownDatabase().knownArchive();
    assertThat(archive.plugin()).isFalse();
    assertThat(archive.serverName()).isEqualTo("tree");
    assertThat(facts.postgres().knownDatabase().major()).isEqualTo(16);
    assertThat(CopyBench.reasons(facts)).containsExactly("RetentionEnds", "InTreeBackup");
    assertThat(facts.refused()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{metadata: {annotations: {cnpg.io/hibernation: 'on'}}} | ClusterHibernated",
        "{metadata: {annotations: {cnpg.io/fencedInstances: '[\"*\"]'}}} | ClusterFenced",
        "{metadata: {annotations: {cnpg.io/reconciliationLoop: disabled}}} | ReconciliationDisabled",
        "{metadata: {annotations: {recovery.salvor.dev/held-by: PostgresRecovery/shop/x/1}}} | HeldByAnother",
        "{spec: {bootstrap: {initdb: null, recovery: {source: o}}, replica: {enabled: true, source: o}}} | ReplicaCluster",
        "{spec: {replica: {primary: db, self: db, source: o, promotionToken: abc}}} | ReplicaCluster",
        "{spec: {replica: {primary: far, source: o}}} | ReplicaCluster",
      })
  void refusesWhatSomebodyElseHolds(String change, String reason) {
    bench.change(Kinds.CLUSTER, "db", ELSEWHERE);
    bench.change(Kinds.CLUSTER, "db", change);
    assertThat(bench.reasons(bench.inspect(), Facts.none("i"))).containsExactly(reason);
  }

  @Test
  void ourOwnHoldIsNoRefusal() {
    bench.change(
        Kinds.CLUSTER,
        "db",
        "{metadata: {annotations: {cnpg.io/hibernation: 'on', recovery.salvor.dev/held-by: "
            + CopyBench.RUN.by()
            + "}}}");
    assertThat(bench.reasons(bench.inspect(), Facts.none("i"))).isEmpty();
  }

  @Test
  void aReplicaThatIsThePrimaryIsNone() {
    bench.change(Kinds.CLUSTER, "db", ELSEWHERE);
    bench.change(Kinds.CLUSTER, "db", "{spec: {replica: {primary: db, self: db, source: o}}}");
    assertThat(bench.reasons(bench.inspect(), Facts.none("i"))).isEmpty();
  }

  @Test
  void refusesClaimsThatAreNotItsOwn() {
    bench.cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: db-7
          namespace: shop
          labels: {cnpg.io/cluster: db, cnpg.io/instanceName: db-7, cnpg.io/pvcRole: PG_DATA}
          annotations: {cnpg.io/nodeSerial: "7"}
        spec: {accessModes: [ReadWriteOnce]}
        """);
    var facts = bench.look(bench.inspect(), Facts.none("i"));
    assertThat(CopyBench.reasons(facts)).containsExactly("OrphanClaims");
    assertThat(facts.findings().getFirst().message()).contains("db-7").doesNotContain("db-1");
  }

  @Test
  void refusesWithoutAnArchive() {
    bench.change(Kinds.CLUSTER, "db", "{spec: {plugins: null}}");
    assertThat(bench.reasons(bench.inspect(), Facts.none("i"))).containsExactly("NoArchive");
  }

  @Test
  void refusesWithoutItsObjectStore() {
    bench.cluster.delete(Kinds.OBJECT_STORE.ref("shop", "store"));
    assertThat(bench.reasons(bench.inspect(), Facts.none("i")))
        .containsExactly("ObjectStoreMissing");
  }

  @Test
  void refusesWithoutCnpg() {
    bench.cluster.absent(Kinds.CLUSTER);
    assertThat(bench.reasons(bench.inspect(), Facts.none("i"))).containsExactly("CnpgMissing");
  }

  @Test
  void refusesWhileTheOperatorIsDown() {
    var operator =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: cnpg, namespace: cnpg-system, labels: {app.kubernetes.io/name: cloudnative-pg}}
        spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: manager, image: "cloudnative-pg:1.30.0"}]}}}
        status: {availableReplicas: %d}
        """;
    bench.cluster.put(operator.formatted(0));
    assertThat(bench.reasons(bench.inspect(), Facts.none("i"))).containsExactly("CnpgNotRunning");
    bench.cluster.put(operator.formatted(1));
    assertThat(bench.reasons(bench.inspect(), Facts.none("i"))).isEmpty();
  }

  @Test
  void refusesWhileTheWebhookIsDown() {
    bench.cluster.admission((_, after, _) ->
        after != null && after.path("kind").asText().equals("Cluster")
            ? Optional.of(
                new ClusterException.Unavailable(
                    "Internal error occurred: failed calling webhook \"vcluster.cnpg.io\": no endpoints available"))
            : Optional.empty());
    assertThat(bench.reasons(bench.inspect(), Facts.none("i")))
        .containsExactly("CnpgWebhookUnreachable");
  }

  @Test
  void refusesAClusterThatTheWebhookWouldNotTake() {
    bench.cluster.deny("patch", Kinds.CLUSTER, "shop");
    assertThat(bench.reasons(bench.inspect(), Facts.none("i")))
        .containsExactly("ClusterWriteRefused");
  }

  @Test
  void refusesWhileThePluginIsDown() {
    bench.cnpg.with(CnpgMishap.PLUGIN_UNKNOWN);
    bench.settle();
    assertThat(bench.reasons(bench.inspect(), Facts.none("i"))).containsExactly("PluginNotRunning");
  }

  @Test
  void warns() {
    bench.change(Kinds.OBJECT_STORE, "store", "{spec: {retentionPolicy: 30d}}");
    bench.cluster.put(
        "{apiVersion: postgresql.cnpg.io/v1, kind: Database, metadata: {name: crm, namespace: shop}, spec: {cluster: {name: db}}}");
    bench.cnpg.with(CnpgMishap.ARCHIVING_FAILS);
    bench.cnpg.insert(
        bench.cluster.world(), Kinds.CLUSTER.ref("shop", "db"), "x", bench.cluster.now());
    bench.cnpg.switchWal(bench.cluster.world(), Kinds.CLUSTER.ref("shop", "db"));
    bench.settle();
    var facts = bench.look(bench.inspect(), Facts.none("i"));
    assertThat(CopyBench.reasons(facts))
        .containsExactly("RetentionEnds", "DatabaseObjects", "ArchivingFails");
    assertThat(facts.findings()).allMatch(one -> one.severity() == Finding.Severity.Warning);
  }

  @Test
  void aClusterThatIsGoneNeedsItsManifest() {
    bench.cluster.delete(Kinds.CLUSTER.ref("shop", "db"));
    bench.settle();
    assertThat(bench.reasons(bench.inspect(), Facts.none("i"))).containsExactly("ClusterMissing");
    var look =
        new InspectCluster(bench.cluster, CopyBench.RUN, "shop", "db", CopyManifests.template());
    var facts = bench.look(look, Facts.none("i"));
    var database = facts.postgres().knownDatabase();
    assertThat(database.uid()).isNull();
    assertThat(database.canHibernate()).isFalse();
    assertThat(database.instances()).isEqualTo(3);
    assertThat(database.knownArchive().serverName()).isEqualTo("db");
    assertThat(facts.refused()).isFalse();
  }

  @Test
  void whatChangedSinceTheCopyIsRefused() {
    var rows = CopyBench.withRows();
    var facts = rows.drive(rows.steps(), rows.facts()).facts();
    assertThat(rows.reasons(rows.inspect(), facts)).isEmpty();
    rows.change(
        Kinds.CLUSTER,
        "db",
        "{spec: {plugins: [{name: barman-cloud.cloudnative-pg.io, isWALArchiver: true, parameters: {barmanObjectName: store, serverName: db-x}}]}}");
    assertThat(rows.reasons(rows.inspect(), facts)).containsExactly("ArchiveChanged");
    var again = Manifests.one(CopyManifests.db(2, ""));
    rows.cluster.delete(Kinds.CLUSTER.ref("shop", "db"));
    rows.settle();
    rows.cluster.create(again);
    rows.settle();
    assertThat(rows.reasons(rows.inspect(), facts)).contains("ClusterChanged");
  }

  @Test
  void writesNothing() {
    var before = bench.cluster.count();
    var version = bench.db().seen().resourceVersion();
    assertThat(bench.inspect().look(Facts.none("i"), bench.moment()))
        .isInstanceOf(Sight.Seen.class);
    assertThat(bench.cluster.count()).isEqualTo(before);
    assertThat(bench.db().seen().resourceVersion()).isEqualTo(version);
  }
}
