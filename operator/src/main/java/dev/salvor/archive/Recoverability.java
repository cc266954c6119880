package dev.salvor.archive;

import dev.salvor.api.RecoveryTarget;
import dev.salvor.archive.Answer.Unreachable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one lineage can bring back, and whether it reaches a target. Pure arithmetic on what the
 * lineage holds; commit times are asked for where they decide.
 */
public final class Recoverability {
  /** Ends of WAL that are read for {@link #intervals}; the others show upload times. */
  private static final int READ_ENDS = 4;

  /**
   * The first target after a backup: barman's times are of another clock than PostgreSQL's commits,
   * and CloudNativePG cuts them to seconds.
   */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final Lineage lineage;
  private final Commits commits;

  public Recoverability(Lineage lineage, Commits commits) {
    this.lineage = lineage;
    this.commits = commits;
  }

  /** The earliest target time from which this backup serves. */
  static Instant firstTarget(BackupInfo backup) {
    return backup.endTime().plus(MARGIN);
  }

  /** The timeline with the newest WAL first, within it the newest stretch first. */
  public List<Interval> intervals() {
    var branches = new Branches(lineage, lineage.usableBackups());
    var exact = new Bounds(lineage, commits);
    var uploads = new Bounds(lineage, Commits.unreadable());
    var found = new ArrayList<Interval>();
    for (var tip : branches.tips()) {
      // those that end alike: one stretch
      var stretches = new LinkedHashMap<Segment, List<Reach>>();
      for (var reach : branches.to(tip).reversed())
        stretches.computeIfAbsent(reach.last(), _ -> new ArrayList<>()).add(reach);
      for (var stretch : stretches.values()) {
        var eldest = stretch.getLast();
        var bound = bound(eldest, found.size() < READ_ENDS ? exact : uploads, uploads);
        found.add(
            new Interval(
                tip,
                eldest.backup(),
                stretch.size(),
                firstTarget(eldest.backup()),
                bound.until(),
                bound.exact(),
                eldest.last(),
                note(eldest, bound, tip, branches)));
      }
    }
    return found;
  }

  private static Bound bound(Reach reach, Bounds exact, Bounds uploads) {
    try {
      return exact.of(reach);
    } catch (ForeignWal foreign) {
      // answer() refuses; here it is only not exact
      return uploads.of(reach);
    }
  }

  private static @Nullable String note(Reach reach, Bound bound, long tip, Branches branches) {
    if (reach.gap() != null) return reach.gap().text();
    if (bound instanceof Bound.Idle)
      return "nothing was committed after this backup: only latest and immediate reach it";
    return tip == branches.tips().getFirst() ? null : "another timeline has newer WAL";
  }

  /**
   * Whether, and how, this target is reached.
   *
   * @throws ArchiveException if WAL had to be read and the object store failed
   */
  public Answer answer(RecoveryTarget target, Instant now) {
    if (target.time() != null && target.time().isAfter(now))
      return new Unreachable(
          "TargetInFuture",
          "the target " + target.time() + " is in the future; it is " + now,
          "Check the date and the time zone of spec.target.time, or leave it out to recover to the newest moment");
    var refusal = Refusals.unusable(lineage);
    if (refusal.isPresent()) return refusal.get();
    if (target.backupID() != null) {
      refusal = Refusals.backup(lineage, target.backupID());
      if (refusal.isPresent()) return refusal.get();
    } else if (lineage.systemIds().size() > 1) return Refusals.twoSystems(lineage);
    if (target.timeline() != null) {
      refusal = Refusals.timeline(lineage, target.timeline());
      if (refusal.isPresent()) return refusal.get();
    }
    var backups = backups(target);
    var branches = new Branches(lineage, backups);
    var refused = Refusals.unreached(lineage, branches, backups, target);
    if (refused.isPresent()) return refused.get();
    var question = new Question(lineage, branches, new Bounds(lineage, commits), target);
    try {
      return switch (target.type()) {
        case Time -> new TimeQuestion(question).answer();
        case Lsn -> new LsnQuestion(question).answer();
        case Latest -> new LatestQuestion(question).answer();
        case Immediate, Xid, Name -> new BackupQuestion(question).answer();
      };
    } catch (ForeignWal foreign) {
      return Refusals.foreignWal(lineage, foreign);
    }
  }

  private List<BackupInfo> backups(RecoveryTarget target) {
    var wanted =
        target.backupID() == null
            ? Optional.<BackupInfo>empty()
            : lineage.backup(target.backupID()).map(BaseBackup::info);
    return wanted.map(List::of).orElseGet(lineage::usableBackups);
  }
}
