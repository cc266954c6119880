package dev.salvor.workloads;

import dev.salvor.api.ConsumerFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
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
    var holding = new Holding(cluster, run, "uses the claims");
    var held = holding.next(first.toList());
    if (held.isPresent()) return held.get();

    var occupants = Occupants.of(cluster, facts);
    var stranger = occupants.stranger();
    if (stranger.isPresent()) return holding.newConsumer(stranger.get());
    var cleared = clearFinished(facts.consumers(), occupants);
    if (cleared.isPresent()) return cleared.get();

    var scalable =
        facts.consumers().stream().filter(consumer -> Hold.scales(consumer.ref())).toList();
    if (holding.anyUp(scalable) && !occupants.working().isEmpty())
      return Outcome.waiting(
          "before anything is stopped, waiting for the end of " + stories(occupants.working()));
    var scaled = holding.next(scalable);
    if (scaled.isPresent()) return scaled.get();

    return new Quiet(cluster, run, Quiet.CLAIMS).confirm(facts.consumers(), occupants, moment);
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return new GiveBack(cluster, run).unmade(facts.consumers());
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

  private String stories(List<Seen> pods) {
    return pods.stream()
        .map(pod -> PodStory.blocking(cluster, pod))
        .collect(Collectors.joining("; "));
  }
}
