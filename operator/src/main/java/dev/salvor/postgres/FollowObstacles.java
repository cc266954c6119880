package dev.salvor.postgres;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.RecoveryPoint;
import java.util.Optional;

/** Why a copy cannot follow a living primary (DESIGN D5, swap.md P10). */
final class FollowObstacles {
  private FollowObstacles() {}

  /** What is the matter with the primary now; empty if nothing is. */
  static Optional<String> of(CnpgCluster live) {
    var text = live.seen().ref().text();
    if (!live.healthy())
      return Optional.of(
          text + " is not healthy, and cannot be shut down in order: " + live.story());
    if (live.fenced() || !live.reconciled())
      return Optional.of(text + " is fenced, or its operator looks away");
    if (live.seen().annotation(Cnpg.SKIP_ARCHIVING).equals("enabled"))
      return Optional.of(text + " throws its WAL away (" + Cnpg.SKIP_ARCHIVING + ")");
    var archiving = live.archiving();
    if (archiving.isEmpty()) return Optional.of(text + " has not archived any WAL yet");
    if (!archiving.get().isTrue())
      return Optional.of("WAL archiving of " + text + " fails: " + archiving.get().message());
    return Optional.empty();
  }

  /** The same, and whether the archive that was chosen is the one it writes to. */
  static Optional<String> of(CnpgCluster live, DatabaseFacts database, RecoveryPoint point) {
    var now = of(live);
    if (now.isPresent()) return now;
    var own = database.knownArchive().serverName();
    if (!point.serverName().equals(own))
      return Optional.of(
          live.seen().ref().text()
              + " archives to "
              + own
              + ", and the newest moment of "
              + point.serverName()
              + " is not its own");
    // one that lies behind is followed as soon as its history file is archived
    if (live.timeline() > 0 && point.newestTimeline() > live.timeline())
      return Optional.of(
          live.seen().ref().text()
              + " is on timeline "
              + live.timeline()
              + ", and its archive holds another history up to timeline "
              + point.newestTimeline());
    return Optional.empty();
  }
}
