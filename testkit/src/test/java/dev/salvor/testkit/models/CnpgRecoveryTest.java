package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.CnpgBench.STORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recovery to a target: which rows come back, and what a Job says that fails (postgres.md 1.8). */
class CnpgRecoveryTest {
  private static final String UNRECOVERABLE =
      "Cluster is unrecoverable and needs manual intervention";

  private final CnpgBench bench = new CnpgBench();
  private String id = "";
  private Instant first = Instant.EPOCH;
  private Instant last = Instant.EPOCH;

  /** One backup; orders 1 to 3 after it, all archived. */
  @BeforeEach
  void production() {
    bench.production(1);
    bench.insert("order-0");
    id = bench.backup("first", "db").text("/status/backupId");
    first = bench.insert("order-1");
    bench.insert("order-2");
    bench.cnpg.restorePoint(bench.cluster.world(), CnpgBench.DB, "before-release");
    last = bench.insert("order-3");
    bench.archiveWal();
  }

  /** The Job goes once the Cluster is healthy, and the log with it. */
  @Test
  void latestBringsEverythingThatWasArchived() {
    bench.insert("order-4");
    bench.cluster.put(CnpgBench.recovery("db-r1", "db-v2", ""));
    var job = Kinds.JOB.ref("shop", "db-r1-1-full-recovery");
    for (var s = 0;
        s < 60 && bench.cluster.get(job).stream().noneMatch(CnpgRecoveryTest::ended);
        s++) bench.cluster.advance(Duration.ofSeconds(1));
    assertThat(bench.jobLogs("db-r1"))
        .contains("Target backup found", "archive recovery complete", "selected new timeline ID: 2")
        .contains("last completed transaction was at log time " + PgLog.time(last));
    bench.settle();
    assertThat(bench.cnpg.rows(bench.cluster.world(), copy()))
        .containsExactly("order-0", "order-1", "order-2", "order-3");
    assertThat(bench.cluster.get(job)).isEmpty();
  }

  @Test
  void aRestorePointATransactionAndImmediateAreTargetsToo() {
    assertThat(recovered("targetName: before-release, backupID: " + id))
        .containsExactly("order-0", "order-1", "order-2");
    assertThat(recovered("targetXID: \"741\", backupID: " + id))
        .containsExactly("order-0", "order-1");
    assertThat(recovered("targetXID: \"741\", exclusive: true, backupID: " + id))
        .containsExactly("order-0");
    assertThat(recovered("targetImmediate: true, backupID: " + id)).containsExactly("order-0");
    assertThat(recovered("targetTime: \"" + first + "\"")).containsExactly("order-0", "order-1");
    assertThat(recovered("targetTime: \"" + first + "\", exclusive: true"))
        .containsExactly("order-0");
  }

  /** The last commit itself cannot be a target: nothing later proves that it was reached. */
  @Test
  void aTargetThatIsNotBeforeTheLastCommitIsFatal() {
    fails(
        "targetTime: \"" + last + "\"",
        "recovery ended before configured recovery target was reached");
    assertThat(bench.jobLogs("db-r1"))
        .contains("last completed transaction was at log time " + PgLog.time(last));
  }

  @Test
  void aTargetBeforeEveryBackupFindsNone() {
    fails("targetTime: \"2020-01-01T00:00:00Z\"", "no target backup found");
  }

  @Test
  void aBackupThatIsNotInTheCatalogIsNotFound() {
    fails("backupID: 20200101T000000", "no backup found with ID 20200101T000000");
  }

  @Test
  void aTimelineThatDoesNotExistIsFatal() {
    fails("targetTLI: \"7\"", "no target backup found");
    bench.destroy(copy());
    fails("targetTLI: \"7\", backupID: " + id, "recovery target timeline 7 does not exist");
  }

  /**
   * A fork that left the history before the backup: recovered once, written to, recovered again.
   */
  @Test
  void aForkBeforeTheBackupIsNotFollowed() {
    bench.recover("db-r1", "db-v2", "targetTime: \"" + first + "\"");
    var history = bench.cnpg.archive().bytes(STORE, "db-v2/wals/00000002.history").orElseThrow();
    assertThat(history).asString().startsWith("1\t0/");
    bench.backup("second", "db");
    bench
        .cnpg
        .archive()
        .lineage(STORE, "db")
        .histories
        .put(2L, bench.cnpg.archive().lineage(STORE, "db-v2").histories.get(2L));
    bench.destroy(Kinds.CLUSTER.ref("shop", "db-r1"));
    fails("", "requested timeline 2 is not a child of this server's history");
  }

  @Test
  void aPrefixWithWalIsRefused() {
    bench.cluster.put(CnpgBench.recovery("db-r1", "db", ""));
    bench.settle();
    assertThat(bench.jobLogs("db-r1"))
        .contains("WAL archive check failed for server db: Expected empty archive");
    assertThat(bench.phase(copy())).isEqualTo(UNRECOVERABLE);
  }

  @Test
  void aLostSegmentEndsTheReplay() {
    var segments = bench.cnpg.archive().wal(STORE, "db");
    bench.cnpg.archive().loseWal(STORE, "db", segments.getLast());
    fails(
        "targetTime: \"" + first + "\"",
        "recovery ended before configured recovery target was reached");
  }

  /** cloudnative-pg #10818: after a switchover, up on the old timeline without a word. */
  @Test
  void withoutHistoryFilesTheNewestTimelineIsMissedSilently() {
    bench.cluster.write(bench.read(CnpgBench.DB).edit().set("/spec/instances", 2).write());
    bench.settle();
    bench.cnpg.promote(bench.cluster.world(), CnpgBench.DB, "db-2");
    bench.settle();
    bench.insert("order-4");
    bench.archiveWal();
    assertThat(recovered("")).contains("order-4");
    bench.cnpg.with(CnpgMishap.HISTORY_REFUSED);
    assertThat(recovered("")).doesNotContain("order-4");
    assertThat(bench.read(copy()).number("/status/timelineID", 0)).isEqualTo(2);
    bench.destroy(copy());
    fails("targetTLI: \"2\", backupID: " + id, "recovery target timeline 2 does not exist");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          targetXID: "1", targetTime: "2026-01-01T00:00:00Z" | mutually exclusive
          targetName: x                                      | BackupID is missing
          targetTime: yesterday                              | TargetTime is invalid
          targetTLI: newest                                  | targetTLI
          """)
  void theWebhookRefusesWhatCannotBe(String target, String reason) {
    assertThatThrownBy(() -> bench.recover("db-r1", "db-v2", target))
        .isInstanceOf(ClusterException.Invalid.class)
        .hasMessageContaining(reason);
  }

  @Test
  void theWebhookRefusesASourceThatIsNotThere() {
    var manifest =
        CnpgBench.recovery("db-r1", "db-v2", "").replace("source: origin", "source: elsewhere");
    assertThatThrownBy(() -> bench.cluster.put(manifest))
        .hasMessageContaining("External cluster elsewhere not found");
  }

  private void fails(String target, String words) {
    bench.recover("db-r1", "db-v3", target);
    assertThat(bench.jobLogs("db-r1")).contains(words);
    assertThat(bench.phase(copy())).isEqualTo(UNRECOVERABLE);
    assertThat(bench.read(copy()).text("/status/phaseReason"))
        .startsWith("Instance creation failed for the following jobs: db-r1-1-full-recovery");
    assertThat(bench.cluster.list(Kinds.POD, "shop", Map.of("cnpg.io/cluster", "db-r1")))
        .hasSize(7);
  }

  private static boolean ended(Seen job) {
    return Pods.condition(job, "Complete");
  }

  private static Ref copy() {
    return Kinds.CLUSTER.ref("shop", "db-r1");
  }

  /** The rows of a copy, each time into a lineage of its own. */
  private List<String> recovered(String target) {
    if (bench.cluster.get(copy()).isPresent()) bench.destroy(copy());
    bench.recover("db-r1", "db-v" + bench.cluster.now().getEpochSecond(), target);
    assertThat(bench.phase(copy()))
        .as(() -> bench.jobLogs("db-r1"))
        .isEqualTo("Cluster in healthy state");
    return bench.cnpg.rows(bench.cluster.world(), copy());
  }
}
