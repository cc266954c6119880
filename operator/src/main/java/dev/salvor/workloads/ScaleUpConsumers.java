package dev.salvor.workloads;

import dev.salvor.api.Facts;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Gives the consumers back what they had, once <em>every</em> claim is Bound to the volume that the
 * plan names (swap.md invariant 4): before that a StatefulSet would make the missing claim itself,
 * or the application would start on data of two times.
 */
public record ScaleUpConsumers(ClusterWriter cluster, Run run) implements Step.Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    for (var volume : madeAnew(facts) ? List.<VolumeFacts>of() : facts.volumes()) {
      var unbound = unbound(facts.knownTarget().namespace(), volume);
      if (unbound.isPresent()) return unbound.get();
    }
    return new GiveBack(cluster, run).made(facts.consumers());
  }

  /** A database recovered in place has volumes of its own, which it has been seen to serve from. */
  private static boolean madeAnew(Facts facts) {
    return facts.strategy() == Strategy.InPlace && facts.postgres().database() != null;
  }

  private Optional<Outcome> unbound(String namespace, VolumeFacts volume) {
    // a claim that the backup has nothing for, and that the plan leaves as it is
    var planned = volume.copy() == null ? volume.old() : volume.copy();
    if (planned == null) return Optional.empty();
    var claim = cluster.get(Kinds.PVC.ref(namespace, volume.claim()));
    if (claim.isEmpty())
      return Optional.of(Outcome.pressing("claim " + volume.claim() + " does not exist yet"));
    var bound = claim.get().text("/spec/volumeName");
    if (!bound.isEmpty() && !bound.equals(planned.name()))
      return Optional.of(
          Outcome.failed(
              "ClaimBoundElsewhere",
              "claim "
                  + volume.claim()
                  + " is bound to volume "
                  + bound
                  + " instead of "
                  + planned.name()
                  + "; the consumers stay stopped",
              "Find out who made this claim (kubectl -n "
                  + namespace
                  + " get pvc "
                  + volume.claim()
                  + " -o yaml --show-managed-fields), keep what it holds, make the claim again with"
                  + " volumeName "
                  + planned.name()
                  + " and raise spec.retry by one"));
    var settled =
        claim.get().text("/status/phase").equals("Bound")
            && cluster
                .get(Kinds.PV.ref(planned.name()))
                .filter(pv -> pv.uid().equals(planned.uid()))
                .filter(pv -> pv.text("/spec/claimRef/uid").equals(claim.get().uid()))
                .isPresent();
    return settled && !claim.get().terminating()
        ? Optional.empty()
        : Optional.of(
            Outcome.pressing(
                "claim " + volume.claim() + " is not bound to volume " + planned.name() + " yet"));
  }
}
