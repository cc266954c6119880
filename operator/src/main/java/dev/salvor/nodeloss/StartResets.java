package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.api.Ref;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Starts an ArchiveReset for each Cluster whose archive does not go on. */
public record StartResets(ClusterWriter cluster, Run run, NodeLossRecoverySpec spec)
    implements Act<Facts> {
  /** What it may start, for the plan. */
  public static List<Ref> of(Facts facts, Run run, NodeLossRecoverySpec spec) {
    return new Children(run, spec)
        .resets(Rows.rebuilt(facts), Instant.EPOCH).stream().map(Children.Child::ref).toList();
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var resets = new Children(run, spec).resets(facts, moment.started());
    return StartRecoveries.started(cluster, run, resets);
  }
}
