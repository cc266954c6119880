package dev.salvor.archive;

import dev.salvor.archive.Commits.Last;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the bounds of reaches. Walks back from the last segment until one has a commit, and asks
 * for each segment once: an answer costs a download.
 */
final class Bounds {
  /** An idle database still archives a segment every five minutes: this is five hours of them. */
  static final int DEEPEST = 64;

  private final Lineage lineage;
  private final Commits commits;
  private final Map<Segment, Tail> tails = new HashMap<>();

  /** What is known of the last commit at or before a segment. */
  private sealed interface Tail {
    record Found(Last commit) implements Tail {}

    /** None from here up to and including the segment. */
    record None(long from) implements Tail {}

    record Unreadable() implements Tail {}
  }

  Bounds(Lineage lineage, Commits commits) {
    this.lineage = lineage;
    this.commits = commits;
  }

  Bound of(Reach reach) {
    var first = reach.backup().end().segment(lineage.segmentSize());
    return switch (tail(reach.route(), reach.last(), first)) {
      case Tail.Found(var commit) when commit.lsn().isAfter(reach.backup().end()) ->
          new Bound.Exact(commit);
      case Tail.Found found -> new Bound.Idle();
      case Tail.None(var from) when from <= first -> new Bound.Idle();
      case Tail.None none -> uploads(reach);
      case Tail.Unreadable unreadable -> uploads(reach);
    };
  }

  /** The last commit in the segments below this one; null if none was found. */
  @Nullable Last before(Route route, long number, long lowest) {
    if (number <= lowest) return null;
    return tail(route, segment(route, number - 1), lowest) instanceof Tail.Found(var commit)
        ? commit
        : null;
  }

  private Tail tail(Route route, Segment last, long lowest) {
    var known = tails.get(last);
    if (known instanceof Tail.None(var from) && from > lowest && last.number() - from < DEEPEST - 1)
      known = null;
    if (known == null) {
      known = scan(route, last, lowest);
      tails.put(last, known);
    }
    return known;
  }

  private Tail scan(Route route, Segment last, long lowest) {
    var number = last.number();
    for (var depth = 0; depth < DEEPEST && number >= lowest; depth++, number--) {
      try {
        var next = number == last.number() ? null : segment(route, number + 1);
        var commit = commits.lastIn(segment(route, number), next);
        if (commit.isPresent()) return new Tail.Found(commit.get());
      } catch (IOException notWal) {
        return new Tail.Unreadable();
      }
    }
    return new Tail.None(number + 1);
  }

  private Segment segment(Route route, long number) {
    return new Segment(route.timelineAt(number), number, lineage.segmentSize());
  }

  private Bound uploads(Reach reach) {
    var ranges = lineage.segmentsOf(reach.last().timeline());
    var from = reach.backup().endTime();
    // a reach that leaves a timeline in the middle of a run ends at a segment without a known time
    var hard = ranges.modified(reach.last().number()).map(at -> at.plus(Bound.SKEW));
    var likely = ranges.modifiedBefore(reach.last().number());
    var safe = later(from, likely.orElse(from));
    return new Bound.Uploads(later(safe, hard.orElse(safe)), safe);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
