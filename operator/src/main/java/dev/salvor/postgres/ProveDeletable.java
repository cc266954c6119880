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
 * The last look before the Cluster is deleted: what {@link DeleteCluster} would fail on behind the
 * point of no return is refused before it, and everything is taken back.
 */
public record ProveDeletable(ClusterReader cluster, Run run, Guard<Facts> held)
    implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var broken = held.broken(facts);
    if (broken.isPresent()) return new Sight.Refused<>(facts, broken.get());
    var deletion = new Deletion(cluster, run);
    var now = Recorded.now(cluster, facts);
    var uid = facts.postgres().knownDatabase().uid();
    if (now.filter(live -> !live.uid().equals(uid)).isPresent())
      return new Sight.Refused<>(facts, Recreated.by(now.get()));
    var whyNot = now.isEmpty() ? deletion.orphan(facts) : deletion.whyNot(facts, now.get());
    if (whyNot.isPresent()) return new Sight.Refused<>(facts, whyNot.get());
    return Sight.seen(
        facts,
        now.isEmpty()
            ? Recorded.text(facts) + " does not exist, and no claim of it is in the way"
            : "every volume of " + Recorded.text(facts) + " outlives it, its Secrets are kept");
  }
}
