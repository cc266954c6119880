package dev.salvor.workloads;

import dev.salvor.api.Facts;
import dev.salvor.api.SqlCheck;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.List;

/** Takes the Jobs and pods of the queries away by UID, those of earlier attempts too. */
public record ClearSqlChecks(
    ClusterWriter cluster, Destroyer destroyer, Run run, List<SqlCheck> checks)
    implements Step.Act<Facts> {
  public ClearSqlChecks {
    checks = List.copyOf(checks);
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var target = facts.target();
    if (target == null) return Outcome.done("no check has run");
    return new CheckJobs(cluster, run)
        .clear(List.of(target.namespace()), SqlCheckJob.labels(run), destroyer);
  }
}
