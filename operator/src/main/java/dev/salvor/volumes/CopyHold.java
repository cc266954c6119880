package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.util.List;
import java.util.Optional;

/** Makes the proven copies outlive the claims through which they were filled, and lets them go. */
record CopyHold(ClusterWriter cluster, Run run) {
  /**
   * The next write, or why a copy cannot be used; empty once all are retained and marked.
   *
   * @param separate what to do about a copy that is the same storage as another volume
   */
  Optional<Outcome> retain(List<VolumeFacts> copied, String separate) {
    var all = cluster.list(Kinds.PV, "");
    for (var volume : copied) {
      var copy = volume.provenCopy();
      var seen = PvView.read(cluster, copy);
      if (seen.isEmpty() || !seen.get().claimUid().equals(copy.claimUid())) {
        return Optional.of(
            Outcome.failed(
                "CopyTaken",
                "volume "
                    + copy.name()
                    + " with the copy of claim "
                    + volume.claim()
                    + " is gone or belongs to another claim: "
                    + seen.map(PvView::owner).orElse("no such volume"),
                "raise spec.retry to make the copy again"));
      }
      var shared = Fit.shares(seen.get(), all, copy.shadow());
      if (shared.isPresent())
        return Optional.of(
            Outcome.failed(
                "CopyNotSeparate",
                "the copy of claim "
                    + volume.claim()
                    + " on volume "
                    + copy.name()
                    + " cannot be used: "
                    + shared.get(),
                separate));
      var edit = Retention.hold(seen.get(), Marks.ROLE_NEW, run);
      if (!edit.isEmpty()) {
        cluster.write(edit.write());
        return Optional.of(
            Outcome.wrote("volume " + copy.name() + " of claim " + volume.claim() + " retained"));
      }
    }
    return Optional.empty();
  }

  /** The next copy of ours that still belongs to the claim through which it was filled. */
  Optional<Held> next(Facts facts) {
    for (var volume : facts.volumes()) {
      var copy = volume.copy();
      if (copy == null) continue;
      // pointed elsewhere it may be in use
      var seen =
          PvView.read(cluster, copy)
              .filter(pv -> pv.heldBy(run) && pv.role(Marks.ROLE_NEW))
              .filter(pv -> pv.claimUid().equals(copy.claimUid()));
      if (seen.isPresent()) return Optional.of(new Held(volume.claim(), seen.get()));
    }
    return Optional.empty();
  }

  /** A copy that is retained for a claim. */
  record Held(String claim, PvView volume) {
    /** Its provisioner removes what nobody wants any more. */
    Outcome drop(Destroyer destroyer) {
      destroyer.giveBackPolicy(Retention.victim(volume), Retention.droppingPolicy(volume));
      return Outcome.wrote("dropping the copy of claim " + claim + ": " + volume.name());
    }
  }
}
