package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Json;
import dev.salvor.kube.Write;
import java.time.Duration;

/** An act that is in no runbook, so that no plan can reach it: for {@link FaultPlansTest}. */
record Unreached(ClusterWriter cluster) implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ZERO;
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    cluster.write(new Write.Create(Json.object()));
    return Outcome.done("");
  }
}
