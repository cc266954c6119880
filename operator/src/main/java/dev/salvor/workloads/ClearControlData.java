package dev.salvor.workloads;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.List;

/** Takes the Job and its pod away by UID: a pod that ended still protects the claim it names. */
public record ClearControlData(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    return new CheckJobs(cluster, run)
        .clear(List.of(facts.knownTarget().namespace()), ControlDataJob.labels(run), destroyer);
  }
}
