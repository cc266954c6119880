package dev.salvor.nodeloss;

import static dev.salvor.engine.Outcome.done;
import static dev.salvor.engine.Outcome.failed;
import static dev.salvor.engine.Outcome.wrote;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;

/**
 * Reclaim policy {@code Retain} on every volume whose claim is going to be deleted here: should the
 * machine come back after all, its disks still have what they had; and no provisioner tries for
 * ever to clean up on a node that is gone (volumes-and-databases.md 4.3).
 */
public record RetainStranded(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  private static final String POLICY = "/spec/persistentVolumeReclaimPolicy";

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    for (var row : Rows.deletedHere(facts)) {
      var volume = cluster.get(Kinds.PV.ref(row.volume()));
      if (volume.filter(seen -> seen.uid().equals(row.volumeUid())).isEmpty())
        return failed(
            "ClaimChanged",
            "volume " + row.volume() + " of claim " + row.text() + " is not the one on record",
            "Raise spec.retry by one to look again.");
      if (volume.get().text(POLICY).equals("Retain") && held(volume.get())) continue;
      cluster.write(
          volume
              .get()
              .edit()
              .set(POLICY, "Retain")
              .annotate(Marks.POLICY_BEFORE, row.policy())
              .annotate(Marks.HELD_BY, run.by())
              .label(Marks.RUN, run.uid())
              .write());
      return wrote("volume " + row.volume() + " of claim " + row.text() + " retained");
    }
    return done("the volumes outlive their claims");
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    for (var row : Rows.deletedHere(facts)) {
      var volume =
          cluster
              .get(Kinds.PV.ref(row.volume()))
              .filter(seen -> seen.uid().equals(row.volumeUid()) && held(seen))
              // not Bound: its claim went while we held it, and only Retain keeps the data
              .filter(seen -> seen.text("/status/phase").equals("Bound"));
      if (volume.isEmpty()) continue;
      destroyer.giveBackPolicy(new Victim(volume.get().ref(), row.volumeUid()), row.policy());
      return wrote("volume " + row.volume() + " has its reclaim policy back");
    }
    return done("reclaim policies as before");
  }

  private boolean held(Seen volume) {
    return volume.annotation(Marks.HELD_BY).equals(run.by());
  }
}
