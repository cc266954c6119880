package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.ArrayList;

/**
 * Gives the kept volumes their reclaim policy back. For a volume that had {@code Delete} this is
 * its end; so it is done only while the claim is seen on the other volume (swap.md U3).
 */
public record ReleaseVolumes(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var release = new ArrayList<PvView>();
    for (var volume : facts.volumes()) {
      var kept = UndoWindow.kept(cluster, volume).filter(pv -> pv.heldBy(run));
      if (kept.isEmpty()) continue;
      if (!kept.get().released() || !exchanged(namespace, volume, kept.get()))
        return Outcome.failed(
            "VolumesNotReleased",
            "volume "
                + kept.get().name()
                + " from before the recovery is kept: it is "
                + kept.get().phase()
                + ", and claim "
                + namespace
                + "/"
                + volume.claim()
                + " is not on the volume that this recovery gave it",
            "if nobody needs its data, release it yourself: kubectl delete pv "
                + kept.get().name()
                + " (with its storage)");
      release.add(kept.get());
    }
    // first those of other instances: while one of the primary is kept, the above is asked again
    for (var volume : facts.postgres().dropped()) {
      var old = volume.old();
      if (old == null) continue;
      var kept = PvView.read(cluster, old).filter(pv -> pv.heldBy(run) && pv.role(Marks.ROLE_OLD));
      if (kept.isEmpty()) continue;
      if (!kept.get().released() || !kept.get().claimUid().equals(old.claimUid()))
        return Outcome.failed(
            "VolumesNotReleased",
            "volume "
                + kept.get().name()
                + " of the former instance's claim "
                + volume.claim()
                + " is kept: it is "
                + kept.get().phase()
                + " and belongs to "
                + kept.get().owner(),
            "if nobody needs its data, release it yourself: kubectl delete pv "
                + kept.get().name()
                + " (with its storage)");
      release.addFirst(kept.get());
    }
    if (release.isEmpty()) return Outcome.done("the volumes from before are released");
    var next = release.getFirst();
    destroyer.giveBackPolicy(Retention.victim(next), next.policyBefore());
    return Outcome.wrote(
        "volume " + next.name() + " has reclaim policy " + next.policyBefore() + " again");
  }

  private boolean exchanged(String namespace, VolumeFacts volume, PvView kept) {
    var claim = ClaimView.read(cluster, namespace, volume.claim());
    if (claim.isEmpty() || !claim.get().bound()) return false;
    var used = PvView.named(cluster, claim.get().volumeName());
    return used.filter(pv -> pv.bound() && pv.claimUid().equals(claim.get().uid()))
        .filter(pv -> !pv.seen().uid().equals(kept.seen().uid()))
        .filter(pv -> recorded(volume.old(), pv) || recorded(volume.copy(), pv))
        .isPresent();
  }

  private static boolean recorded(
      VolumeFacts.@org.jspecify.annotations.Nullable Pv facts, PvView seen) {
    return facts != null && facts.uid().equals(seen.seen().uid());
  }
}
