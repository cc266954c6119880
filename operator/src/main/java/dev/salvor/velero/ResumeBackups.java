package dev.salvor.velero;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

/** Gives the Schedules back as they were, without a backup at once to catch up. */
public record ResumeBackups(ClusterWriter cluster, Run run) implements Step.Act<Facts> {

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    return giveBack(cluster, run, facts);
  }

  static Outcome giveBack(ClusterWriter cluster, Run run, Facts facts) {
    for (var schedule : facts.schedules()) {
      var seen = cluster.get(schedule.ref()).filter(live -> live.uid().equals(schedule.uid()));
      if (seen.isEmpty() || !Before.heldBy(seen.get(), run)) continue;
      var live = seen.get();
      var edit = Before.giveBack(live, schedule.before());
      var runs = !Before.annotated(live).path(FindSchedules.PAUSED).asBoolean(false);
      // Velero sets it back to false once it has passed over the missed backup
      if (runs) edit.set("/spec/skipImmediately", true);
      cluster.write(edit.write());
      return Outcome.wrote("gave back " + live.ref().text());
    }
    return Outcome.done("Schedules given back: " + facts.schedules().size());
  }
}
