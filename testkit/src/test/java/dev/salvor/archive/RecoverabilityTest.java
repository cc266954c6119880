package dev.salvor.archive;

import static dev.salvor.archive.Ledger.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.RecoveryTarget;
import dev.salvor.archive.Answer.Proof;
import dev.salvor.archive.Answer.Reachable;
import dev.salvor.archive.Answer.Unreachable;
import java.time.Instant;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The stories of the issue, one by one. Minutes after midnight are numbers of segments. */
class RecoverabilityTest {
  private static final Instant NOW = at(1000);
  private static final String FIRST = "20260301T000100";
  private static final String SECOND = "20260301T001000";

  private static Ledger sound() {
    return new Ledger().busy(1, 10, 20).backup(FIRST, 1, 10);
  }

  private static RecoveryTarget time(Instant time) {
    return target(time, null, null, null);
  }

  private static RecoveryTarget target(
      @Nullable Instant time,
      @Nullable String lsn,
      @Nullable String backup,
      @Nullable Long timeline) {
    return new RecoveryTarget(null, time, lsn, null, null, null, null, backup, timeline);
  }

  private static Unreachable refused(Ledger ledger, RecoveryTarget target, String reason) {
    var answer = ledger.oracle().answer(target, NOW);
    assertThat(answer).isInstanceOf(Unreachable.class);
    var refused = (Unreachable) answer;
    assertThat(refused.reason()).as(refused.message()).isEqualTo(reason);
    assertThat(refused.message()).isNotBlank();
    assertThat(refused.remedy()).isNotBlank();
    return refused;
  }

  private static Reachable reached(Ledger ledger, RecoveryTarget target) {
    var answer = ledger.oracle().answer(target, NOW);
    assertThat(answer).isInstanceOf(Reachable.class);
    return (Reachable) answer;
  }

  @Test
  void theNewestBackupBeforeTheTargetIsPinned() {
    var ledger = sound().backup(SECOND, 1, 14);
    var early = reached(ledger, time(at(12)));
    assertThat(early.backup().id()).isEqualTo(FIRST);
    assertThat(early.timeline()).isEqualTo(1);
    assertThat(early.proof()).isEqualTo(Proof.PROVEN);
    assertThat(early.until()).isEqualTo(at(20));
    assertThat(early.segments()).isEqualTo(11);
    assertThat(reached(ledger, time(at(15))).backup().id()).isEqualTo(SECOND);
    assertThat(reached(ledger, target(at(15), null, FIRST, null)).backup().id()).isEqualTo(FIRST);
  }

  @Test
  void aTargetInTheFuture() {
    refused(sound(), time(NOW.plusSeconds(1)), "TargetInFuture");
  }

  @Test
  void aTargetBeforeTheFirstBackup() {
    var refused = refused(sound(), time(at(9)), "TargetBeforeFirstBackup");
    assertThat(refused.nearestBefore()).isNull();
    assertThat(refused.nearestAfter()).isEqualTo(at(10).plusSeconds(1));
    // the very end of the backup is too early too: two clocks, and seconds cut off
    refused(sound(), time(at(10)), "TargetBeforeFirstBackup");
    reached(sound(), time(at(10).plusSeconds(1)));
    var pinned = sound().backup(SECOND, 1, 14);
    refused(pinned, target(at(12), null, SECOND, null), "TargetBeforeBackup");
  }

  @Test
  void aTargetInAGapIsSentToBothSides() {
    var ledger = sound().without(1, 13).backup(SECOND, 1, 16);
    var refused = refused(ledger, time(at(14)), "TargetInGap");
    assertThat(refused.message()).contains("00000001000000000000000D").contains("0/D000000");
    assertThat(refused.nearestBefore()).isEqualTo(at(12).minusMillis(1));
    assertThat(refused.nearestAfter()).isEqualTo(at(16).plusSeconds(1));
    assertThat(ledger.oracle().intervals())
        .extracting(Interval::from, Interval::until)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(at(16).plusSeconds(1), at(20)),
            org.assertj.core.groups.Tuple.tuple(at(10).plusSeconds(1), at(12)));
    reached(ledger, time(at(11)));
    reached(ledger, time(at(17)));
    // behind the gap without a backup, latest would silently lose it
    var lost = refused(sound().without(1, 13), RecoveryTarget.newest(), "WalGap");
    assertThat(lost.nearestBefore()).isEqualTo(at(12).minusMillis(1));
    assertThat(reached(ledger, RecoveryTarget.newest()).backup().id()).isEqualTo(SECOND);
  }

  @Test
  void thirteenSecondsIntoAnIdleDatabase() {
    var ledger = sound();
    for (var number = 21; number < 60; number++) ledger.idle(1, number);
    var refused = refused(ledger, time(at(20).plusSeconds(13)), "TargetAfterLastCommit");
    assertThat(refused.message()).contains(at(20).toString());
    assertThat(refused.nearestBefore()).isEqualTo(at(20).minusMillis(1));
    assertThat(reached(ledger, RecoveryTarget.newest()).segments()).isEqualTo(50);
  }

  @Test
  void exactlyTheLastCommit() {
    var refused = refused(sound(), time(at(20)), "TargetAfterLastCommit");
    assertThat(refused.message()).contains("last commit itself");
    reached(sound(), time(at(20).minusNanos(1000)));
    var before = new RecoveryTarget(null, at(20), null, null, null, null, true, null, null);
    reached(sound(), before);
  }

  @Test
  void nothingWasCommittedSinceTheBackup() {
    var ledger = new Ledger().backup(FIRST, 1, 10);
    for (var number = 10; number < 15; number++) ledger.idle(1, number);
    var refused = refused(ledger, time(at(12)), "TargetAfterLastCommit");
    assertThat(refused.nearestBefore()).isNull();
    assertThat(ledger.oracle().intervals().getFirst().until()).isNull();
    reached(ledger, RecoveryTarget.newest());
  }

  @Test
  void walThatCannotBeReadGivesBoundsThatSaySo() {
    var ledger = sound().encrypted();
    var interval = ledger.oracle().intervals().getFirst();
    assertThat(interval.exact()).isFalse();
    assertThat(interval.until()).isEqualTo(at(19).plusSeconds(1));
    assertThat(reached(ledger, time(at(15))).proof()).isEqualTo(Proof.LIKELY);
    assertThat(reached(ledger, time(at(20))).proof()).isEqualTo(Proof.UNPROVEN);
    refused(ledger, time(at(22)), "TargetAfterLastCommit");
    assertThat(reached(ledger, RecoveryTarget.newest()).proof()).isEqualTo(Proof.PROVEN);
  }

  @Test
  void anAbandonedTimelineIsNamed() {
    // at 20 somebody went back to 15, in the same archive
    var ledger = sound().history(2, "1\t0/F900000\tbefore\n", at(25)).busy(2, 26, 30);
    for (var number = 15; number < 26; number++) ledger.idle(2, number);
    var refused = refused(ledger, time(at(18)), "TargetOnAbandonedTimeline");
    assertThat(refused.message()).contains("timeline 1").contains("timeline 2");
    assertThat(refused.remedy()).contains("spec.target.timeline to 1");
    assertThat(refused.nearestBefore()).isEqualTo(at(14));
    assertThat(refused.nearestAfter()).isEqualTo(at(25));
    assertThat(reached(ledger, target(at(18), null, null, 1L)).timeline()).isEqualTo(1);
    assertThat(reached(ledger, time(at(13))).timeline()).isEqualTo(2);
    assertThat(reached(ledger, time(at(28))).timeline()).isEqualTo(2);
    assertThat(reached(ledger, RecoveryTarget.newest()).timeline()).isEqualTo(2);
    assertThat(reached(ledger, target(null, null, null, 1L)).timeline()).isEqualTo(1);
    refused(ledger, target(null, "0/12000000", null, null), "SeveralTimelines");
    assertThat(reached(ledger, target(null, "0/12000000", null, 1L)).timeline()).isEqualTo(1);
  }

  @Test
  void timelinesThatCannotBeFollowed() {
    var ledger = sound().busy(2, 21, 22);
    refused(ledger, RecoveryTarget.newest(), "TimelineHistoryMissing");
    refused(ledger, target(null, null, null, 2L), "TimelineHistoryMissing");
    refused(ledger, target(null, null, null, 7L), "TimelineUnknown");
    refused(
        ledger.history(2, "nonsense", at(21)),
        target(null, null, null, 2L),
        "TimelineHistoryMissing");
    // 3 left 1 before the backup's end
    refused(
        sound().history(3, "1\t0/9000000\tx\n", at(21)).busy(3, 9, 12),
        target(null, null, null, 3L),
        "TimelineNotAChild");
  }

  /** A lineage that began under a database on timeline 3: PostgreSQL archives new files only. */
  @Test
  void withoutItsHistoryFileATimelineIsFollowedAndNotNamed() {
    var ledger = new Ledger().busy(3, 10, 20).backup(FIRST, 3, 10);
    assertThat(ledger.read().isFollowed(3)).isTrue();
    assertThat(ledger.oracle().intervals().getFirst().timeline()).isEqualTo(3);
    assertThat(reached(ledger, RecoveryTarget.newest()).timeline()).isEqualTo(3);
    assertThat(reached(ledger, target(at(15), null, null, 3L)).proof()).isEqualTo(Proof.PROVEN);
    refused(
        ledger.history(3, "nonsense", at(9)), RecoveryTarget.newest(), "TimelineHistoryMissing");

    var later = new Ledger().busy(3, 10, 20).backup(FIRST, 3, 10).busy(4, 20, 25);
    later.history(4, "1\t0/5000000\tx\n2\t0/6000000\tx\n3\t0/14F00000\tx\n", at(20));
    assertThat(reached(later, time(at(15))).timeline()).isEqualTo(4);
    assertThat(later.read().isFollowed(3)).as("latest leads to 4").isFalse();
    refused(later, target(null, null, null, 3L), "TimelineHistoryMissing");
  }

  @Test
  void backupsThatAreUnknownOrUnusable() {
    var ledger =
        sound()
            .backup(SECOND, 1, 14, new InfoText().with("status", "FAILED"))
            .backup("20260301T002000", 1, 99);
    assertThat(
            refused(ledger, target(null, null, "20990101T000000", null), "UnknownBackup").remedy())
        .contains(FIRST);
    assertThat(refused(ledger, target(null, null, SECOND, null), "BackupUnusable").message())
        .contains("FAILED");
    assertThat(
            refused(ledger, target(null, null, "20260301T002000", null), "BackupUnusable")
                .message())
        .contains("000000010000000000000063");
    refused(new Ledger(), RecoveryTarget.newest(), "ArchiveEmpty");
    refused(new Ledger().busy(1, 10, 20), RecoveryTarget.newest(), "ArchiveEmpty");
    refused(
        new Ledger()
            .busy(1, 10, 20)
            .backup(SECOND, 1, 14, new InfoText().with("status", "STARTED")),
        RecoveryTarget.newest(),
        "NoUsableBackup");
    refused(sound().without(1, 10), RecoveryTarget.newest(), "NoUsableBackup");
    ledger.store.remove("db/base/" + FIRST + "/data.tar");
    refused(ledger, target(null, null, FIRST, null), "BackupUnusable");
  }

  @Test
  void twoClustersInOnePlace() {
    var ledger = sound().backup(SECOND, 1, 14, new InfoText().with("systemid", "42"));
    assertThat(refused(ledger, RecoveryTarget.newest(), "TwoSystems").message()).contains("42");
    refused(ledger, time(at(18)), "TwoSystems");
    assertThat(reached(ledger, target(at(18), null, SECOND, null)).backup().systemId())
        .isEqualTo("42");
    Commits foreign =
        (segment, next) -> {
          throw new ForeignWal(segment, "43");
        };
    var oracle = new Recoverability(sound().read(), foreign);
    assertThat(((Unreachable) oracle.answer(time(at(18)), NOW)).reason()).isEqualTo("TwoSystems");
    assertThat(oracle.intervals().getFirst().exact()).isFalse();
  }

  @Test
  void positions() {
    assertThat(reached(sound(), target(null, "0/F000000", null, null)).proof())
        .isEqualTo(Proof.PROVEN);
    assertThat(reached(sound(), target(null, "0/14000100", null, null)).proof())
        .isEqualTo(Proof.PROVEN);
    assertThat(reached(sound(), target(null, "0/14FFFFFF", null, null)).proof())
        .isEqualTo(Proof.UNPROVEN);
    refused(sound(), target(null, "0/15000000", null, null), "TargetAfterLastWal");
    refused(sound(), target(null, "0/A000190", null, null), "TargetBeforeFirstBackup");
    refused(sound().without(1, 13), target(null, "0/E000000", null, null), "TargetInGap");
    refused(sound(), target(null, "x", null, null), "TargetUnreadable");
  }

  @Test
  void whatOnlyReplayCanFindIsNotCalledProven() {
    var xid = new RecoveryTarget(null, null, null, "1234", null, null, null, FIRST, null);
    assertThat(reached(sound(), xid).proof()).isEqualTo(Proof.UNPROVEN);
    var end = new RecoveryTarget(null, null, null, null, null, true, null, FIRST, null);
    assertThat(reached(sound(), end).proof()).isEqualTo(Proof.PROVEN);
  }

  @Test
  void filesThatNoRestoreWouldFindDoNotCount() {
    var ledger = sound().without(1, 13);
    var gap = new Segment(1, 13, Segment.USUAL_SIZE);
    var folder = "db/wals/" + gap.folder() + "/";
    ledger.store.put(folder + gap.name() + ".partial.gz", 100, at(13));
    ledger.store.put(folder + gap.name() + ".gpg", 100, at(13));
    ledger.store.put(folder + gap.name() + ".lz4", 0, at(13));
    ledger.store.put(folder + gap.name(), 4711, at(13));
    ledger.store.put(folder + "deeper/" + gap.name(), 100, at(13));
    ledger.store.put("db/wals/0000000100000001/" + gap.name() + ".gz", 100, at(13));
    ledger.store.put("db/wals/" + gap.name() + ".gz", 100, at(13));
    ledger.store.put("db-2/wals/" + gap.folder() + "/" + gap.name() + ".gz", 100, at(13));
    refused(ledger, RecoveryTarget.newest(), "WalGap");
    ledger.store.put(folder + gap.name() + ".zst", 100, at(13));
    reached(ledger, RecoveryTarget.newest());
  }

  @Test
  void anEmptyLineageKnowsNothing() {
    var lineage = Lineage.empty("db");
    assertThat(lineage.newestTimeline()).isZero();
    assertThat(new Recoverability(lineage, new Ledger()).intervals()).isEmpty();
    assertThat(lineage.histories()).isEqualTo(new TreeMap<>());
  }
}
