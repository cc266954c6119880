package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.DatabaseFacts.Archive;
import dev.salvor.api.Facts;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Cluster beside, compared with what a person wrote down: resources/…/copy-*.yaml. */
class CopyManifestTest {
  @ParameterizedTest
  @ValueSource(strings = {"plugin", "in-tree"})
  void isTheEarlierSpecWithOneInstanceAndItsOwnLineage(String generation) {
    var documents = Manifests.parse(file("copy-" + generation + ".yaml"));
    assertThat(documents).hasSize(2);
    var facts =
        facts(documents.getFirst(), point(RecoveryTarget.Type.Time, "2026-03-01T09:59:59Z", false));
    var cluster =
        new FakeCluster().put("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
    cluster.put("{apiVersion: v1, kind: Secret, metadata: {name: db-app, namespace: shop}}");
    var copy = CopyManifest.of(cluster, CopyBench.RUN, facts);
    assertThat(copy.toPrettyString())
        .isEqualTo(ordered(copy, documents.getLast()).toPrettyString());
    assertThat(copy).isEqualTo(documents.getLast());
    // the facts are not touched
    assertThat(facts.postgres().knownDatabase().knownManifest())
        .isEqualTo(ClusterManifest.of("shop", "db", documents.getFirst()));
  }

  @ParameterizedTest
  @CsvSource({
    "Latest, '', false, '{backupID: 20260301T020005, targetTLI: \"3\"}'",
    "Time, 2026-03-01T09:59:59.5Z, true, '{backupID: 20260301T020005, targetTLI: \"3\", targetTime: \"2026-03-01T09:59:59.5Z\", exclusive: true}'",
    "Lsn, 0/5000028, false, '{backupID: 20260301T020005, targetTLI: \"3\", targetLSN: 0/5000028}'",
    "Xid, 771, true, '{backupID: 20260301T020005, targetTLI: \"3\", targetXID: \"771\", exclusive: true}'",
    "Name, before-upgrade, false, '{backupID: 20260301T020005, targetTLI: \"3\", targetName: before-upgrade}'",
    "Immediate, '', false, '{backupID: 20260301T020005, targetTLI: \"3\", targetImmediate: true}'",
  })
  void everyTargetIsPinned(RecoveryTarget.Type type, String value, boolean exclusive, String yaml) {
    var original = Manifests.parse(file("copy-plugin.yaml")).getFirst();
    var cluster =
        new FakeCluster().put("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
    var copy =
        CopyManifest.of(cluster, CopyBench.RUN, facts(original, point(type, value, exclusive)));
    assertThat(copy.at("/spec/bootstrap/recovery/recoveryTarget")).isEqualTo(Manifests.one(yaml));
    // without a Secret of the application there is none to name
    assertThat(copy.at("/spec/bootstrap/recovery").has("secret")).isFalse();
  }

  @Test
  void takesDatabaseOwnerAndSecretFromAnyWayItWasMade() {
    for (var way : List.of("initdb", "recovery", "pg_basebackup")) {
      var original = Manifests.parse(file("copy-plugin.yaml")).getFirst();
      original
          .withObject("/spec")
          .set(
              "bootstrap",
              Manifests.one(
                  "{" + way + ": {database: shop, owner: keeper, secret: {name: keys}}}"));
      var cluster =
          new FakeCluster().put("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
      cluster.put("{apiVersion: v1, kind: Secret, metadata: {name: keys, namespace: shop}}");
      var facts = facts(original, point(RecoveryTarget.Type.Latest, "", false));
      var recovery = CopyManifest.of(cluster, CopyBench.RUN, facts).at("/spec/bootstrap/recovery");
      assertThat(recovery.path("database").asText()).isEqualTo("shop");
      assertThat(recovery.path("owner").asText()).isEqualTo("keeper");
      assertThat(recovery.at("/secret/name").asText()).isEqualTo("keys");
    }
  }

  @Test
  void aLongNameLeavesRoomForTheAttempt() {
    var original = Manifests.parse(file("copy-plugin.yaml")).getFirst();
    var facts = facts(original, point(RecoveryTarget.Type.Latest, "", false));
    var database = facts.postgres().knownDatabase();
    var longName = "a".repeat(50);
    var renamed =
        new DatabaseFacts(
            longName, null, null, true, true, 1, null, 0, List.of(), List.of(), null, 1, 17, null);
    assertThat(Names.copy(database, 1)).isEqualTo("db-r1");
    assertThat(Names.copy(renamed, 12)).hasSize(50).endsWith("a-r12");
  }

  private static Facts facts(ObjectNode original, RecoveryPoint point) {
    var manifest = ClusterManifest.of("shop", "db", original);
    var plugin = Archiving.plugin(manifest) != null;
    var archive = new Archive(plugin ? "store" : null, "s3://wal/shop/", "db");
    var database =
        new DatabaseFacts(
            "db", "uid", manifest, true, true, 3, "db-1", 1, List.of(), List.of(), "7", 2, 17,
            archive);
    var facts = Facts.none("intent");
    return facts.withPostgres(
        facts.postgres().withDatabase(database).withPoint(point).withLineage("db-v2"));
  }

  private static RecoveryPoint point(RecoveryTarget.Type type, String value, boolean exclusive) {
    return new RecoveryPoint(
        "db",
        "20260301T020005",
        3,
        false,
        3,
        type,
        value,
        exclusive,
        "7",
        17,
        1,
        Instant.EPOCH,
        null,
        true,
        null);
  }

  /** For a readable difference: the wanted fields in the order of the found ones. */
  private static ObjectNode ordered(ObjectNode found, ObjectNode wanted) {
    var ordered = dev.salvor.kube.Json.object();
    found.fieldNames().forEachRemaining(name -> copy(found, wanted, ordered, name));
    wanted
        .fieldNames()
        .forEachRemaining(name -> {
          if (!ordered.has(name)) ordered.set(name, wanted.get(name));
        });
    return ordered;
  }

  private static void copy(ObjectNode found, ObjectNode wanted, ObjectNode ordered, String name) {
    if (!wanted.has(name)) return;
    if (found.get(name) instanceof ObjectNode left && wanted.get(name) instanceof ObjectNode right)
      ordered.set(name, ordered(left, right));
    else ordered.set(name, wanted.get(name));
  }

  private static String file(String name) {
    try (var file = CopyManifestTest.class.getResourceAsStream(name)) {
      if (file == null) throw new IllegalStateException(name);
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
