package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.api.Victim;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.Optional;

/**
 * Removes the recorded claims that the backup has data for, so that the restore creates them anew;
 * their volumes stay, retained. A claim that appeared since is left alone.
 */
public record DeleteClaims(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var doomed = facts.volumes().stream().filter(volume -> volume.content() != null).toList();
    for (var volume : doomed) {
      var claim = ClaimView.read(cluster, namespace, volume.claim());
      if (claim.isEmpty()) continue;
      if (!claim.get().uid().equals(volume.claimUid())) return appeared(claim.get());
      if (claim.get().seen().terminating()) continue;
      var unsafe = Deletable.whyNot(volume, claim.get(), old(volume));
      if (unsafe.isPresent())
        return Outcome.failed(
            "OldVolumeNotSafe",
            "claim " + volume.claim() + " was not deleted: " + unsafe.get(),
            "find out who changed it, set its reclaim policy to Retain, then raise spec.retry");
      destroyer.destroy(new Victim(claim.get().seen().ref(), claim.get().uid()));
      return Outcome.wrote("deleting claim " + volume.claim());
    }
    for (var volume : doomed) {
      if (ClaimView.read(cluster, namespace, volume.claim()).isPresent())
        return Outcome.waiting(Deletable.blocked(cluster, namespace, volume.claim()));
      var bound = old(volume).filter(PvView::bound);
      if (bound.isPresent())
        return Outcome.waiting("volume " + bound.get().name() + " is not Released yet");
    }
    return Outcome.done(doomed.size() + " claims deleted, their volumes kept");
  }

  private Optional<PvView> old(VolumeFacts volume) {
    var old = volume.old();
    return old == null ? Optional.empty() : PvView.read(cluster, old);
  }

  private static Outcome appeared(ClaimView claim) {
    return Outcome.failed(
        "ClaimTaken",
        "somebody else made claim "
            + claim.name()
            + " (UID "
            + claim.uid()
            + ", made by "
            + claim.maker()
            + "); Velero would leave it as it is",
        "stop its maker, delete the claim if nobody needs it (kubectl -n "
            + claim.seen().namespace()
            + " delete pvc "
            + claim.name()
            + "), then raise spec.retry");
  }
}
