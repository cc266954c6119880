package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import java.time.Duration;

/** The restore is proven: from now on nobody writes into the copy. */
public record RemoveMover(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    return new Removal(cluster, destroyer, run)
        .movers(facts)
        .orElseGet(() -> Outcome.done("no mover writes into the copy any more"));
  }
}
