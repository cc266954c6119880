package dev.salvor.velero;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import java.time.Duration;

/** Stops a restore that is still at work, before its volumes are given up for the old ones. */
public record CancelRestore(ClusterWriter cluster, Surroundings around, Run run)
    implements Step.Act<Facts> {
  /** No backup has this name: Velero answers FailedValidation instead of restoring. */
  private static final String NO_BACKUP = "cancelled-by-salvor";

  @Override
  public Duration deadline() {
    return Duration.ofHours(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    for (var restore : VeleroRestore.of(cluster, around.velero(), run)) {
      if (!restore.waiting()) continue;
      var seen = restore.seen();
      // in the queue: it would restore into the namespace once its turn comes
      if (seen.terminating() || seen.text("/spec/backupName").equals(NO_BACKUP)) continue;
      cluster.write(
          seen.edit().set("/spec/backupName", NO_BACKUP).remove("/spec/scheduleName").write());
      return Outcome.wrote("took Restore " + restore.name() + " out of Velero's queue");
    }
    return new Cancellation(cluster, around.velero(), run)
        .next()
        .orElse(Outcome.done("no restore of this recovery is at work"));
  }
}
