package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Everything that the primary wrote is in the archive, and the copy has fetched it. The database is
 * down, so that this has a limit; who reaches it gets the database back as it was, and the copy
 * goes on following.
 */
public record AwaitReplay(ClusterReader cluster, Run run, WalFiles files, Guard<Facts> asleep)
    implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var broken = asleep.broken(facts);
    if (broken.isPresent()) return new Sight.Refused<>(facts, broken.get());
    var follow = facts.postgres().knownFollow();
    var goal = follow.knownLastSegment();
    var there = Follower.read(cluster, run, facts);
    if (there.isEmpty()) return new Sight.Refused<>(facts, Follower.vanished(facts));
    var missing = files.missing(facts, facts.postgres().knownPoint().serverName(), goal);
    if (missing.isPresent()) return later(missing.get());
    var last = there.get().lastSegment(cluster);
    if (!WalSegments.reaches(last, goal))
      return later(
          "Cluster "
              + there.get().copy().name()
              + " has "
              + (last.isEmpty() ? "not said yet which WAL it fetched" : "fetched up to " + last)
              + ", the last segment is "
              + goal);
    return Sight.seen(
        facts.withPostgres(facts.postgres().withFollow(follow.withDrained())),
        "the last WAL segment, " + goal + ", has reached the archive and the copy");
  }

  private static Sight<Facts> later(String text) {
    return new Sight.NotYet<>(text, Duration.ofSeconds(1), false);
  }
}
