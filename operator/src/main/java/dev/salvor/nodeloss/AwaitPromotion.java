package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import java.time.Duration;

/** No Cluster has its primary among what goes any more, by the word of the new one itself. */
public record AwaitPromotion(ClusterReader cluster) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    for (var ref : Rows.rebuilt(facts)) {
      var live = cluster.get(ref);
      if (live.isEmpty())
        return Sight.refused(
            facts,
            "ClusterChanged",
            ref.text() + " is gone",
            "Find out who deleted it, then raise spec.retry by one");
      var target = live.get().text("/status/targetPrimary");
      if (AwaitFailover.goes(facts, live.get())
          || !target.equals(live.get().text("/status/currentPrimary")))
        return Sight.notYet(ref.text() + " has not promoted a replica yet");
    }
    return Sight.seen(facts, "promoted: " + facts.knownNode().promotions().size());
  }
}
