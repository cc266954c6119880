package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the proven volumes and lets go of the claims they were filled through: first all volumes
 * are retained and marked, then the claims of the shadow namespace are deleted.
 */
public record DetachCopy(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var copied = facts.volumes().stream().filter(volume -> volume.copy() != null).toList();
    return retain(copied)
        .or(() -> release(copied))
        .orElseGet(() -> Outcome.done(copied.size() + " proven volumes kept without a claim"));
  }

  private Optional<Outcome> retain(List<VolumeFacts> copied) {
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
                "use spec.strategy: InPlace, or map its StorageClass with"
                    + " spec.storageClassMapping to one whose paths and Secrets do not depend on"
                    + " the namespace"));
      var edit = Retention.hold(seen.get(), Marks.ROLE_NEW, run);
      if (!edit.isEmpty()) {
        cluster.write(edit.write());
        return Optional.of(
            Outcome.wrote("volume " + copy.name() + " of claim " + volume.claim() + " retained"));
      }
    }
    return Optional.empty();
  }

  private Optional<Outcome> release(List<VolumeFacts> copied) {
    for (var volume : copied) {
      var copy = volume.provenCopy();
      var shadow = copy.shadow();
      var uid = copy.claimUid();
      if (shadow == null || uid == null) continue;
      var claim =
          ClaimView.read(cluster, shadow, volume.claim()).filter(seen -> seen.uid().equals(uid));
      if (claim.isPresent()) {
        if (claim.get().seen().terminating())
          return Optional.of(Outcome.waiting(Deletable.blocked(cluster, shadow, volume.claim())));
        var kept =
            PvView.read(cluster, copy)
                .filter(pv -> pv.retained() && pv.heldBy(run) && pv.claimUid().equals(uid));
        if (kept.isEmpty())
          return Optional.of(Outcome.waiting("volume " + copy.name() + " changed, looking again"));
        destroyer.destroy(new Victim(claim.get().seen().ref(), uid));
        return Optional.of(Outcome.wrote("deleting shadow claim " + shadow + "/" + volume.claim()));
      }
      var bound = PvView.read(cluster, copy).filter(pv -> !pv.released());
      if (bound.isPresent())
        return Optional.of(Outcome.waiting("volume " + copy.name() + " is not Released yet"));
    }
    return Optional.empty();
  }

  /** Drops the copy: its provisioner removes what nobody wants any more. */
  @Override
  public Outcome undo(Facts facts, Moment moment) {
    for (var volume : facts.volumes()) {
      var copy = volume.copy();
      if (copy == null) continue;
      // only while it belongs to its shadow claim: pointed elsewhere it may be in use
      var seen =
          PvView.read(cluster, copy)
              .filter(pv -> pv.heldBy(run) && pv.role(Marks.ROLE_NEW))
              .filter(pv -> pv.claimUid().equals(copy.claimUid()));
      if (seen.isEmpty()) continue;
      var pv = seen.get();
      destroyer.giveBackPolicy(Retention.victim(pv), Retention.droppingPolicy(pv));
      return Outcome.wrote("dropping the copy of claim " + volume.claim() + ": " + pv.name());
    }
    return Outcome.done("the copy is dropped");
  }
}
