package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.FollowFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Records since when the Cluster sleeps, before its volume is asked where its WAL ends: from here
 * on {@link StillAsleep} sees whoever wakes it.
 */
public record NoteSleep(ClusterReader cluster, Run run) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(2);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var found = Recorded.read(cluster, facts);
    if (found.isEmpty())
      return new Sight.Refused<>(
          facts, (dev.salvor.engine.Outcome.Failed) Recorded.changed(cluster, facts));
    var live = found.get();
    var since = StillAsleep.asleepSince(live).filter(_ -> live.hibernated());
    if (since.isEmpty()) return Sight.notYet(live.seen().ref().text() + " is not asleep");
    var primary = Recorded.primary(facts);
    if (!live.primary().equals(primary) || !live.targetPrimary().equals(primary))
      return Sight.refused(
          facts,
          "PrimaryChanged",
          live.seen().ref().text()
              + " failed over when it was shut down: its primary is "
              + live.primary()
              + ", and not "
              + primary,
          "The database is woken as it was; raise spec.retry to look again");
    return Sight.seen(
        facts.withPostgres(facts.postgres().withFollow(FollowFacts.asleep(since.get()))),
        "asleep since " + since.get());
  }
}
