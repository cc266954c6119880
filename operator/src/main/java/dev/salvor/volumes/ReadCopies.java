package dev.salvor.volumes;

import dev.salvor.api.CopyFacts;
import dev.salvor.api.DatabaseFacts;
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
import java.util.List;
import java.util.Optional;

/**
 * Records the volumes of the recovered copy, each for the claim whose place it is to take, and
 * refuses those that do not fit there: the binder would not (swap.md B1).
 */
public record ReadCopies(ClusterReader cluster, Run run) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var copy = facts.postgres().knownCopy();
    var database = facts.postgres().knownDatabase();
    var all = cluster.list(Kinds.PV, "");
    var volumes = new ArrayList<VolumeFacts>();
    for (var volume : wanted(facts, copy)) {
      var name = copy.claims().get(volume.claim());
      if (name == null)
        return unfit(facts, volume, "Cluster " + copy.name() + " has no such volume");
      var claim = ClaimView.read(cluster, namespace, name);
      if (claim.isEmpty() && kept(volume)) {
        volumes.add(volume);
        continue;
      }
      var owner = claim.map(seen -> seen.seen().label(Group.CLUSTER)).orElse(copy.name());
      if (claim.isEmpty() || !owner.isEmpty() && !owner.equals(copy.name()))
        return Sight.refused(
            facts,
            "CopyTaken",
            "claim "
                + name
                + " of the recovered copy "
                + (claim.isEmpty() ? "is gone" : "belongs to Cluster " + owner),
            "raise spec.retry to make the copy again");
      var pv = PvView.behind(cluster, claim.get()).filter(PvView::bound);
      if (pv.isEmpty()) return Sight.notYet("claim " + name + " of the copy is not bound yet");
      var ready = manifest(volume, claim.get(), name, database);
      var manifest = ready.manifest();
      Optional<String> unfit = manifest == null ? Optional.empty() : Fit.whyNot(manifest, pv.get());
      unfit = unfit.or(() -> Fit.shares(pv.get(), all, null));
      if (unfit.isPresent()) return unfit(facts, volume, pv.get().name() + ": " + unfit.get());
      var former = name.equals(volume.claim()) ? null : name;
      volumes.add(ready.withCopy(pv.get().facts().formerlyOf(former)));
    }
    return Sight.seen(
        facts.withVolumes(volumes), volumes.size() + " recovered volumes fit their claims");
  }

  /** A Cluster that has no claim any more gets those that the copy has. */
  private static List<VolumeFacts> wanted(Facts facts, CopyFacts copy) {
    return facts.volumes().isEmpty()
        ? copy.claims().keySet().stream()
            .sorted()
            .map(name -> new VolumeFacts(name, null, null, null, null, null))
            .toList()
        : facts.volumes();
  }

  /** A claim that does not exist is made as the copy's is. */
  private VolumeFacts manifest(
      VolumeFacts volume, ClaimView copy, String name, DatabaseFacts database) {
    if (volume.manifest() != null || name.equals(volume.claim())) return volume;
    return new VolumeFacts(
        volume.claim(),
        volume.claimUid(),
        DatabaseClaim.like(cluster, copy, volume.claim(), database),
        volume.old(),
        volume.content(),
        volume.copy());
  }

  /** Its claim is gone because the copy's Cluster was deleted already, and its volume retained. */
  private boolean kept(VolumeFacts volume) {
    var known = volume.copy();
    return known != null && PvView.read(cluster, known).filter(pv -> pv.heldBy(run)).isPresent();
  }

  private static Sight<Facts> unfit(Facts facts, VolumeFacts volume, String why) {
    return Sight.refused(
        facts, "CopyDoesNotFit", CopyFit.text(volume.claim(), why), CopyFit.REMEDY);
  }
}
