package dev.salvor.volumes;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * The claims of a primary that was recovered in place, each with the volume it has now and the kept
 * one that it is to have if the recovery is undone. The new primary may be another instance than
 * the old one was; data and WAL belong together by what their claims are called behind the name of
 * their instance.
 */
public record ReadRecovered(ClusterReader cluster) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var database = facts.postgres().knownDatabase();
    var namespace = facts.knownTarget().namespace();
    var former = new ArrayList<>(facts.volumes());
    var volumes = new ArrayList<VolumeFacts>();
    for (var name : database.claims()) {
      var claim = ClaimView.read(cluster, namespace, name);
      var pv = claim.flatMap(live -> PvView.behind(cluster, live)).filter(PvView::bound);
      if (claim.isEmpty() || pv.isEmpty()) return Sight.notYet("claim " + name + " is not bound");
      var before = before(facts, database, name);
      before.ifPresent(former::remove);
      volumes.add(
          new VolumeFacts(
              name,
              claim.get().uid(),
              DatabaseClaim.of(cluster, claim.get(), database),
              before.map(VolumeFacts::old).orElse(null),
              null,
              pv.get().facts()));
    }
    // kept until the end, as those of the other instances are
    var dropped = new ArrayList<>(facts.postgres().dropped());
    dropped.addAll(former);
    return Sight.seen(
        facts.withVolumes(volumes).withPostgres(facts.postgres().withDropped(dropped)),
        volumes.size() + " claims of the recovered primary");
  }

  private static Optional<VolumeFacts> before(Facts facts, DatabaseFacts database, String name) {
    var suffix = name.substring(database.claims().getFirst().length());
    // the claim for the data comes first, and has the name of its instance
    return facts.volumes().stream()
        .filter(volume -> volume.claim().equals(facts.volumes().getFirst().claim() + suffix))
        .findFirst();
  }
}
