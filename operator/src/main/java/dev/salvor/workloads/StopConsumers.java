package dev.salvor.workloads;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Makes the clients of a database stand still: autoscalers and CronJobs first, what their Jobs do
 * comes to its end, then everything is scaled to 0, and Poolers keep waiting whoever is left.
 *
 * <p>Done when the controllers have taken note and {@link Quiet} has seen twice that none of them
 * has a pod. The claims are of no account here: the database's own pods hold them.
 */
public record StopConsumers(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Step.Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(30);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var holding = new Holding(cluster, run, "uses the database");
    var kinds =
        facts.consumers().stream()
            .collect(
                Collectors.groupingBy(consumer ->
                    Hold.scales(consumer.ref())
                        ? "scaled"
                        : Kinds.POOLER.of(consumer.ref()) ? "pooler" : "timed"));
    var held = holding.next(kinds.getOrDefault("timed", List.of()));
    if (held.isPresent()) return held.get();

    var occupants = Occupants.ofConsumers(cluster, facts);
    var scalable = kinds.getOrDefault("scaled", List.of());
    if (holding.anyUp(scalable) && !occupants.working().isEmpty())
      return Outcome.waiting(
          occupants.working().stream()
              .map(pod -> PodStory.blocking(cluster, pod))
              .collect(
                  Collectors.joining(
                      "; ", "before anything is stopped, waiting for the end of ", "")));
    var scaled = holding.next(scalable);
    if (scaled.isPresent()) return scaled.get();
    var paused = holding.next(kinds.getOrDefault("pooler", List.of()));
    if (paused.isPresent()) return paused.get();
    return new Quiet(cluster, run, Quiet.DATABASE).confirm(facts.consumers(), occupants, moment);
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return new GiveBack(cluster, run).unmade(facts.consumers());
  }
}
