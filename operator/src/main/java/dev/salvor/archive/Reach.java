package dev.salvor.archive;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far replay gets from a base backup along a route, without a segment missing.
 *
 * @param last the last segment before the first one that is missing
 * @param gap what is missing behind it although there is WAL behind that; null if nothing is
 */
record Reach(BackupInfo backup, Route route, Segment last, @Nullable Gap gap) {
  /**
   * Missing WAL.
   *
   * @param first the first segment that is missing
   * @param next the next one that is there
   */
  record Gap(Segment first, Segment next) {
    /** {@code 000000010000000000000007 to ...09 (0/7000000 to 0/A000000)}. */
    String text() {
      var last = new Segment(next.timeline(), next.number() - 1, next.size());
      return (last.number() <= first.number()
              ? "WAL segment " + first.name() + " is"
              : "WAL segments " + first.name() + " to " + last.name() + " are")
          + " missing (LSN "
          + first.start()
          + " to "
          + next.start()
          + ")";
    }
  }

  /** Empty if the backup is not on the route, or not whole with the WAL that is there. */
  static Optional<Reach> of(BackupInfo backup, Route route, Lineage lineage) {
    var first = route.legs().getFirst();
    // a timeline that branches off before the backup's end does not contain the backup
    if (first.timeline() != backup.timeline() || backup.end().isAfter(first.left()))
      return Optional.empty();
    var reach = walk(backup, route, lineage);
    return reach.last().number() < backup.endWal().number() ? Optional.empty() : Optional.of(reach);
  }

  /** Also where the backup itself is not covered: the gap says why. */
  static Reach walk(BackupInfo backup, Route route, Lineage lineage) {
    var size = lineage.segmentSize();
    var next = backup.beginWal().number();
    for (var leg : route.legs()) {
      if (leg.until() <= next) continue;
      var ranges = lineage.segmentsOf(leg.timeline());
      var end = ranges.runEnd(next);
      if (end.isEmpty()) break;
      next = Math.min(end.getAsLong(), leg.until() - 1) + 1;
      if (next < leg.until()) break;
    }
    var last = new Segment(route.timelineAt(next - 1), Math.max(next - 1, 0), size);
    return new Reach(backup, route, last, gap(route, next, lineage));
  }

  private static @Nullable Gap gap(Route route, long missing, Lineage lineage) {
    var first = new Segment(route.timelineAt(missing), missing, lineage.segmentSize());
    return present(route, missing, lineage).map(next -> new Gap(first, next)).orElse(null);
  }

  /** The first segment of a route that is there, not before this number. */
  static Optional<Segment> present(Route route, long number, Lineage lineage) {
    for (var leg : route.legs()) {
      if (leg.until() <= number) continue;
      var there = lineage.segmentsOf(leg.timeline()).ceiling(Math.max(number, leg.from()));
      if (there.isPresent() && there.getAsLong() < leg.until())
        return Optional.of(new Segment(leg.timeline(), there.getAsLong(), lineage.segmentSize()));
    }
    return Optional.empty();
  }
}
