package dev.salvor.workloads;

import dev.salvor.api.ConsumerFacts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Optional;

/**
 * Makes consumers stand still, one write per call.
 *
 * @param uses why they are consumers: {@code uses the claims}
 */
record Holding(ClusterWriter cluster, Run run, String uses) {
  /** Holds the first one that does not stand still; empty if all do. */
  Optional<Outcome> next(List<ConsumerFacts> consumers) {
    for (var consumer : consumers) {
      var hold = Hold.of(consumer.ref());
      var seen = cluster.get(consumer.ref());
      if (hold.isEmpty() || seen.isEmpty()) continue;
      var object = seen.get();
      if (!object.uid().equals(consumer.uid())) return Optional.of(newConsumer(object));
      var ours = Before.heldBy(object, run);
      if (ours && hold.get().standsStill(object)) continue;
      if (!ours && !object.annotation(Marks.HELD_BY).isEmpty())
        return Optional.of(
            Outcome.failed(
                "HeldByAnother",
                object.ref().text() + " is held by " + object.annotation(Marks.HELD_BY),
                "Wait for the end of that recovery, then raise spec.retry"));
      var before = ours ? Before.annotated(object) : hold.get().complete(consumer.before());
      if (before.isEmpty()) before = hold.get().complete(consumer.before());
      cluster.write(
          Before.hold(object, run, before).set(hold.get().pointer(), hold.get().still()).write());
      return Optional.of(Outcome.wrote("holding " + object.ref().text()));
    }
    return Optional.empty();
  }

  /** True while one of them is not held by this run. */
  boolean anyUp(List<ConsumerFacts> scalable) {
    return scalable.stream()
        .anyMatch(consumer ->
            cluster.get(consumer.ref()).filter(seen -> !Before.heldBy(seen, run)).isPresent());
  }

  Outcome newConsumer(Seen object) {
    return Outcome.failed(
        "NewConsumer",
        object.ref().text()
            + ", UID "
            + object.uid()
            + ", "
            + uses
            + " and was not there when the plan was made",
        "Stop it, or raise spec.retry by one to have it in a new plan");
  }
}
