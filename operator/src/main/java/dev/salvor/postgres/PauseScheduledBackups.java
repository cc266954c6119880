package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Suspends the ScheduledBackups and pauses the Poolers of the Cluster, then waits until none of its
 * Backups is being made: hibernation would cut it off, and a later one would be of the wrong time.
 */
public record PauseScheduledBackups(ClusterWriter cluster, Run run) implements Step.Act<Facts> {
  private static final Set<String> RUNNING = Set.of("started", "running", "finalizing");

  /** A backup that runs may take hours; it is waited for, not stopped. */
  @Override
  public Duration deadline() {
    return Duration.ofHours(6);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var paused = Pausable.of(facts);
    for (var pausable : paused) {
      var seen = pausable.live(cluster);
      if (seen.isEmpty()) continue;
      var live = seen.get();
      var holder = live.annotation(Marks.HELD_BY);
      if (holder.isEmpty()) {
        var before = Before.of(live, List.of(pausable.pointer()));
        cluster.write(Before.hold(live, run, before).set(pausable.pointer(), true).write());
        return Outcome.wrote("paused " + live.ref().text());
      }
      if (!holder.equals(run.by()))
        return Outcome.waiting(live.ref().text() + " is held by another recovery, " + holder);
      if (!live.flag(pausable.pointer())) {
        cluster.write(live.edit().set(pausable.pointer(), true).write());
        return Outcome.wrote("paused " + live.ref().text() + " again: somebody had resumed it");
      }
    }
    var namespace = facts.knownTarget().namespace();
    var name = facts.postgres().knownDatabase().name();
    var running =
        cluster.list(Kinds.DATABASE_BACKUP, namespace).stream()
            .filter(backup -> backup.text("/spec/cluster/name").equals(name))
            .filter(backup -> RUNNING.contains(backup.text("/status/phase")))
            .findFirst();
    if (running.isPresent())
      return Outcome.waiting(
          "waiting for Backup "
              + running.get().name()
              + " of the cluster, which is being made; if it hangs, delete it: kubectl -n "
              + namespace
              + " delete backups.postgresql.cnpg.io "
              + running.get().name());
    return Outcome.done("no backup is being made, paused: " + paused.size());
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return ResumeScheduledBackups.giveBack(cluster, run, facts);
  }
}
