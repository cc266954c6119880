package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.FollowFacts;
import dev.salvor.api.PostgresFacts;
import dev.salvor.api.PostgresRecoverySpec;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.api.Strategy;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Puts together what the looks at Cluster and archive found: the strategy, the copy's name, and
 * whether the recovery can succeed at all. The copy's manifest goes through CloudNativePG's webhook
 * in a dry run, before anything is touched.
 */
public record ReviewRecovery(ClusterReader cluster, Run run, PostgresRecoverySpec spec)
    implements Step.Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts recorded, Moment moment) {
    var known = recorded.postgres();
    // what kept the point from being chosen is on record and refuses the recovery
    if (known.point() == null || known.lineage() == null)
      return Sight.seen(recorded, "there is no point that could be recovered to");
    var strategy = new StrategyChoice(cluster, spec).of(recorded);
    var named = new CopyNames(cluster, run).free(recorded).withStrategy(strategy);
    var facts = named.withPostgres(known(named));
    var found = new Findings("ReviewRecovery");
    new PointObstacles(cluster, spec, found).of(facts);
    if (strategy != Strategy.InPlace && facts.postgres().copy() == null)
      new CopyObstacles(cluster, run, found).of(facts);
    if (strategy != Strategy.Beside) new AddressObstacles(cluster, spec, found).of(facts);
    var point = known.point();
    return Sight.seen(
        found.into(facts),
        "strategy "
            + strategy
            + ", base backup "
            + point.backupId()
            + " on timeline "
            + point.timeline()
            + ", new lineage "
            + known.lineage()
            + found.count());
  }

  /** The newest moment of a database that lives is wherever it is when it is shut down. */
  private PostgresFacts known(Facts facts) {
    var known = facts.postgres();
    if (known.copy() != null) return known;
    var follows =
        facts.strategy() == Strategy.Swap
            && known.knownPoint().type() == RecoveryTarget.Type.Latest
            && known.knownDatabase().uid() != null
            && CnpgCluster.read(
                    cluster, facts.knownTarget().namespace(), known.knownDatabase().name())
                .filter(live -> live.readyInstances() > 0)
                .isPresent();
    return known.withFollow(follows ? FollowFacts.BEGUN : null);
  }
}
