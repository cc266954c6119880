package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * The claims of the other instances of a database that stands still, with the volumes behind them.
 * CloudNativePG makes such claims whenever it joins a replica, also between the first look at them
 * and the stop; they hold what was copied from the primary and nothing else.
 */
public record ReadReplicas(ClusterReader cluster, Run run) implements Look<Facts> {
  /** How long a claim may take to be bound; one that waits for a pod never is. */
  private static final Duration BINDING = Duration.ofSeconds(45);

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(2);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var database = facts.postgres().knownDatabase();
    var namespace = facts.knownTarget().namespace();
    for (var name : database.others()) {
      var claim = ClaimView.read(cluster, namespace, name);
      if (claim.filter(live -> live.volumeName().isEmpty()).isPresent()
          && moment.running().compareTo(BINDING) < 0)
        return Sight.notYet("claim " + name + " has no volume yet and may be about to get one");
    }
    var dropped = new Group(cluster, run, namespace).dropped(facts, database);
    return Sight.seen(
        facts.withPostgres(facts.postgres().withDropped(dropped)),
        "claims and kept volumes of other instances: " + dropped.size());
  }
}
