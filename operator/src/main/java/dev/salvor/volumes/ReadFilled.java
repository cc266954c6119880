package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Records the volume that was filled through a claim beside ({@link Run#restoreName}), for the
 * claim whose place it is to take, and refuses one that does not fit there: the binder would not
 * (swap.md B1).
 */
public record ReadFilled(ClusterReader cluster, Run run) implements Look<Facts> {
  private static final String REMEDY =
      "Make the claim as large, and of the same StorageClass and access modes, as its volume can be;"
          + " then apply a new recovery";

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var name = run.restoreName(facts.restore().attempt());
    var claim = ClaimView.read(cluster, namespace, name);
    if (claim.isEmpty())
      return Sight.refused(
          facts,
          "CopyTaken",
          "claim " + name + ", through which the copy was filled, is gone",
          "raise spec.retry to make the copy again");
    var pv = PvView.behind(cluster, claim.get()).filter(PvView::bound);
    if (pv.isEmpty()) return Sight.notYet("claim " + name + " is not bound yet");
    var all = cluster.list(Kinds.PV, "");
    var volumes = new ArrayList<VolumeFacts>();
    for (var volume : facts.volumes()) {
      var manifest = volume.manifest();
      Optional<String> unfit = manifest == null ? Optional.empty() : Fit.whyNot(manifest, pv.get());
      unfit = unfit.or(() -> Fit.shares(pv.get(), all, null));
      if (unfit.isPresent())
        return Sight.refused(
            facts,
            "CopyDoesNotFit",
            CopyFit.text(volume.claim(), pv.get().name() + ": " + unfit.get()),
            REMEDY);
      volumes.add(volume.withCopy(pv.get().facts().formerlyOf(name)));
    }
    return Sight.seen(
        facts.withVolumes(volumes), "volume " + pv.get().name() + " can take the place");
  }
}
