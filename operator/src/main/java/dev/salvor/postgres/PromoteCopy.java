package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Ends the following: {@code spec.replica.enabled: false}. PostgreSQL reads the archive to its end
 * once more before it leaves the timeline. Done when the copy tells its own timeline; that the
 * operator then restarts it (archive_mode) is not waited for, because it is deleted next.
 */
public record PromoteCopy(ClusterWriter cluster, Run run) implements Act<Facts> {
  static final String ENABLED = "/spec/replica/enabled";

  /** The database is down meanwhile, and is woken as it was when this is over. */
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var there = Follower.read(cluster, run, facts);
    if (there.isEmpty()) return Follower.vanished(facts);
    var copy = there.get().copy();
    if (copy.replica()) {
      cluster.write(copy.seen().edit().set(ENABLED, false).write());
      return Outcome.wrote("promoting Cluster " + copy.name());
    }
    return copy.primarySettled() && copy.timeline() > facts.postgres().knownFollow().timeline()
        ? Outcome.done("Cluster " + copy.name() + " is on timeline " + copy.timeline())
        : Outcome.pressing("Cluster " + copy.name() + " is being promoted: " + copy.story());
  }

  /** A copy that was promoted follows nobody any more: it goes with what made it. */
  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return Outcome.done("the copy is of no use any more");
  }
}
