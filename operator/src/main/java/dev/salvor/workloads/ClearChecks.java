package dev.salvor.workloads;

import dev.salvor.api.Check;
import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.List;

/** Takes the Jobs and pods of the checks away by UID. What they said stays in its ConfigMaps. */
public record ClearChecks(ClusterWriter cluster, Destroyer destroyer, Run run, List<Check> checks)
    implements Step.Act<Facts> {
  public ClearChecks {
    checks = List.copyOf(checks);
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    return new CheckJobs(cluster, run).clear(facts, destroyer);
  }
}
