package dev.salvor.workloads;

import dev.salvor.api.Check;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Runs the user's checks on the copy, one after the other, as Jobs of the shadow namespace (DESIGN
 * D8), and keeps what they said. The first one that fails ends the round; {@link JudgeChecks} says
 * what follows from it.
 */
public record RunChecks(ClusterWriter cluster, Destroyer destroyer, Run run, List<Check> checks)
    implements Step.Act<Facts> {
  public RunChecks {
    checks = List.copyOf(checks);
  }

  @Override
  public Duration deadline() {
    return checks.stream()
        .map(check -> new CheckJob(run, check, "", 1).timeout().plusMinutes(2))
        .reduce(Duration.ofMinutes(5), Duration::plus);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    for (var check : checks) {
      var job = CheckJob.of(run, check, facts, facts.restore().attempt());
      var seen = cluster.get(job.ref());
      if (seen.isEmpty()) return start(job, facts);
      var running = seen.get();
      if (!running.label(Marks.RUN).equals(run.uid()))
        return Outcome.failed(
            "CheckNameTaken",
            running.ref().text() + " exists and is not ours",
            "Delete it and raise spec.retry by one");
      if (!CheckJobs.ended(running)) return Outcome.waiting(progress(check, running));
      var missing = new CheckLog(cluster, run).missing(job, running, facts);
      if (missing.isPresent()) {
        cluster.write(missing.get());
        return Outcome.wrote("kept what check " + check.name() + " said");
      }
      if (!CheckJobs.passed(running)) return Outcome.done("check " + check.name() + " failed");
    }
    return Outcome.done(checks.isEmpty() ? "no checks" : "all checks have run");
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return new CheckJobs(cluster, run).clear(facts, destroyer);
  }

  private Outcome start(CheckJob job, Facts facts) {
    var broken = broken(job.check(), facts);
    if (broken.isPresent()) return broken.get();
    var refused = cluster.rehearse(job.pod());
    if (refused.isPresent() && refused.get().contains("exceeded quota"))
      return Outcome.waiting("no room for check " + job.check().name() + ": " + refused.get());
    if (refused.isPresent())
      return Outcome.failed(
          "CheckRefused",
          "the API server does not take the pod of check "
              + job.check().name()
              + ": "
              + refused.get(),
          "Correct spec.checks in a new recovery");
    cluster.write(job.create());
    return Outcome.wrote("started check " + job.check().name());
  }

  private static Optional<Outcome> broken(Check check, Facts facts) {
    var reasons = new ArrayList<>(CheckRules.broken(check));
    var copies =
        facts.volumes().stream()
            .filter(volume -> volume.copy() != null)
            .map(VolumeFacts::claim)
            .collect(Collectors.toSet());
    var unknown = new TreeSet<>(CheckRules.claims(check));
    unknown.removeAll(copies);
    if (!unknown.isEmpty()) reasons.add("there is no copy of claim " + String.join(", ", unknown));
    return reasons.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Outcome.failed(
                "CheckRefused",
                "check " + check.name() + " is not run: " + String.join("; ", reasons),
                "Correct spec.checks in a new recovery"));
  }

  private String progress(Check check, Seen job) {
    var trouble = new CheckJobs(cluster, run).pod(job).flatMap(PodStory::trouble);
    return "check " + check.name() + " runs" + trouble.map(text -> ": " + text).orElse("");
  }
}
