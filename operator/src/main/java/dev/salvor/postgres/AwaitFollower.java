package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.Optional;

/**
 * The copy still follows, and the primary still archives, before anything is stopped: what it is
 * behind by now is outage later.
 */
public record AwaitFollower(ClusterReader cluster, Run run, WalFiles files) implements Look<Facts> {
  private static final String AGAIN =
      "Raise spec.retry; or use strategy: InPlace in a new recovery";

  @Override
  public Duration deadline() {
    return Duration.ofHours(4);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var live = Recorded.read(cluster, facts);
    if (live.isEmpty())
      return new Sight.Refused<>(
          facts, (dev.salvor.engine.Outcome.Failed) Recorded.changed(cluster, facts));
    var impossible = FollowObstacles.of(live.get());
    if (impossible.isPresent())
      return Sight.refused(
          facts,
          "LatestWouldLose",
          impossible.get(),
          "Mend it, then raise spec.retry; if the primary is lost for good, abort this recovery and"
              + " apply a new one");
    var there = Follower.read(cluster, run, facts);
    if (there.isEmpty() || !there.get().copy().replica())
      return Sight.refused(
          facts,
          "CopyVanished",
          "Cluster "
              + facts.postgres().knownCopy().name()
              + (there.isEmpty() ? " was deleted while it was needed" : " follows no more"),
          "Find out who changes Clusters in this namespace (GitOps pruning?), then abort this"
              + " recovery and apply a new one");
    var copy = there.get().copy();
    if (!copy.healthy())
      return Sight.notYet("Cluster " + copy.name() + " is not healthy: " + copy.story());
    var behind = behind(facts, there.get());
    return behind
        .<Sight<Facts>>map(text -> new Sight.NotYet<>(text, Duration.ofSeconds(2), false))
        .orElseGet(() ->
            Sight.seen(
                facts,
                "Cluster " + copy.name() + " follows, and has all that was archived by now"));
  }

  /** The segment behind the last one fetched is not in the archive either. */
  private Optional<String> behind(Facts facts, Follower follower) {
    var last = follower.lastSegment(cluster);
    // its pod was started anew, and has fetched nothing since
    if (last.isEmpty())
      return Optional.of(
          "Cluster " + follower.copy().name() + " has not said yet which WAL it fetched");
    var lineage = facts.postgres().knownPoint().serverName();
    var next = WalSegments.next(last);
    return files.missing(facts, lineage, next).isEmpty()
        ? Optional.of("Cluster " + follower.copy().name() + " replays WAL, last segment " + last)
        : Optional.empty();
  }

  static String again() {
    return AGAIN;
  }
}
