package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.PostgresRecoverySpec;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

public record CreateRecovered(ClusterWriter cluster, Run run, PostgresRecoverySpec spec)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    throw new UnsupportedOperationException();
  }
}
