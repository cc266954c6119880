package dev.salvor.archive;

import static dev.salvor.archive.Ledger.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.PostgresFacts;
import dev.salvor.api.Ref;
import dev.salvor.api.TargetFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cluster db of namespace shop, its ObjectStore, and a bucket that a test fills key by key. */
final class Depot implements Archives {
  static final String SYSTEM = "7345678901234567890";
  static final String FIRST = "20260301T000100";
  static final String SECOND = "20260301T001000";
  static final Run RUN = new Run(Kinds.POSTGRES_RECOVERY.ref("shop", "back"), "uid-back");
  static final Ref DB = Kinds.CLUSTER.ref("shop", "db");
  static final Ref STORE = Kinds.OBJECT_STORE.ref("shop", "store");
  static final Ref SECRET = Kinds.SECRET.ref("shop", "keys");

  final FakeCluster cluster = new FakeCluster();
  final Ledger ledger;

  /** What the store answers instead of what it holds; null for what it holds. */
  @Nullable ArchiveException fault;

  Depot(Ledger ledger) {
    this.ledger = ledger;
    cluster.put(
        """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: till}}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: keys, namespace: shop}
        data: {ID: c2FsdG8taWQ=, KEY: c2FsdG8ta2V5}
        ---
        apiVersion: barmancloud.cnpg.io/v1
        kind: ObjectStore
        metadata: {name: store, namespace: shop}
        spec:
          configuration:
            destinationPath: s3://backups/
            endpointURL: http://s3.example.org:9000
            s3Credentials: {accessKeyId: {name: keys, key: ID}, secretAccessKey: {name: keys, key: KEY}}
        ---
        """
            + database("shop", "db", "{barmanObjectName: store}"));
    change(
        DB,
        "{status: {currentPrimary: db-1, conditions: [{type: ContinuousArchiving, status: \"True\"}]}}");
  }

  /** One base backup and unbroken WAL behind it, timeline 1. */
  static Depot sound() {
    return new Depot(new Ledger().busy(1, 10, 20).backup(FIRST, 1, 10));
  }

  static String database(String namespace, String name, String parameters) {
    return """
    apiVersion: postgresql.cnpg.io/v1
    kind: Cluster
    metadata: {name: %s, namespace: %s}
    spec:
      instances: 1
      plugins: [{name: barman-cloud.cloudnative-pg.io, isWALArchiver: true, parameters: %s}]
    """
        .formatted(name, namespace, parameters);
  }

  @Override
  public ObjectStore open(ArchiveAddress address) {
    assertThat(address.bucket()).isEqualTo("backups");
    if (fault != null) throw fault;
    return ledger.store;
  }

  void change(Ref ref, String over) {
    var now = cluster.world().get(ref).orElseThrow();
    cluster.update(Manifests.merged(now, Manifests.one(over)));
  }

  Facts facts() {
    return facts("db", 1);
  }

  /**
   * What the look at the Cluster has found.
   *
   * @param timeline of the living database
   */
  Facts facts(String serverName, long timeline) {
    var database =
        new DatabaseFacts(
            "db",
            "uid-db",
            Manifests.one(database("shop", "db", "{barmanObjectName: store}")),
            true,
            true,
            1,
            "db-1",
            1,
            List.of("db-1"),
            List.of(),
            SYSTEM,
            timeline,
            17,
            new DatabaseFacts.Archive("store", "s3://backups/", serverName));
    return Facts.none("intent")
        .withTarget(new TargetFacts("shop", "uid-shop", "uid-cluster", Map.of(), Map.of()))
        .withPostgres(PostgresFacts.NONE.withDatabase(database));
  }

  /** Of a look that is done at once. */
  static Facts look(Look<Facts> look, Facts facts) {
    return ((Sight.Seen<Facts>) look.look(facts, moment())).facts();
  }

  static Moment moment() {
    return new Moment(at(1000), at(999));
  }

  /** The only refusal. */
  static Finding refusal(Facts facts) {
    var refusals =
        facts.findings().stream()
            .filter(one -> one.severity() == Finding.Severity.Refusal)
            .toList();
    assertThat(refusals).hasSize(1);
    var refusal = refusals.getFirst();
    assertThat(refusal.remedy()).isNotBlank();
    assertThat(refusal.message()).doesNotContain("salto");
    return refusal;
  }
}
