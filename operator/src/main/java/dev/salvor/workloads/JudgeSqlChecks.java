package dev.salvor.workloads;

import dev.salvor.api.CheckFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.SqlCheck;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Compares what the recovered copy answered with what was expected. The first difference ends the
 * recovery; the database has not been touched yet.
 */
public record JudgeSqlChecks(ClusterReader cluster, Run run, List<SqlCheck> checks)
    implements Step.Look<Facts> {
  /** More than any expectation has, so that a longer answer is a different one. */
  private static final int LINES = 1_100;

  public JudgeSqlChecks {
    checks = List.copyOf(checks);
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    if (checks.isEmpty()) return Sight.seen(facts, "no checks");
    var backup = facts.postgres().knownPoint().backupId();
    var judged =
        new ArrayList<>(
            facts.checks().stream().filter(check -> !check.backup().equals(backup)).toList());
    for (var check : checks) {
      var ref = SqlCheckJob.of(run, check, facts).ref();
      var job = cluster.get(ref);
      var jobs = new CheckJobs(cluster, run);
      var pod = job.flatMap(jobs::pod);
      if (job.isPresent() && !CheckJobs.ended(job.get()))
        return Sight.notYet("check " + check.name() + " runs");
      if (job.isEmpty() || pod.isEmpty() && CheckJobs.passed(job.get()))
        return Sight.refused(
            facts.withChecks(judged),
            "CheckLost",
            ref.text() + (job.isEmpty() ? "" : ", or its pod with the answer,") + " is gone",
            "Raise spec.retry by one");
      var log = pod.map(seen -> cluster.log(seen.ref(), SqlCheckJob.CONTAINER, LINES)).orElse("");
      if (!CheckJobs.passed(job.get())) {
        judged.add(new CheckFacts(check.name(), backup, false, jobs.whyFailed(job.get())));
        return failed(facts.withChecks(judged), check, jobs.whyFailed(job.get()), log);
      }
      var answer = SqlAnswer.of(log, check.expected());
      var said = answer.asExpected() ? "as expected" : answer.difference();
      judged.add(new CheckFacts(check.name(), backup, answer.asExpected(), said));
      if (!answer.asExpected())
        return Sight.refused(
            facts.withChecks(judged),
            "CheckFailed",
            "check " + check.name() + ": " + said,
            "Choose another target, or correct the check, in a new recovery; the database was not"
                + " touched");
    }
    return Sight.seen(facts.withChecks(judged), "all checks passed on the recovered copy");
  }

  private Sight<Facts> failed(Facts facts, SqlCheck check, String why, String log) {
    var what = "check " + check.name() + " got no answer (" + why + ")";
    var said = log.isBlank() ? "" : ": " + SqlAnswer.shown(log.strip());
    if (SqlAnswer.unreachable(log) || log.isBlank() && why.contains("DeadlineExceeded"))
      return Sight.refused(
          facts,
          "CopyUnreachable",
          what + said + policies(facts),
          "Let pods with label "
              + SqlCheckJob.CHECK
              + ": \"true\" reach the instances of Cluster "
              + facts.postgres().knownCopy().name()
              + " on port 5432, then raise spec.retry");
    return Sight.refused(
        facts,
        "CheckFailed",
        what + said,
        "Correct the query, its database or its timeout in a new recovery; the database was not"
            + " touched");
  }

  private String policies(Facts facts) {
    var names =
        cluster.list(Kinds.NETWORK_POLICY, facts.knownTarget().namespace()).stream()
            .map(Seen::name)
            .sorted()
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : ". NetworkPolicies of the namespace: " + names;
  }
}
