package dev.salvor.velero;

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

/** Pauses the Schedules, then waits until no backup reads the namespace (swap.md M7). */
public record PauseBackups(ClusterWriter cluster, Run run) implements Step.Act<Facts> {

  /** A backup that runs may take hours; it is waited for, not stopped. */
  @Override
  public Duration deadline() {
    return Duration.ofHours(6);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    for (var schedule : facts.schedules()) {
      var seen = cluster.get(schedule.ref()).filter(live -> live.uid().equals(schedule.uid()));
      if (seen.isEmpty()) continue;
      var live = seen.get();
      var holder = live.annotation(Marks.HELD_BY);
      if (holder.isEmpty()) {
        var before = Before.of(live, List.of(FindSchedules.PAUSED));
        cluster.write(Before.hold(live, run, before).set(FindSchedules.PAUSED, true).write());
        return Outcome.wrote("paused " + live.ref().text());
      }
      if (!holder.equals(run.by()))
        return Outcome.waiting(live.ref().text() + " is held by another recovery, " + holder);
      if (!live.flag(FindSchedules.PAUSED)) {
        cluster.write(live.edit().set(FindSchedules.PAUSED, true).write());
        return Outcome.wrote("paused " + live.ref().text() + " again: somebody had resumed it");
      }
    }
    var namespace = facts.knownTarget().namespace();
    var running =
        cluster.list(Kinds.BACKUP, "").stream()
            .map(VeleroBackup::new)
            .filter(backup -> backup.running() && backup.covers(namespace))
            .findFirst();
    if (running.isPresent())
      return Outcome.waiting(
          "waiting for backup " + running.get().name() + " of the namespace, which is being made");
    return Outcome.done("no backup is being made, Schedules paused: " + facts.schedules().size());
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return ResumeBackups.giveBack(cluster, run, facts);
  }
}
