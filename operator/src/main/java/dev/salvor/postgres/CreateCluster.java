package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Creates the Cluster over the whole group of recovered claims, with reconciliation disabled
 * (swap.md 1.3 line 11). {@link FreeCluster} lets the operator at it.
 */
public record CreateCluster(ClusterWriter cluster, Run run) implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    return new AdoptingCluster(cluster, run, facts)
        .next()
        .orElseGet(() -> Outcome.done(Recorded.text(facts) + " is there and waits"));
  }
}
