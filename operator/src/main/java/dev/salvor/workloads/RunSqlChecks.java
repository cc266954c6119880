package dev.salvor.workloads;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.SqlCheck;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.List;

/**
 * Asks the recovered copy the user's queries, one after the other, each by a Job in the namespace.
 * What they answered is read and judged by {@link JudgeSqlChecks}.
 */
public record RunSqlChecks(
    ClusterWriter cluster, Destroyer destroyer, Run run, List<SqlCheck> checks)
    implements Step.Act<Facts> {
  public RunSqlChecks {
    checks = List.copyOf(checks);
  }

  @Override
  public Duration deadline() {
    return checks.stream()
        .map(check -> SqlCheckJob.timeout(check).plusMinutes(2))
        .reduce(Duration.ofMinutes(5), Duration::plus);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    for (var check : checks) {
      var job = SqlCheckJob.of(run, check, facts);
      var seen = cluster.get(job.ref());
      if (seen.isEmpty()) return start(job, facts);
      var running = seen.get();
      if (!running.label(Marks.RUN).equals(run.uid()))
        return Outcome.failed(
            "CheckNameTaken",
            running.ref().text() + " exists and is not ours",
            "Delete it and raise spec.retry by one");
      if (!CheckJobs.ended(running)) {
        var trouble = new CheckJobs(cluster, run).pod(running).flatMap(PodStory::trouble);
        return Outcome.waiting(
            "check " + check.name() + " runs" + trouble.map(text -> ": " + text).orElse(""));
      }
      if (!CheckJobs.passed(running)) return Outcome.done("check " + check.name() + " failed");
    }
    return Outcome.done(checks.isEmpty() ? "no checks" : "all checks have run");
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return new ClearSqlChecks(cluster, destroyer, run, checks).act(facts, moment);
  }

  private Outcome start(SqlCheckJob job, Facts facts) {
    return switch (CopyServer.of(cluster, facts)) {
      case CopyServer.Found.NotYet(var outcome) -> outcome;
      case CopyServer.Found.There(var server) -> {
        var refused = cluster.rehearse(job.pod(server));
        if (refused.isPresent() && refused.get().contains("exceeded quota"))
          yield Outcome.waiting("no room for check " + job.check().name() + ": " + refused.get());
        if (refused.isPresent())
          yield Outcome.failed(
              "CheckRefused",
              "the API server does not take the pod of check "
                  + job.check().name()
                  + ": "
                  + refused.get(),
              "Change the policy that refuses it and raise spec.retry; or apply a new recovery"
                  + " without spec.checks");
        cluster.write(job.create(server));
        yield Outcome.wrote("started check " + job.check().name());
      }
    };
  }
}
