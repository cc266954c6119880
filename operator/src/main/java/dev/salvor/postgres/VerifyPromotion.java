package dev.salvor.postgres;

import dev.salvor.api.CopyFacts;
import dev.salvor.api.Facts;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * The proof that not one committed row is missing, before the first claim is deleted: the history
 * file that PostgreSQL wrote at the promotion says up to where the copy replayed the old timeline,
 * and that is not before the end of what the primary wrote. It stands in the new lineage, so that
 * this proves as well that the promoted database archives there.
 */
public record VerifyPromotion(ClusterReader cluster, Run run, WalFiles files, Guard<Facts> asleep)
    implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var broken = asleep.broken(facts);
    if (broken.isPresent()) return new Sight.Refused<>(facts, broken.get());
    var there = Follower.read(cluster, run, facts);
    if (there.isEmpty()) return new Sight.Refused<>(facts, Follower.vanished(facts));
    var copy = there.get().copy();
    var follow = facts.postgres().knownFollow();
    var lineage = facts.postgres().knownLineage();
    var newest = Math.max(follow.timeline(), facts.postgres().knownPoint().newestTimeline());
    if (copy.timeline() <= newest)
      return Sight.refused(
          facts,
          "TimelineTooLow",
          "the copy is on timeline "
              + copy.timeline()
              + ", and the source goes up to "
              + newest
              + ": it has missed history files, and what lies behind them",
          AwaitFollower.again());
    var left = files.left(facts, lineage, copy.timeline(), follow.timeline(), follow.knownEnd());
    if (left.isEmpty())
      return new Sight.NotYet<>(
          "the history file of timeline " + copy.timeline() + " has not reached lineage " + lineage,
          Duration.ofSeconds(1),
          false);
    if (!left.get().reaches())
      return Sight.refused(
          facts,
          "CopyMissesWal",
          "the copy replayed timeline "
              + follow.timeline()
              + " up to "
              + left.get().at()
              + " only, and the primary wrote up to "
              + follow.knownEnd()
              + ". No claim was deleted",
          AwaitFollower.again());
    return Sight.seen(
        facts.withPostgres(
            facts.postgres().withCopy(promoted(facts.postgres().knownCopy(), copy.timeline()))),
        "timeline "
            + copy.timeline()
            + " begins at "
            + left.get().at()
            + " of timeline "
            + follow.timeline()
            + ", the end of all that the primary wrote: nothing is lost");
  }

  private static CopyFacts promoted(CopyFacts copy, long timeline) {
    return new CopyFacts(
        copy.name(), copy.uid(), copy.claims(), copy.systemId(), timeline, copy.lastTransaction());
  }
}
