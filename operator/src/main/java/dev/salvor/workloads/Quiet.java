package dev.salvor.workloads;

import dev.salvor.api.ConsumerFacts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * "No pod names a claim", seen in two reads at least {@link #APART} apart (swap.md Q2).
 *
 * <p>An act keeps nothing from one call to the next. So the first read is put where the second one
 * finds it, also after a crash: as annotation {@link #SINCE} on an object that this run holds
 * anyhow. A pod in between takes the annotation away and the count begins again. Before that the
 * controllers must have answered the 0: one that has not seen it yet can still make a pod.
 */
record Quiet(ClusterWriter cluster, Run run, Words words) {
  /** What is said: of a pod, of none, of the end. */
  record Words(String pod, String none, String uses) {}

  static final Words CLAIMS =
      new Words("a pod with a claim", "no pod names a claim", "uses the claims");
  static final Words DATABASE =
      new Words("a pod of a consumer", "no consumer has a pod", "uses the database");

  static final String SINCE = Marks.GROUP + "/quiet-since";
  static final Duration APART = Duration.ofSeconds(1);

  Outcome confirm(List<ConsumerFacts> consumers, Occupants occupants, Moment moment) {
    var held =
        consumers.stream()
            .map(ConsumerFacts::ref)
            .flatMap(ref -> cluster.get(ref).stream())
            .filter(seen -> Before.heldBy(seen, run))
            .toList();
    var marked = held.stream().filter(seen -> !seen.annotation(SINCE).isEmpty()).findFirst();
    if (!occupants.none()) {
      if (marked.isPresent()) {
        cluster.write(marked.get().edit().annotate(SINCE, null).write());
        return Outcome.wrote(words.pod() + " came back, counting again");
      }
      return Outcome.pressing(
          Stream.of(occupants.stopping(), occupants.working(), occupants.finished())
              .flatMap(List::stream)
              .map(pod -> PodStory.blocking(cluster, pod))
              .collect(Collectors.joining("; ", "waiting for the end of ", "")));
    }
    var deaf =
        held.stream().filter(seen -> !answered(seen)).map(seen -> seen.ref().text()).toList();
    if (!deaf.isEmpty())
      return Outcome.pressing(
          "no pod is left, but the controller of "
              + String.join(", ", deaf)
              + " has not taken note of the 0 replicas yet");
    // Without a held object there is no controller of the plan that could start a pod between two
    // reads; the look that found no consumer was the first read.
    if (held.isEmpty()) return Outcome.done("nothing " + words.uses());
    var since =
        marked
            .flatMap(seen -> seen.noted(SINCE))
            .filter(first -> !first.isBefore(moment.started()));
    if (since.isEmpty()) {
      cluster.write(
          marked.orElse(held.getLast()).edit().annotate(SINCE, moment.now().toString()).write());
      return new Outcome.Waiting(words.none() + ", looking a second time", APART, null);
    }
    return since.get().plus(APART).isAfter(moment.now())
        ? Outcome.waiting(words.none() + ", looking a second time", APART)
        : Outcome.done("everything that " + words.uses() + " stands still");
  }

  /** Scalable kinds say which generation of their spec they have acted on. */
  private static boolean answered(Seen seen) {
    return !Hold.scales(seen.ref())
        || (seen.number("/status/observedGeneration", 0) >= seen.number("/metadata/generation", 0)
            && seen.number("/status/replicas", 0) == 0);
  }
}
