package dev.salvor.nodeloss;

import static dev.salvor.engine.Outcome.done;
import static dev.salvor.engine.Outcome.wrote;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import java.time.Duration;

/**
 * Forgets the pods of the lost node that recoveries lean on, before anything else: so their
 * controllers make them elsewhere. Those that have a stranded claim go with that, later.
 */
public record EvictInfrastructure(ClusterWriter cluster, Destroyer destroyer)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var node = facts.knownNode().name();
    for (var helper : facts.knownNode().helpers()) {
      var seen = cluster.get(helper.pod().ref());
      if (seen.filter(live -> live.uid().equals(helper.pod().uid()))
          .filter(live -> live.text("/spec/nodeName").equals(node))
          .isEmpty()) continue;
      destroyer.expel(helper.pod());
      return wrote("forgetting " + helper.pod().ref().text() + " (" + helper.what() + ")");
    }
    return done("nothing that recoveries lean on is left on " + node);
  }
}
