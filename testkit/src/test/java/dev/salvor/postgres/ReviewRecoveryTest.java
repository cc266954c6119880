package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Recoverable;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.api.Strategy;
import dev.salvor.engine.Step;
import dev.salvor.kube.Kinds;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The strategy, the copy's name, and every refusal of a review by itself. */
class ReviewRecoveryTest {
  private final CopyBench bench = CopyBench.plugin(2);

  @Test
  void aHealthyClusterIsSwappedByDefault() {
    var facts = bench.look(bench.review(CopyBench.spec("{}")), bench.facts());
    assertThat(facts.strategy()).isEqualTo(Strategy.Swap);
    assertThat(facts.restore().attempt()).isEqualTo(1);
    assertThat(CopyBench.reasons(facts)).isEmpty();
  }

  @Test
  void withoutAPointThereIsNothingToReview() {
    var facts = bench.facts();
    var pointless = facts.withPostgres(facts.postgres().withPoint(null));
    assertThat(bench.look(bench.review(CopyBench.spec("{}")), pointless)).isEqualTo(pointless);
  }

  @ParameterizedTest
  @CsvSource({"Swap", "Beside", "InPlace"})
  void aPersonsStrategyWins(Strategy wanted) {
    var spec = CopyBench.spec("{\"strategy\": \"" + wanted + "\"}");
    assertThat(bench.look(bench.review(spec), bench.facts()).strategy()).isEqualTo(wanted);
  }

  @Test
  void aClusterThatIsGoneIsMadeAnew() {
    bench.cluster.delete(Kinds.CLUSTER.ref("shop", "db"));
    bench.settle();
    var look =
        new InspectCluster(bench.cluster, CopyBench.RUN, "shop", "db", CopyManifests.template());
    var facts = bench.look(look, started());
    assertThat(bench.look(bench.review(CopyBench.spec("{}")), pointed(facts)).strategy())
        .isEqualTo(Strategy.InPlace);
  }

  @Test
  void lostVolumesAreNotSwapped() {
    bench.change(Kinds.PVC, "db-1", "{status: {phase: Lost}}");
    assertThat(bench.look(bench.review(CopyBench.spec("{}")), bench.facts()).strategy())
        .isEqualTo(Strategy.InPlace);
  }

  @Test
  void withoutRoomItIsInPlaceUnlessAsked() {
    bench.cluster.put(
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: storage, namespace: shop}
        spec: {hard: {requests.storage: 5Gi}}
        status: {hard: {requests.storage: 5Gi}, used: {requests.storage: 4Gi}}
        """);
    var chosen = bench.look(bench.review(CopyBench.spec("{}")), bench.facts());
    assertThat(chosen.strategy()).isEqualTo(Strategy.InPlace);
    assertThat(CopyBench.reasons(chosen)).isEmpty();
    var asked = bench.look(bench.review(CopyBench.spec("{\"strategy\": \"Swap\"}")), bench.facts());
    assertThat(CopyBench.reasons(asked)).containsExactly("NoRoomForCopy");
    assertThat(asked.findings().getFirst().message())
        .contains("1073741824 of requests.storage left, the copy needs 2147483648");
  }

  @Test
  void theCopyGetsANameOfWhichNothingIsLeft() {
    bench.cluster.put(
        "{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: db-r1, namespace: shop}, spec: {instances: 1}}");
    // a claim without any label would be taken without a word
    bench.cluster.put(
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: db-r2-1, namespace: shop}, spec: {accessModes: [ReadWriteOnce]}}");
    bench.cluster.put(
        "{apiVersion: v1, kind: Secret, metadata: {name: db-r3-ca, namespace: shop}}");
    bench.cluster.put("{apiVersion: v1, kind: Secret, metadata: {name: db-r4x, namespace: shop}}");
    var facts = bench.look(bench.review(CopyBench.spec("{}")), bench.facts());
    assertThat(Names.copy(facts)).isEqualTo("db-r4");
  }

  @Test
  void refusesAnotherMajor() {
    assertThat(reasons("{}", with(bench.facts(), point(RecoveryTarget.Type.Time, 16, 1, 1))))
        .containsExactly("MajorDiffers");
  }

  @Test
  void refusesToArchiveIntoTheSource() {
    var facts = bench.facts();
    assertThat(reasons("{}", facts.withPostgres(facts.postgres().withLineage("db"))))
        .containsExactly("LineageIsSource");
  }

  @Test
  void refusesAStorageThatIsTooSmall() {
    var facts = with(bench.facts(), point(RecoveryTarget.Type.Time, 17, 1, 2L << 30));
    assertThat(reasons("{}", facts)).containsExactly("StorageTooSmall");
  }

  @ParameterizedTest
  @CsvSource({
    "Xid, '{\"xid\": \"7\"}'",
    "Name, '{\"name\": \"n\"}'",
    "Immediate, '{\"immediate\": true}'"
  })
  void refusesATargetWithoutItsBackup(RecoveryTarget.Type type, String target) {
    var facts = with(bench.facts(), point(type, 17, 1, 1));
    assertThat(reasons("{\"target\": " + target + "}", facts)).containsExactly("BackupIdNeeded");
    var named = target.replace("}", ", \"backupID\": \"20260101T000000\"}");
    assertThat(reasons("{\"target\": " + named + "}", facts)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1.29.1, 1, 2, CnpgLosesTimelines",
    "1.29.1, 2, 2, CnpgHasKnownBugs",
    "1.29.1, 1, 1, CnpgHasKnownBugs",
    "1.27.2, 1, 2, CnpgHasKnownBugs",
    "1.28.4, 1, 2, ''",
    "1.30.0, 1, 2, ''",
  })
  void refusesVersionsThatLoseTimelines(String version, long from, long newest, String reason) {
    bench.cluster.put(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: cnpg, namespace: cnpg-system, labels: {app.kubernetes.io/name: cloudnative-pg}}
        spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: manager, image: "cloudnative-pg:%s"}]}}}
        status: {availableReplicas: 1}
        """
            .formatted(version));
    var facts = with(bench.facts(), point(RecoveryTarget.Type.Time, 17, newest, 1));
    var known =
        new Recoverable("db", "20260101T000000", from, Instant.EPOCH, null, false, "7", 17, null);
    var found = facts.withPostgres(facts.postgres().withRecoverable(List.of(known)));
    assertThat(reasons("{}", found)).isEqualTo(reason.isEmpty() ? List.of() : List.of(reason));
  }

  @Test
  void refusesAServiceThatWouldServeTheCopy() {
    bench.cluster.put(
        """
        {apiVersion: v1, kind: Service, metadata: {name: mine, namespace: shop}, spec: {selector: {role: primary}}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: fine, namespace: shop}, spec: {selector: {role: primary, cnpg.io/cluster: db}}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: none, namespace: shop}, spec: {clusterIP: None}}
        """);
    var facts = bench.look(bench.review(CopyBench.spec("{}")), bench.facts());
    assertThat(CopyBench.reasons(facts)).containsExactly("ServiceSelectsCopy");
    assertThat(facts.findings().getFirst().message()).contains("Service shop/mine");
  }

  @Test
  void inheritedLabelsCountForServicesToo() {
    bench.change(Kinds.CLUSTER, "db", "{spec: {inheritedMetadata: {labels: {app: shop-db}}}}");
    bench.cluster.put(
        "{apiVersion: v1, kind: Service, metadata: {name: mine, namespace: shop}, spec: {selector: {app: shop-db}}}");
    assertThat(reasons("{}", bench.facts())).containsExactly("ServiceSelectsCopy");
    assertThat(reasons("{\"strategy\": \"InPlace\"}", bench.facts())).isEmpty();
  }

  @Test
  void refusesACopyThatTheWebhookDoesNotTake() {
    var facts = bench.facts();
    var broken =
        new RecoveryPoint(
            "db",
            "20260101T000000",
            1,
            false,
            1,
            RecoveryTarget.Type.Time,
            "whenever",
            false,
            "7",
            17,
            1,
            Instant.EPOCH,
            null,
            true,
            null);
    assertThat(reasons("{}", with(facts, broken))).containsExactly("CopyRefused");
  }

  @Test
  void refusesNewAddressesUnlessAccepted() {
    bench.cluster.put(
        "{apiVersion: v1, kind: Service, metadata: {name: db-lb, namespace: shop, labels: {cnpg.io/cluster: db}}, spec: {type: LoadBalancer, selector: {cnpg.io/cluster: db}}}");
    assertThat(reasons("{}", bench.facts())).isEmpty();
    assertThat(reasons("{\"strategy\": \"InPlace\"}", bench.facts()))
        .containsExactly("AddressesChange");
    assertThat(reasons("{\"strategy\": \"InPlace\", \"acceptNewAddresses\": true}", bench.facts()))
        .isEmpty();
    bench.change(
        Kinds.CLUSTER, "db", "{status: {phase: Waiting for the instances to become active}}");
    assertThat(reasons("{\"strategy\": \"Swap\"}", bench.facts()))
        .containsExactly("AddressesChange");
  }

  @Test
  void warningsDoNotRefuse() {
    var facts = bench.look(bench.review(CopyBench.spec("{}")), bench.facts());
    assertThat(facts.findings()).noneMatch(one -> one.severity() == Finding.Severity.Refusal);
  }

  private List<String> reasons(String spec, Facts facts) {
    Step.Look<Facts> review = bench.review(CopyBench.spec(spec));
    return CopyBench.reasons(bench.look(review, facts)).stream().toList();
  }

  private Facts started() {
    return Facts.none("i")
        .withTarget(
            new dev.salvor.api.TargetFacts(
                "shop", "u", "c", java.util.Map.of(), java.util.Map.of()));
  }

  private Facts pointed(Facts facts) {
    return with(facts, point(RecoveryTarget.Type.Time, 17, 1, 1));
  }

  private static Facts with(Facts facts, RecoveryPoint point) {
    return facts.withPostgres(facts.postgres().withPoint(point).withLineage("db-v2"));
  }

  private static RecoveryPoint point(RecoveryTarget.Type type, int major, long newest, long bytes) {
    var value =
        type == RecoveryTarget.Type.Time
            ? "2026-03-01T09:59:59Z"
            : type == RecoveryTarget.Type.Xid ? "7" : "n";
    return new RecoveryPoint(
        "db",
        "20260101T000000",
        newest,
        false,
        newest,
        type,
        value,
        false,
        "7",
        major,
        bytes,
        Instant.EPOCH,
        null,
        true,
        null);
  }
}
