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
import java.util.List;
import java.util.Optional;

/**
 * Keeps the proven volumes and lets go of the claims they were filled through: first all volumes
 * are retained and marked, then the claims of the shadow namespace, or those of another name beside
 * production's, are deleted.
 */
public record DetachCopy(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  private static final String SEPARATE =
      "use spec.strategy: InPlace, or map its StorageClass with spec.storageClassMapping to one"
          + " whose paths and Secrets do not depend on the namespace";

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var copied = facts.volumes().stream().filter(volume -> volume.copy() != null).toList();
    return new CopyHold(cluster, run)
        .retain(copied, SEPARATE)
        .or(() -> release(facts, copied))
        .orElseGet(() -> Outcome.done(copied.size() + " proven volumes kept without a claim"));
  }

  private Optional<Outcome> release(Facts facts, List<VolumeFacts> copied) {
    for (var volume : copied) {
      var copy = volume.provenCopy();
      var former = copy.claim();
      var uid = copy.claimUid();
      // under its own name in the target it is production's
      if (copy.shadow() == null && former == null || uid == null) continue;
      var home = copy.shadow() == null ? facts.knownTarget().namespace() : copy.shadow();
      var name = former == null ? volume.claim() : former;
      var claim = ClaimView.read(cluster, home, name).filter(seen -> seen.uid().equals(uid));
      if (claim.isPresent()) {
        if (claim.get().seen().terminating())
          return Optional.of(Outcome.waiting(Deletable.blocked(cluster, home, name)));
        var kept =
            PvView.read(cluster, copy)
                .filter(pv -> pv.retained() && pv.heldBy(run) && pv.claimUid().equals(uid));
        if (kept.isEmpty())
          return Optional.of(Outcome.waiting("volume " + copy.name() + " changed, looking again"));
        destroyer.destroy(new Victim(claim.get().seen().ref(), uid));
        return Optional.of(Outcome.wrote("deleting shadow claim " + home + "/" + name));
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
    var next = new CopyHold(cluster, run).next(facts);
    return next.isPresent() ? next.get().drop(destroyer) : Outcome.done("the copy is dropped");
  }
}
