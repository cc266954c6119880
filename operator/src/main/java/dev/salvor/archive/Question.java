package dev.salvor.archive;

import dev.salvor.api.RecoveryTarget;
import dev.salvor.archive.Answer.Proof;
import dev.salvor.archive.Answer.Reachable;
import dev.salvor.archive.Answer.Unreachable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What all kinds of targets ask of an archive. */
record Question(Lineage lineage, Branches branches, Bounds bounds, RecoveryTarget target) {
  /** Stretches that are looked at for the nearest moment; each may cost a download. */
  private static final int NEAREST = 8;

  /** The timelines in question, the likeliest first; never empty. */
  List<Long> goals() {
    return target.timeline() == null ? branches.tips() : List.of(target.timeline());
  }

  /** The one with the newest WAL, or the one that was asked for. */
  long main() {
    return goals().getFirst();
  }

  Reachable reachable(Reach reach, Proof proof) {
    var bound = bounds.of(reach);
    return new Reachable(
        reach.backup(),
        reach.route().goal(),
        reach.route().switches(),
        proof,
        bound.until(),
        bound.exact(),
        reach.last().number() - reach.backup().beginWal().number() + 1);
  }

  /**
   * Where a reach and another timeline part; empty if that one does not know the reach's backup.
   */
  Optional<Fork> fork(Reach reach, long other) {
    return Route.between(reach.route().base(), other, lineage)
        .flatMap(route -> Fork.between(reach.route(), route));
  }

  /** The newest base backup that serves this time on this timeline. */
  Optional<Reach> newest(long goal, Instant time) {
    return branches.to(goal).reversed().stream()
        .filter(reach -> !Recoverability.firstTarget(reach.backup()).isAfter(time))
        .findFirst();
  }

  /** The latest target time not after this one that can be reached on the main timeline. */
  @Nullable Instant nearestBefore(Instant time) {
    var tried = 0;
    @Nullable Segment last = null;
    for (var reach : branches.to(main()).reversed()) {
      var from = Recoverability.firstTarget(reach.backup());
      if (from.isAfter(time)) continue;
      if (!reach.last().equals(last) && ++tried > NEAREST) return null;
      last = reach.last();
      var latest = bounds.of(reach).latestTarget();
      if (latest == null || latest.isBefore(from)) continue;
      return latest.isBefore(time) ? latest : time;
    }
    return null;
  }

  /** The earliest target time after this one that can be reached on the main timeline. */
  @Nullable Instant nearestAfter(Instant time) {
    var tried = 0;
    @Nullable Segment last = null;
    for (var reach : branches.to(main())) {
      var from = Recoverability.firstTarget(reach.backup());
      if (!from.isAfter(time)) continue;
      if (!reach.last().equals(last) && ++tried > NEAREST) return null;
      last = reach.last();
      var latest = bounds.of(reach).latestTarget();
      if (latest != null && !latest.isBefore(from)) return from;
    }
    return null;
  }

  Unreachable severalTimelines(String what) {
    return new Unreachable(
        "SeveralTimelines",
        what
            + " is on several timelines that went different ways: "
            + goals().stream()
                .map(tip -> tip + " (last WAL uploaded " + lastUpload(tip) + ")")
                .collect(Collectors.joining(", ")),
        "Set spec.target.timeline to the one you want");
  }

  private String lastUpload(long timeline) {
    return lineage.lastUpload(timeline).map(Instant::toString).orElse("never");
  }
}
