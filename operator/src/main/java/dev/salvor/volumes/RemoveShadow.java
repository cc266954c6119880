package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import java.time.Duration;

/** Removes the shadow namespaces of this recovery, once the copy no longer depends on them. */
public record RemoveShadow(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    for (var volume : facts.volumes()) {
      var copy = volume.copy();
      if (copy == null) continue;
      var safe = PvView.read(cluster, copy).filter(pv -> pv.retained() && pv.heldBy(run));
      if (safe.isEmpty())
        return Outcome.failed(
            "CopyTaken",
            "volume "
                + copy.name()
                + " with the copy of claim "
                + volume.claim()
                + " is gone or no longer retained; the shadow namespace is left alone",
            "raise spec.retry to make the copy again");
    }
    return new ShadowRemoval(cluster, destroyer, run).remove(facts, moment.running());
  }
}
