package dev.salvor.archive;

import static dev.salvor.archive.Ledger.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.RecoveryTarget;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each target that cannot be reached, with the words that a person reads. */
class SelectRecoveryPointTest {
  private Depot depot = Depot.sound();
  private @Nullable String source;
  private boolean unprovenAllowed;

  private Facts look(RecoveryTarget target) {
    return look(target, depot.facts());
  }

  private Facts look(RecoveryTarget target, Facts facts) {
    return Depot.look(
        new SelectRecoveryPoint(depot.cluster, Depot.RUN, depot, target, source, unprovenAllowed),
        facts);
  }

  private void refused(RecoveryTarget target, String reason, String... words) {
    var before = look(RecoveryTarget.newest());
    var facts = look(target, before);
    var refusal = Depot.refusal(facts);
    assertThat(refusal.reason()).as(refusal.message()).isEqualTo(reason);
    assertThat(refusal.message()).contains(words);
    assertThat(facts.postgres().point()).as("no point of an earlier look").isNull();
  }

  private static RecoveryTarget time(Instant time) {
    return new RecoveryTarget(null, time, null, null, null, null, null, null, null);
  }

  private static RecoveryTarget from(String backupId) {
    return new RecoveryTarget(null, null, null, null, null, true, null, backupId, null);
  }

  @Test
  void theFuture() {
    refused(
        time(at(1001)),
        "TargetInFuture",
        "the target 2026-03-01T16:41:00Z is in the future; it is 2026-03-01T16:40:00Z");
  }

  @Test
  void beforeTheFirstBackup() {
    refused(time(at(5)), "TargetBeforeFirstBackup", "the nearest after is 2026-03-01T00:10:01Z");
  }

  @Test
  void insideAGap() {
    depot.ledger.without(1, 13).backup(Depot.SECOND, 1, 16);
    refused(
        time(at(14)),
        "TargetInGap",
        "WAL segment 00000001000000000000000D is missing (LSN 0/D000000 to 0/E000000)",
        "the nearest before is",
        "the nearest after is 2026-03-01T00:16:01Z");
  }

  @Test
  void behindAllUploads() {
    refused(time(at(30)), "TargetAfterLastCommit", "the nearest before is");
  }

  /** At 20 somebody went back to 15, into the same archive. */
  @Test
  void onAnAbandonedTimeline() {
    depot.ledger.history(2, "1\t0/F900000\tbefore\n", at(25)).busy(2, 15, 30);
    refused(time(at(18)), "TargetOnAbandonedTimeline", "timeline 1", "timeline 2");
  }

  @Test
  void twoSystemsUnderOnePrefix() {
    depot.ledger.backup(Depot.SECOND, 1, 14, new InfoText().with("systemid", "42"));
    var facts = look(time(at(12)));
    var refusal = Depot.refusal(facts);
    assertThat(refusal.reason()).isEqualTo("TwoSystems");
    assertThat(refusal.message())
        .startsWith(
            "the base backups of db are of different clusters (system identifiers 42, "
                + Depot.SYSTEM
                + ")");
  }

  @Test
  void aBackupOfAnotherDatabase() {
    depot = new Depot(new Ledger().busy(1, 10, 20));
    depot.ledger.backup(Depot.FIRST, 1, 10, new InfoText().with("systemid", "42"));
    var refusal = Depot.refusal(look(time(at(12))));
    assertThat(refusal.reason()).isEqualTo("WrongSystem");
    assertThat(refusal.message())
        .isEqualTo(
            "base backup "
                + Depot.FIRST
                + " of db is of another database: system identifier 42, the Cluster has "
                + Depot.SYSTEM);
  }

  @Test
  void aBackupThatNobodyKnows() {
    refused(from("20990101T000000"), "UnknownBackup", "no base backup 20990101T000000 of db");
  }

  @Test
  void nothingAtAll() {
    depot = new Depot(new Ledger());
    var refusal = Depot.refusal(look(RecoveryTarget.newest()));
    assertThat(refusal.reason()).isEqualTo("ArchiveEmpty");
    assertThat(refusal.message()).contains("below db/");
  }

  @Test
  void theWayIsPinned() {
    var spaces = "[('fast', 16387, '/var/lib/postgresql/tablespaces/fast/data')]";
    depot.ledger.backup(Depot.SECOND, 1, 14, new InfoText().with("tablespaces", spaces));
    depot.ledger.store.put("db/base/" + Depot.SECOND + "/16387.tar", 1, at(14));
    var point = look(time(at(16))).postgres().knownPoint();
    assertThat(point.serverName()).isEqualTo("db");
    assertThat(point.backupId()).isEqualTo(Depot.SECOND);
    assertThat(point.timeline()).isEqualTo(1);
    assertThat(point.followed()).isFalse();
    assertThat(point.systemId()).isEqualTo(Depot.SYSTEM);
    assertThat(point.major()).isEqualTo(17);
    assertThat(point.tablespaces()).containsExactly("fast");
    assertThat(look(time(at(12))).postgres().knownPoint().tablespaces()).isEmpty();
  }

  /** A lineage that began under a running database on timeline 3. */
  @Test
  void aTimelineWithoutItsHistoryFileIsFollowed() {
    depot = new Depot(new Ledger().busy(3, 10, 20).backup(Depot.FIRST, 3, 10));
    var point = look(RecoveryTarget.newest(), depot.facts("db", 3)).postgres().knownPoint();
    assertThat(point.timeline()).isEqualTo(3);
    assertThat(point.newestTimeline()).isEqualTo(3);
    assertThat(point.followed()).isTrue();
  }

  @Test
  void whatNothingProvesIsRefusedUnlessAllowed() {
    assertThat(look(time(at(15))).findings())
        .extracting(Finding::severity, Finding::reason)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Finding.Severity.Warning, "TargetUnproven"));
    var refusal = Depot.refusal(look(time(at(20))));
    assertThat(refusal.reason()).isEqualTo("TargetUnproven");
    assertThat(refusal.remedy()).contains("spec.allowUnproven: true");
    unprovenAllowed = true;
    assertThat(look(time(at(20))).refused()).isFalse();
  }

  /** The Cluster archives to db-v2 since a recovery; what was before is in db. */
  @Test
  void anEarlierLineageIsLookedIntoForATimeAndNotForTheNewest() {
    depot.ledger.store.put("db-v2/wals/0000000100000000/000000010000000000000001", 1, at(30));
    var facts = depot.facts("db-v2", 1);
    unprovenAllowed = true;
    assertThat(look(time(at(15)), facts).postgres().knownPoint().serverName()).isEqualTo("db");
    assertThat(Depot.refusal(look(RecoveryTarget.newest(), facts)).reason())
        .isEqualTo("ArchiveEmpty");
    source = "db";
    assertThat(look(RecoveryTarget.newest(), facts).postgres().knownPoint().serverName())
        .isEqualTo("db");
    source = "db-v2";
    assertThat(Depot.refusal(look(time(at(15)), facts)).reason()).isEqualTo("ArchiveEmpty");
  }

  /** One word about a store that is down, not two. */
  @Test
  void aStoreThatRefusesWasSaidBefore() {
    depot.fault =
        new ArchiveException(ArchiveException.Kind.FORBIDDEN, "no (s3://backups/)", "Mend it");
    assertThat(Depot.refusal(look(RecoveryTarget.newest())).reason()).isEqualTo("ArchiveForbidden");
    var inspected =
        depot
            .facts()
            .withFindings(
                "InspectArchive",
                List.of(
                    new Finding(
                        "InspectArchive",
                        Finding.Severity.Refusal,
                        "ArchiveForbidden",
                        "no",
                        "m")));
    assertThat(look(RecoveryTarget.newest(), inspected).findings()).hasSize(1);
  }
}
