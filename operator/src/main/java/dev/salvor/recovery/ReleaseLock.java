package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import java.time.Duration;

/** Lets the next recovery of this namespace go on. */
record ReleaseLock(ClusterWriter cluster, Surroundings around, Run run, String namespace)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    return AcquireLock.release(cluster, AcquireLock.lease(around, namespace), run);
  }
}
