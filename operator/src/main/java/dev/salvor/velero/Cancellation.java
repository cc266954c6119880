package dev.salvor.velero;

import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.util.List;
import java.util.Optional;

/**
 * Stops what Velero is doing for a run. A Restore cannot be cancelled, its transfers can; it goes
 * on to its end once they are (velero.md 9). Finalizers are never touched.
 */
record Cancellation(ClusterWriter cluster, String velero, Run run) {
  /** The next move; empty once no Restore of the run is at work. Restores in the queue are left. */
  Optional<Outcome> next() {
    for (var restore : VeleroRestore.of(cluster, velero, run)) {
      if (restore.waiting()) continue;
      var stopping = transfers(restore);
      if (stopping.isPresent()) return stopping;
      if (!restore.terminal())
        return Optional.of(
            Outcome.waiting(
                "waiting for Restore " + restore.name() + " to end (" + restore.standing() + ")"));
    }
    return Optional.empty();
  }

  /** Cancels one transfer of the Restore that has not ended, or waits for those that were. */
  Optional<Outcome> transfers(VeleroRestore restore) {
    var open =
        Transfer.of(cluster, restore).stream().filter(transfer -> !transfer.terminal()).toList();
    for (var transfer : open) if (!transfer.cancelled()) return Optional.of(cancel(transfer));
    var moving = restore.terminal() ? open.stream().filter(one -> !one.over()).toList() : open;
    return moving.isEmpty() ? Optional.empty() : Optional.of(waiting(moving));
  }

  Outcome cancel(Transfer transfer) {
    cluster.write(transfer.seen().edit().set("/spec/cancel", true).write());
    return Outcome.wrote("cancelled " + transfer.text());
  }

  private static Outcome waiting(List<Transfer> open) {
    return Outcome.waiting(
        "waiting for Velero's node-agent to end "
            + open.getFirst().text()
            + (open.size() == 1 ? "" : " and " + (open.size() - 1) + " more"));
  }
}
