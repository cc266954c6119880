package dev.salvor.archive;

import dev.salvor.archive.Answer.Proof;
import dev.salvor.archive.Answer.Unreachable;
import java.util.Optional;

/**
 * A position in the WAL. PostgreSQL stops at the first record at or behind it, so one must be
 * there; CloudNativePG takes a base backup that ended before it (barman-cloud v0.5.1 pkg/catalog
 * FindBackupInfo).
 */
record LsnQuestion(Question question) {
  Answer answer() {
    var wanted = Lsn.of(question.target().value());
    if (wanted.isEmpty())
      return new Unreachable(
          "TargetUnreadable",
          question.target().value() + " is no WAL position",
          "Write spec.target.lsn as PostgreSQL shows it, for example 16/B374D848");
    var lsn = wanted.get();
    for (var goal : question.goals()) {
      var reach = newest(goal, lsn);
      if (reach.isEmpty() || !reach.get().last().end().isAfter(lsn)) continue;
      if (elsewhere(reach.get(), lsn)) return question.severalTimelines("position " + lsn);
      return question.reachable(reach.get(), proof(reach.get(), lsn));
    }
    return refusal(lsn);
  }

  private Optional<Reach> newest(long goal, Lsn lsn) {
    return question.branches().to(goal).reversed().stream()
        .filter(reach -> lsn.isAfter(reach.backup().end()))
        .findFirst();
  }

  /** True if another timeline has a different record there. */
  private boolean elsewhere(Reach reach, Lsn lsn) {
    return question.goals().stream()
        .filter(goal -> goal != reach.route().goal())
        .anyMatch(goal ->
            newest(goal, lsn)
                .filter(other -> other.last().end().isAfter(lsn))
                .flatMap(_ -> question.fork(reach, goal))
                .filter(fork -> lsn.isAfter(fork.at()))
                .isPresent());
  }

  private Proof proof(Reach reach, Lsn lsn) {
    // a segment may be filled up with nothing behind its last record
    if (!lsn.isAfter(reach.last().start())) return Proof.PROVEN;
    return question.bounds().of(reach) instanceof Bound.Exact(var last) && !lsn.isAfter(last.lsn())
        ? Proof.PROVEN
        : Proof.UNPROVEN;
  }

  private Answer refusal(Lsn lsn) {
    var reaches = question.branches().to(question.main());
    var first = reaches.getFirst();
    if (!lsn.isAfter(first.backup().end()))
      return new Unreachable(
          "TargetBeforeFirstBackup",
          "position " + lsn + " is before the end of the first usable base backup",
          "The first position is behind "
              + first.backup().end()
              + " (backup "
              + first.backup().id()
              + ")");
    var before = newest(question.main(), lsn).orElse(first);
    var gap = before.gap();
    if (gap != null)
      return new Unreachable(
          "TargetInGap",
          "position " + lsn + " cannot be reached: " + gap.text(),
          "Choose a position before "
              + gap.first().start()
              + ", or one behind the end of a later base backup",
          question.bounds().of(before).latestTarget(),
          question.nearestAfter(before.backup().endTime()));
    return new Unreachable(
        "TargetAfterLastWal",
        "position "
            + lsn
            + " is behind the last WAL in the archive, which ends at "
            + before.last().end(),
        "Choose a position before that, or leave the target out to recover to the newest moment",
        question.bounds().of(before).latestTarget(),
        null);
  }
}
