package dev.salvor.galera;

import dev.salvor.api.Facts;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import java.util.ArrayList;

/** Every Galera cluster has all its members, none of them on what was lost. */
public record AwaitMembers(ClusterReader cluster) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofHours(12);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var waits = new ArrayList<String>();
    for (var one : facts.knownNode().galera()) {
      var seen = cluster.get(one.ref()).filter(live -> live.uid().equals(one.uid()));
      if (seen.isEmpty())
        return Sight.refused(
            facts,
            "ClusterChanged",
            one.ref().text() + " is gone",
            "Find out who deleted it; its claims that are left are not touched");
      var galera = new Galera(seen.get());
      var set = Kinds.STATEFUL_SET.ref(one.namespace(), one.ref().name());
      var ready = cluster.get(set).map(live -> live.number("/status/readyReplicas", 0)).orElse(0L);
      if (!galera.healthy() || ready < galera.members())
        waits.add(one.ref().text() + ": " + ready + " of " + galera.members() + " members ready");
    }
    for (var row : facts.knownNode().going(Way.Galera)) {
      if (cluster
          .get(Kinds.PVC.ref(row.namespace(), row.claim()))
          .filter(claim -> claim.uid().equals(row.uid()))
          .isPresent()) waits.add("claim " + row.text() + " is still there");
    }
    return waits.isEmpty()
        ? Sight.seen(facts, "all members are ready")
        : Sight.notYet(String.join("; ", waits));
  }
}
