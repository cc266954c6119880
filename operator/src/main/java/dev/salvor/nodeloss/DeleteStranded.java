package dev.salvor.nodeloss;

import static dev.salvor.engine.Outcome.done;
import static dev.salvor.engine.Outcome.failed;
import static dev.salvor.engine.Outcome.wrote;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Destroyer.State;
import dev.salvor.kube.Kinds;
import java.time.Duration;

/**
 * Marks the claims for deletion, before any pod goes: a controller that makes the pod anew must not
 * find its old claim (postgres.md 1.10). They go once no pod has them any more.
 */
public record DeleteStranded(ClusterWriter cluster, Destroyer destroyer) implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    for (var row : Rows.deletedHere(facts)) {
      var claim = cluster.get(Rows.claim(row).ref()).filter(seen -> seen.uid().equals(row.uid()));
      if (claim.isEmpty() || claim.get().terminating()) continue;
      var volume = cluster.get(Kinds.PV.ref(row.volume()));
      var safe =
          volume.filter(seen ->
              seen.uid().equals(row.volumeUid())
                  && seen.text("/spec/claimRef/uid").equals(row.uid())
                  && seen.text("/spec/persistentVolumeReclaimPolicy").equals("Retain"));
      if (safe.isEmpty())
        return failed(
            "OldVolumeNotSafe",
            "claim "
                + row.text()
                + " was not deleted: volume "
                + row.volume()
                + " is not Retain, or not its volume any more",
            "Find out who changed it, then raise spec.retry by one.");
      if (destroyer.destroy(Rows.claim(row)) != State.GONE)
        return wrote("deleting claim " + row.text());
    }
    return done("claims deleted: " + Rows.deletedHere(facts).size());
  }
}
