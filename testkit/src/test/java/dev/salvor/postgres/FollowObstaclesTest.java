package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.FollowFacts;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.engine.Step;
import dev.salvor.kube.Kinds;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a copy can follow a primary that lives, and what is said where it cannot. */
class FollowObstaclesTest {
  private final CopyBench bench = CopyBench.plugin(2);

  @Test
  void theCopyFollowsAPrimaryThatLives() {
    archiving("True", "");
    var facts = with(bench.facts(), point(RecoveryTarget.Type.Latest, 17, 1, 1));
    var reviewed = bench.look(bench.review(CopyBench.spec("{}")), facts);
    assertThat(CopyBench.reasons(reviewed)).isEmpty();
    assertThat(reviewed.postgres().follow()).isEqualTo(FollowFacts.BEGUN);
    for (var strategy : List.of("InPlace", "Beside")) {
      var spec = CopyBench.spec("{\"strategy\": \"" + strategy + "\"}");
      assertThat(bench.look(bench.review(spec), facts).postgres().follow()).isNull();
    }
    var moment = with(bench.facts(), point(RecoveryTarget.Type.Time, 17, 1, 1));
    assertThat(bench.look(bench.review(CopyBench.spec("{}")), moment).postgres().follow()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "True, '', 2, another history up to timeline 2",
    "False, disk quota, 1, 'WAL archiving of Cluster shop/db fails: disk quota'",
  })
  void refusesLatestWhereNoCopyCanFollow(
      String archiving, String message, long timeline, String told) {
    archiving(archiving, message);
    var facts = with(bench.facts(), point(RecoveryTarget.Type.Latest, 17, timeline, 1));
    var reviewed = bench.look(bench.review(CopyBench.spec("{}")), facts);
    assertThat(CopyBench.reasons(reviewed)).contains("LatestWouldLose");
    var finding =
        reviewed.findings().stream()
            .filter(one -> one.reason().equals("LatestWouldLose"))
            .findFirst()
            .orElseThrow();
    assertThat(finding.message()).contains(told);
    assertThat(finding.remedy()).contains("strategy: InPlace");
    assertThat(reasons("{\"strategy\": \"InPlace\"}", facts)).doesNotContain("LatestWouldLose");
    assertThat(reasons("{\"strategy\": \"Beside\"}", facts)).doesNotContain("LatestWouldLose");
  }

  @Test
  void refusesToFollowWhatIsNotHealthyOrThrowsItsWalAway() {
    archiving("True", "");
    var facts = with(bench.facts(), point(RecoveryTarget.Type.Latest, 17, 1, 1));
    bench.change(
        Kinds.CLUSTER, "db", "{metadata: {annotations: {cnpg.io/skipWalArchiving: enabled}}}");
    assertThat(reasons("{\"strategy\": \"Swap\"}", facts)).containsExactly("LatestWouldLose");
    bench.change(Kinds.CLUSTER, "db", "{status: {phase: Failing over}}");
    assertThat(reasons("{\"strategy\": \"Swap\"}", facts)).contains("LatestWouldLose");
  }

  private void archiving(String status, String message) {
    bench.change(
        Kinds.CLUSTER,
        "db",
        "{status: {conditions: [{type: ContinuousArchiving, status: \"%s\", message: \"%s\"}]}}"
            .formatted(status, message));
  }

  private List<String> reasons(String spec, Facts facts) {
    Step.Look<Facts> review = bench.review(CopyBench.spec(spec));
    return CopyBench.reasons(bench.look(review, facts)).stream().toList();
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
