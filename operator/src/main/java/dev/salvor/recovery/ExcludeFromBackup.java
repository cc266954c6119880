package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Keeps the recovery itself out of backups: a restore would bring it back without its status, and
 * it would begin again (S8).
 */
record ExcludeFromBackup(ClusterWriter cluster, Run run) implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var self = cluster.get(run.ref());
    if (self.isEmpty() || self.get().label(Marks.EXCLUDE_FROM_BACKUP).equals("true"))
      return Outcome.done("not in backups");
    cluster.write(self.get().edit().label(Marks.EXCLUDE_FROM_BACKUP, "true").write());
    return Outcome.wrote("leaving this recovery out of backups");
  }
}
