package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Outcome.Failed;
import dev.salvor.kube.ClusterReader;
import java.util.Optional;

/**
 * The Cluster has slept without a break since the end of its WAL was read. Whoever wakes it, be it
 * for a second, could have written what the copy does not have.
 */
public record StillAsleep(ClusterReader cluster) implements Guard<Facts> {
  @Override
  public Optional<Failed> broken(Facts facts) {
    var since = facts.postgres().knownFollow().asleepSince();
    var live = Recorded.read(cluster, facts);
    if (live.isEmpty()) return Optional.of((Failed) Recorded.changed(cluster, facts));
    var sleeping =
        live.get().hibernated()
            && live.get().hibernationAsked()
            && asleepSince(live.get()).filter(when -> when.equals(since)).isPresent()
            && InstancePods.of(cluster, live.get()).isEmpty();
    return sleeping
        ? Optional.empty()
        : Optional.of(
            new Failed(
                "WokenMeanwhile",
                live.get().seen().ref().text()
                    + " was woken while the copy took its place: what was written since is not in"
                    + " the copy. No claim was deleted",
                "Find out who wakes it, then raise spec.retry"));
  }

  /** The condition comes anew with every sleep. */
  static Optional<java.time.Instant> asleepSince(CnpgCluster live) {
    return live.condition(Cnpg.HIBERNATION).flatMap(CnpgCluster.Condition::since);
  }
}
