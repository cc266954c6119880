package dev.salvor.workloads;

import dev.salvor.api.ConsumerFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes everything that uses the claims stand still (swap.md 1.2 line 8). What can be done without
 * an outage comes first: autoscalers and CronJobs are held, Jobs on their way end, pods that have
 * finished are cleared away. Only then is anything scaled to 0.
 *
 * <p>Done when the controllers have taken note and {@link Quiet} has seen twice that no pod in any
 * phase names a claim.
 */
public record ScaleDownConsumers(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Step.Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(30);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var first = facts.consumers().stream().filter(consumer -> !Hold.scales(consumer.ref()));
    var held = holdNext(first.toList());
    if (held.isPresent()) return held.get();

    var occupants = Occupants.of(cluster, facts);
    var stranger = occupants.stranger();
    if (stranger.isPresent()) return newConsumer(stranger.get());
    var cleared = clearFinished(facts.consumers(), occupants);
    if (cleared.isPresent()) return cleared.get();

    var scalable =
        facts.consumers().stream().filter(consumer -> Hold.scales(consumer.ref())).toList();
    if (anyUp(scalable) && !occupants.working().isEmpty())
      return Outcome.waiting(
          "before anything is stopped, waiting for the end of " + stories(occupants.working()));
    var scaled = holdNext(scalable);
    if (scaled.isPresent()) return scaled.get();

    return new Quiet(cluster, run).confirm(facts.consumers(), occupants, moment);
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return new GiveBack(cluster, run).unmade(facts.consumers());
  }

  /** Holds the first one that does not stand still; empty if all do. */
  private Optional<Outcome> holdNext(List<ConsumerFacts> consumers) {
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

  /** Only those that were recorded, so that the plan has named what is deleted. */
  private Optional<Outcome> clearFinished(List<ConsumerFacts> recorded, Occupants occupants) {
    var left = new ArrayList<String>();
    for (var pod : occupants.finished()) {
      if (recorded.stream().noneMatch(victim -> victim.uid().equals(pod.uid()))) {
        left.add(
            PodStory.blocking(cluster, pod)
                + ", which the plan did not name, keeps a claim; "
                + PodStory.deletion(pod));
        continue;
      }
      switch (destroyer.destroy(new Victim(pod.ref(), pod.uid()))) {
        case MARKED, DELETED -> {
          return Optional.of(Outcome.wrote("clearing away the finished " + pod.ref().text()));
        }
        case TERMINATING -> left.add("waiting for the end of " + PodStory.blocking(cluster, pod));
        case GONE -> {}
      }
    }
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(Outcome.waiting(String.join("; ", left)));
  }

  private boolean anyUp(List<ConsumerFacts> scalable) {
    return scalable.stream()
        .anyMatch(consumer ->
            cluster.get(consumer.ref()).filter(seen -> !Before.heldBy(seen, run)).isPresent());
  }

  private String stories(List<Seen> pods) {
    return pods.stream()
        .map(pod -> PodStory.blocking(cluster, pod))
        .collect(Collectors.joining("; "));
  }

  private static Outcome newConsumer(Seen object) {
    return Outcome.failed(
        "NewConsumer",
        object.ref().text()
            + ", UID "
            + object.uid()
            + ", uses the claims and was not there when the plan was made",
        "Stop it, or raise spec.retry by one to have it in a new plan");
  }
}
