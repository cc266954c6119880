package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import java.util.ArrayList;

/** Every Cluster has as many instances ready as it wants, none of them on what was lost. */
public record AwaitReplicas(ClusterReader cluster) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofHours(12);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var waits = new ArrayList<String>();
    for (var ref : Rows.rebuilt(facts)) {
      var seen = cluster.get(ref);
      if (seen.isEmpty())
        return Sight.refused(
            facts,
            "ClusterChanged",
            ref.text() + " is gone",
            "Find out who deleted it; a PostgresRecovery brings it back from its archive");
      var wanted = seen.get().number("/spec/instances", 1);
      // CloudNativePG may have been on the node, too: its status is then of before the loss
      var serving = new Promotion(cluster, facts.knownNode().name()).serving(seen.get()).size();
      var ready = Math.min(seen.get().number("/status/readyInstances", 0), serving);
      if (ready < wanted)
        waits.add(
            ref.text()
                + ": "
                + ready
                + " of "
                + wanted
                + " instances ready, "
                + seen.get().text("/status/phase"));
    }
    for (var row : facts.knownNode().going(Way.Replica)) {
      if (cluster
          .get(Kinds.PVC.ref(row.namespace(), row.claim()))
          .filter(claim -> claim.uid().equals(row.uid()))
          .isPresent()) waits.add("claim " + row.text() + " is still there");
    }
    return waits.isEmpty()
        ? Sight.seen(facts, "all instances are ready")
        : Sight.notYet(String.join("; ", waits));
  }
}
