package dev.salvor.workloads;

import dev.salvor.api.BackupFacts;
import dev.salvor.api.Check;
import dev.salvor.api.CheckFacts;
import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Records what the checks found. If one failed, the next older backup is tried while {@code
 * olderBackups} allows; production has not been touched yet.
 */
public record JudgeChecks(ClusterReader cluster, Run run, List<Check> checks, int olderBackups)
    implements Step.Look<Facts> {
  private static final int LINES = 8;

  public JudgeChecks {
    checks = List.copyOf(checks);
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    if (checks.isEmpty()) return Sight.seen(facts, "no checks");
    var backup = facts.knownBackup();
    var judged =
        new ArrayList<>(
            facts.checks().stream()
                .filter(check -> !check.backup().equals(backup.name()))
                .toList());
    for (var check : checks) {
      var job = CheckJob.of(run, check, facts, facts.restore().attempt());
      var seen = cluster.get(job.ref());
      if (seen.isEmpty())
        return Sight.refused(
            facts.withChecks(judged),
            "CheckLost",
            job.ref().text() + " is gone before it was judged",
            "Raise spec.retry by one");
      var passed = CheckJobs.passed(seen.get());
      if (!passed && !CheckJobs.ended(seen.get()))
        return Sight.notYet("check " + check.name() + " runs");
      var log = new CheckLog(cluster, run);
      var tail = log.tail(job, facts, LINES);
      var why = new CheckJobs(cluster, run).whyFailed(seen.get());
      judged.add(
          new CheckFacts(check.name(), backup.name(), passed, passed ? tail : why + "\n" + tail));
      if (!passed)
        return failed(
            facts.withChecks(judged),
            backup,
            "check "
                + check.name()
                + " failed on backup "
                + backup.name()
                + " ("
                + why
                + "). It said:\n"
                + tail,
            log.ref(job, facts).name());
    }
    return Sight.seen(facts.withChecks(judged), "all checks passed on backup " + backup.name());
  }

  private Sight<Facts> failed(Facts facts, BackupFacts backup, String message, String configMap) {
    if (backup.rejected().size() >= olderBackups)
      return Sight.refused(
          facts,
          "CheckFailed",
          message,
          "Read the whole log: kubectl -n "
              + facts.knownTarget().namespace()
              + " get configmap "
              + configMap
              + " -o yaml; then recover from an older backup, or raise spec.fallbackToOlder in a new"
              + " recovery. Production was not touched");
    var rejected = new ArrayList<>(backup.rejected());
    rejected.add(backup.name());
    return new Sight.Back<>(
        facts
            .withBackup(
                new BackupFacts(
                    backup.name(),
                    backup.uid(),
                    backup.startedAt(),
                    backup.expiresAt(),
                    backup.storageLocation(),
                    rejected))
            .withRestore(facts.restore().next()),
        "SelectBackup",
        "CheckFailed",
        message + "\nTaking the next older backup");
  }
}
