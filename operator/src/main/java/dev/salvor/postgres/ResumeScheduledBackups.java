package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Gives ScheduledBackups and Poolers back as they were. A ScheduledBackup that missed its time
 * makes its backup at once, which in a new lineage is welcome.
 */
public record ResumeScheduledBackups(ClusterWriter cluster, Run run) implements Step.Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    return giveBack(cluster, run, facts);
  }

  static Outcome giveBack(ClusterWriter cluster, Run run, Facts facts) {
    var paused = Pausable.of(facts);
    for (var pausable : paused) {
      var seen = pausable.live(cluster).filter(live -> Before.heldBy(live, run));
      if (seen.isEmpty()) continue;
      cluster.write(Before.giveBack(seen.get(), pausable.before()).write());
      return Outcome.wrote("gave back " + pausable.ref().text());
    }
    return Outcome.done("ScheduledBackups and Poolers given back: " + paused.size());
  }
}
