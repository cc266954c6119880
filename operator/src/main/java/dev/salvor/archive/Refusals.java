package dev.salvor.archive;

import dev.salvor.api.RecoveryTarget;
import dev.salvor.archive.Answer.Unreachable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What makes a question pointless before any WAL is read. */
final class Refusals {
  private static final String MAKE_ONE =
      "Make a base backup (a Backup of the Cluster) and wait until it is completed, or name the serverName that has one in spec.source";

  private Refusals() {}

  static Optional<Unreachable> unusable(Lineage lineage) {
    if (!lineage.usableBackups().isEmpty()) return Optional.empty();
    if (lineage.backups().isEmpty())
      return Optional.of(
          new Unreachable(
              "ArchiveEmpty",
              lineage.walFiles() == 0
                  ? "there is neither a base backup nor WAL below " + lineage.serverName() + "/"
                  : "there is WAL but no base backup below " + lineage.serverName() + "/",
              MAKE_ONE));
    return Optional.of(
        new Unreachable(
            "NoUsableBackup",
            "none of "
                + lineage.backups().size()
                + " base backups of "
                + lineage.serverName()
                + " can be used: "
                + lineage.backups().reversed().stream()
                    .limit(3)
                    .map(backup -> backup.id() + ": " + backup.flaw())
                    .collect(Collectors.joining("; ")),
            MAKE_ONE));
  }

  static Optional<Unreachable> backup(Lineage lineage, String id) {
    var found = lineage.backup(id);
    if (found.isEmpty())
      return Optional.of(
          new Unreachable(
              "UnknownBackup",
              "there is no base backup " + id + " of " + lineage.serverName(),
              "Choose one of " + some(lineage) + ", or leave spec.target.backupID out"));
    if (found.get().info() != null) return Optional.empty();
    return Optional.of(
        new Unreachable(
            "BackupUnusable",
            "base backup " + id + " cannot be used: " + found.get().flaw(),
            "Choose one of " + some(lineage) + ", or leave spec.target.backupID out"));
  }

  static Unreachable twoSystems(Lineage lineage) {
    return new Unreachable(
        "TwoSystems",
        "the base backups of "
            + lineage.serverName()
            + " are of different clusters (system identifiers "
            + String.join(", ", lineage.systemIds())
            + "): their WAL has the same names and one may have overwritten the other's",
        "Set spec.target.backupID to a backup of the right cluster, and prove the copy with checks");
  }

  static Unreachable foreignWal(Lineage lineage, ForeignWal foreign) {
    return new Unreachable(
        "TwoSystems",
        foreign.told()
            + ", the base backups of "
            + lineage.serverName()
            + " are of system "
            + String.join(", ", lineage.systemIds())
            + ": another cluster archives to the same place",
        "Give the other cluster its own serverName, and recover to target.immediate of a base backup, or from another lineage in spec.source");
  }

  static Optional<Unreachable> timeline(Lineage lineage, long timeline) {
    var known =
        lineage.histories().containsKey(timeline)
            || lineage.segments().containsKey(timeline)
            || lineage.usableBackups().stream().anyMatch(one -> one.timeline() == timeline);
    if (!known)
      return Optional.of(
          new Unreachable(
              "TimelineUnknown",
              "timeline " + timeline + " is not in the archive of " + lineage.serverName(),
              "The newest is "
                  + lineage.newestTimeline()
                  + "; leave spec.target.timeline out to follow it"));
    return lineage.canBeReached(timeline)
        ? Optional.empty()
        : Optional.of(noHistory(lineage, timeline));
  }

  static Unreachable noHistory(Lineage lineage, long timeline) {
    var history = lineage.histories().get(timeline);
    var file = TimelineHistory.fileName(timeline);
    return new Unreachable(
        "TimelineHistoryMissing",
        history == null
            ? "timeline " + timeline + " cannot be followed: " + file + " is missing in the archive"
            : "timeline " + timeline + " cannot be followed: " + file + ": " + history.flaw(),
        "Copy "
            + file
            + " from the pg_wal folder of a living instance, or from a copy of the bucket, to wals/ of "
            + lineage.serverName()
            + ", or recover to a moment on an older timeline");
  }

  /** No backup gets anywhere, or not to the timeline that was asked for. */
  static Optional<Unreachable> unreached(
      Lineage lineage, Branches branches, List<BackupInfo> backups, RecoveryTarget target) {
    var timeline = target.timeline();
    if (timeline == null ? !branches.none() : !branches.to(timeline).isEmpty())
      return Optional.empty();
    if (timeline == null) {
      var lost =
          backups.stream().map(BackupInfo::timeline).filter(one -> !lineage.canBeReached(one));
      var newest = lost.reduce(Math::max);
      if (newest.isPresent()) return Optional.of(noHistory(lineage, newest.get()));
    }
    var whole = new Branches(lineage, backups);
    if (timeline != null && !whole.none())
      return Optional.of(
          new Unreachable(
              "TimelineNotAChild",
              "no base backup"
                  + (target.backupID() == null ? "" : " " + target.backupID())
                  + " leads to timeline "
                  + timeline
                  + ": it branched off before the backup's end, or WAL up to there is missing",
              "Leave spec.target.timeline out, or choose an older base backup"));
    var newest = backups.getLast();
    return Optional.of(
        new Unreachable(
            target.backupID() == null ? "NoUsableBackup" : "BackupUnusable",
            "base backup " + newest.id() + " lacks WAL that it needs: " + missing(newest, lineage),
            MAKE_ONE));
  }

  private static String missing(BackupInfo backup, Lineage lineage) {
    var own = Route.between(backup.timeline(), backup.timeline(), lineage).orElseThrow();
    var reach = Reach.walk(backup, own, lineage);
    var first = new Segment(backup.timeline(), reach.last().number() + 1, lineage.segmentSize());
    return first.name() + " of " + backup.beginWal().name() + " to " + backup.endWal().name();
  }

  private static String some(Lineage lineage) {
    var usable = lineage.usableBackups().reversed();
    return usable.stream().limit(5).map(BackupInfo::id).collect(Collectors.joining(", "))
        + (usable.size() > 5 ? " (and " + (usable.size() - 5) + " older)" : "");
  }

  /** For messages: a moment, or that there is none. */
  static String moment(@Nullable Instant moment) {
    return moment == null ? "none" : moment.toString();
  }
}
