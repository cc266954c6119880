package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.PostgresFacts.Diagnosis;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** No two histories ever come below one serverName. */
class ChooseLineageTest {
  private static final String WAL = "/wals/0000000100000000/000000010000000000000001.gz";

  private final Depot depot = Depot.sound();

  private Facts look(@Nullable String wanted) {
    return look(wanted, depot.facts());
  }

  private Facts look(@Nullable String wanted, Facts facts) {
    return Depot.look(new ChooseLineage(depot.cluster, Depot.RUN, depot, wanted), facts);
  }

  private @Nullable String chosen() {
    return look(null).postgres().lineage();
  }

  private void taken(String wanted, String message) {
    var facts = look(wanted, depot.facts().withPostgres(depot.facts().postgres().withLineage("x")));
    var refusal = Depot.refusal(facts);
    assertThat(refusal.reason()).isEqualTo("LineageTaken");
    assertThat(refusal.message()).startsWith(message).endsWith("would mix two histories");
    assertThat(facts.postgres().lineage()).isNull();
  }

  private void holds(String key) {
    depot.ledger.store.put(key, 1, Ledger.MIDNIGHT);
  }

  private void claims(String namespace, String name, String parameters) {
    depot.cluster.put(Depot.database(namespace, name, parameters));
  }

  @Test
  void theNextNumberOfTheWholeBucket() {
    assertThat(chosen()).isEqualTo("db-v2");
    holds("db-v2" + WAL);
    assertThat(chosen()).isEqualTo("db-v3");
    // a hole is not filled: what was deleted there may be on somebody's list
    holds("db-v7/base/20260301T000100/backup.info");
    assertThat(chosen()).isEqualTo("db-v8");
    // the lineage of a copy is of the same family
    holds("db-r9" + WAL);
    assertThat(chosen()).isEqualTo("db-v10");
    // these are of other databases
    holds("db-vault" + WAL);
    holds("shop-db-v20" + WAL);
    holds("deeper/db-v30" + WAL);
    assertThat(chosen()).isEqualTo("db-v10");
  }

  @Test
  void behindTheOneItHas() {
    assertThat(look(null, depot.facts("db-v4", 1)).postgres().lineage()).isEqualTo("db-v5");
  }

  /** Nothing may be there yet: a Cluster that was made a moment ago, in any namespace. */
  @Test
  void notTheOneThatAnotherClusterClaims() {
    depot.cluster.put(
        """
        apiVersion: barmancloud.cnpg.io/v1
        kind: ObjectStore
        metadata: {name: theirs, namespace: till}
        spec: {configuration: {destinationPath: "s3://backups"}}
        ---
        apiVersion: barmancloud.cnpg.io/v1
        kind: ObjectStore
        metadata: {name: elsewhere, namespace: till}
        spec: {configuration: {destinationPath: "s3://other/"}}
        """);
    claims("till", "till", "{barmanObjectName: theirs, serverName: db-v2}");
    assertThat(chosen()).isEqualTo("db-v3");
    // without a serverName it is the Cluster's name
    claims("till", "db-v3", "{barmanObjectName: theirs}");
    assertThat(chosen()).isEqualTo("db-v4");
    claims("till", "far", "{barmanObjectName: elsewhere, serverName: db-v4}");
    assertThat(chosen()).isEqualTo("db-v4");
    depot.cluster.put(
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: Cluster
        metadata: {name: old, namespace: till}
        spec: {backup: {barmanObjectStore: {destinationPath: "s3://backups/", serverName: db-v4}}}
        """);
    assertThat(chosen()).isEqualTo("db-v5");
    taken("db-v4", "lineage db-v4 is the serverName of a Cluster of this cluster");
  }

  /** Proven below the prefix with its slash: db-v20 is not below db-v2. */
  @Test
  void whatAPersonNamesMustBeEmpty() {
    holds("db-v20" + WAL);
    holds("db-v2");
    assertThat(look("db-v2").postgres().lineage()).isEqualTo("db-v2");
    taken("db-v20", "lineage db-v20 is not empty at s3://backups/ at http://s3.example.org:9000");
    taken("db", "lineage db is the serverName of a Cluster");
  }

  /** Stricter than barman, which looks at WAL alone. */
  @ParameterizedTest
  @CsvSource({
    "mine/base/20260301T000100/backup.info",
    "mine/wals/00000002.history",
    "mine/README",
    "mine/"
  })
  void anythingAtAllIsNotEmpty(String key) {
    assertThat(look("mine").postgres().lineage()).isEqualTo("mine");
    holds(key);
    taken("mine", "lineage mine is not empty");
  }

  @ParameterizedTest
  @EnumSource(
      value = Diagnosis.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"Diverged"})
  void anArchiveThatStaysNeedsNone(Diagnosis diagnosis) {
    var facts = depot.facts();
    var diagnosed = facts.withPostgres(facts.postgres().withDiagnosis(diagnosis));
    assertThat(look(null, diagnosed).postgres().lineage()).isNull();
    var diverged = facts.withPostgres(facts.postgres().withDiagnosis(Diagnosis.Diverged));
    assertThat(look(null, diverged).postgres().lineage()).isEqualTo("db-v2");
  }

  @Test
  void aStoreThatRefusesProvesNothing() {
    depot.fault = new ArchiveException(ArchiveException.Kind.TIMEOUT, "slow", "Wait");
    var facts = look(null);
    assertThat(Depot.refusal(facts).reason()).isEqualTo("ArchiveTooSlow");
    assertThat(facts.postgres().lineage()).isNull();
  }

  /** On a real S3 server, with keys that begin alike. */
  @Test
  void onARealServer() {
    try (var bucket = new LocalBucket()) {
      bucket.put("db" + WAL, new byte[] {1});
      bucket.put("db-v20" + WAL, new byte[] {1});
      depot.change(
          Depot.STORE,
          "{spec: {configuration: {endpointURL: \"%s\", destinationPath: \"s3://%s\"}}}"
              .formatted(bucket.endpoint(), LocalBucket.NAME));
      var real = S3ObjectStore.archives();
      var facts = depot.facts();
      var next = Depot.look(new ChooseLineage(depot.cluster, Depot.RUN, real, null), facts);
      assertThat(next.postgres().lineage()).isEqualTo("db-v21");
      var named = Depot.look(new ChooseLineage(depot.cluster, Depot.RUN, real, "db-v2"), facts);
      assertThat(named.postgres().lineage()).isEqualTo("db-v2");
      var full = Depot.look(new ChooseLineage(depot.cluster, Depot.RUN, real, "db-v20"), facts);
      assertThat(Depot.refusal(full).message()).contains("db-v20 is not empty");
    }
  }
}
