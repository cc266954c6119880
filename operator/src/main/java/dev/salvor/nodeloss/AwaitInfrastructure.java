package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.api.HelperFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;

/** What recoveries lean on runs elsewhere. */
public record AwaitInfrastructure(ClusterReader cluster) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofHours(1);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var node = facts.knownNode().name();
    var waits = new ArrayList<String>();
    for (var helper : facts.knownNode().helpers()) {
      if (!runs(helper, node))
        waits.add(helper.what() + " (" + helper.controller().text() + ") does not run again yet");
    }
    return waits.isEmpty()
        ? Sight.seen(facts, "what recoveries lean on runs")
        : Sight.notYet(String.join("; ", waits));
  }

  private boolean runs(HelperFacts helper, String node) {
    var controller = helper.controller();
    // replaced by another one meanwhile, as at a roll-out: that has its own pods
    if (Kinds.REPLICA_SET.of(controller) && cluster.get(controller).isEmpty()) return true;
    return cluster.list(Kinds.POD, Objects.requireNonNull(controller.namespace())).stream()
        .filter(pod -> !pod.terminating() && !pod.text("/spec/nodeName").equals(node))
        .filter(pod -> owned(pod, helper))
        .anyMatch(pod -> pod.isTrue("Ready"));
  }

  private static boolean owned(Seen pod, HelperFacts helper) {
    for (var owner : pod.at("/metadata/ownerReferences")) {
      if (owner.path("kind").asText().equals(helper.controller().kind())
          && owner.path("name").asText().equals(helper.controller().name())) return true;
    }
    return false;
  }
}
