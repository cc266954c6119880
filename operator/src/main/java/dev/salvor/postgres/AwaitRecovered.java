package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;

public record AwaitRecovered(ClusterReader cluster, Run run) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    throw new UnsupportedOperationException();
  }
}
