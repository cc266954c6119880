package dev.salvor.workloads;

import dev.salvor.api.ConsumerFacts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Gives consumers what they had before the hold: what scales first, then autoscalers and CronJobs,
 * so that these meet a target that is up. One write per call.
 */
record GiveBack(ClusterWriter cluster, Run run) {
  /** For the undo: only what bears our signature, because the act may not have come to the rest. */
  Outcome unmade(List<ConsumerFacts> consumers) {
    return all(consumers, false);
  }

  /**
   * After the act is known to have held them all: also what stands still although somebody has
   * taken the signature away.
   */
  Outcome made(List<ConsumerFacts> consumers) {
    return all(consumers, true);
  }

  private Outcome all(List<ConsumerFacts> consumers, boolean allWereHeld) {
    var notes = new ArrayList<String>();
    for (var consumer : ordered(consumers)) {
      var hold = Hold.of(consumer.ref());
      if (hold.isEmpty()) continue;
      var seen = cluster.get(consumer.ref());
      if (seen.isEmpty()) {
        notes.add(consumer.ref().text() + " is gone and was not made again");
        continue;
      }
      var object = seen.get();
      if (!object.uid().equals(consumer.uid())) {
        notes.add(object.ref().text() + " was made again by somebody and is left as it is");
        continue;
      }
      var given = give(object, hold.get(), consumer, consumers, allWereHeld, notes);
      if (given.isPresent()) return given.get();
    }
    return Outcome.done(
        notes.isEmpty() ? "all consumers have what they had" : String.join("; ", notes));
  }

  /** Through a Pooler that still waits the applications would not come up. */
  private static List<ConsumerFacts> ordered(List<ConsumerFacts> consumers) {
    return consumers.stream()
        .sorted(
            Comparator.comparing(consumer ->
                Kinds.POOLER.of(consumer.ref()) ? 0 : Hold.scales(consumer.ref()) ? 1 : 2))
        .toList();
  }

  private Optional<Outcome> give(
      Seen object,
      Hold hold,
      ConsumerFacts consumer,
      List<ConsumerFacts> consumers,
      boolean allWereHeld,
      List<String> notes) {
    var before = hold.complete(consumer.before());
    if (Before.heldBy(object, run)) {
      // somebody who has scaled it meanwhile is right: only the signature goes
      var edit =
          hold.standsStill(object)
              ? Before.giveBack(object, before)
              : object.edit().annotate(Marks.HELD_BY, null).annotate(Marks.BEFORE, null);
      cluster.write(edit.annotate(Quiet.SINCE, null).write());
      return Optional.of(Outcome.wrote("gave " + object.ref().text() + " back"));
    }
    var holder = object.annotation(Marks.HELD_BY);
    if (!holder.isEmpty()) {
      notes.add(object.ref().text() + " is held by " + holder + " and is left as it is");
    } else if (allWereHeld
        && hold.standsStill(object)
        && !before.path(hold.pointer()).equals(hold.still())
        && !scaledByKeda(consumer, consumers)) {
      cluster.write(Before.giveBack(object, before).annotate(Quiet.SINCE, null).write());
      return Optional.of(Outcome.wrote("gave " + object.ref().text() + " back"));
    }
    return Optional.empty();
  }

  /** KEDA itself may have it at 0, and would go on doing so. */
  private boolean scaledByKeda(ConsumerFacts consumer, List<ConsumerFacts> consumers) {
    return consumers.stream()
        .filter(other -> Kinds.SCALED_OBJECT.of(other.ref()))
        .flatMap(other -> cluster.get(other.ref()).stream())
        .anyMatch(autoscaler -> Roster.targets(autoscaler, consumer));
  }
}
