package dev.salvor.workloads;

import dev.salvor.api.Facts;
import dev.salvor.api.HoldFacts;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Deletes the workloads of the namespace by UID, so that those of the backup can take their place:
 * a ReplicaSet at 0 kills the pod that Velero restores, a StatefulSet makes its own before Velero
 * does (catalogue A1.6, A1.7; velero.md H2, H4). Their ReplicaSets, Jobs and pods go with them.
 *
 * <p>Done when all of that is gone. Finalizers are never taken away (N22): who holds a pod is said.
 */
public record DeleteWorkloads(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Step.Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(30);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var left = new ArrayList<String>();
    for (var kind : Climb.CONTROLLERS) {
      for (var victim : ofKind(facts.workloads(), kind)) {
        switch (destroyer.destroy(new Victim(victim.ref(), victim.uid()))) {
          case MARKED, DELETED -> {
            return Outcome.wrote("deleting " + victim.ref().text());
          }
          case TERMINATING -> left.add(story(victim));
          case GONE -> {}
        }
      }
    }
    for (var victim : ofKind(facts.workloads(), Kinds.POD)) {
      switch (destroyer.destroy(new Victim(victim.ref(), victim.uid()))) {
        case MARKED, DELETED -> {
          return Outcome.wrote("deleting " + victim.ref().text());
        }
        case TERMINATING, GONE -> {}
      }
    }
    var climb = new Climb(cluster);
    var newcomer =
        Occupants.naming(cluster, facts).stream()
            .filter(pod -> !goes(pod, climb, facts))
            .findFirst();
    if (newcomer.isPresent())
      return Outcome.failed(
          "NewConsumer",
          newcomer.get().ref().text() + " uses the claims and was not there when the plan was made",
          "Delete what makes this pod, then raise spec.retry by one");
    left.addAll(belongings(climb, facts));
    return left.isEmpty()
        ? Outcome.done("no workload is left")
        : Outcome.waiting("waiting for the end of " + String.join("; ", left));
  }

  /** What the victims controlled, which the collector takes along. */
  private List<String> belongings(Climb climb, Facts facts) {
    var namespace = facts.knownTarget().namespace();
    var left = new ArrayList<String>();
    for (var kind : List.of(Kinds.REPLICA_SET, Kinds.JOB)) {
      cluster.list(kind, namespace).stream()
          .filter(object -> Climb.controller(object).isPresent() && goes(object, climb, facts))
          .map(object -> object.ref().text())
          .forEach(left::add);
    }
    cluster.list(Kinds.POD, namespace).stream()
        .filter(pod -> goes(pod, climb, facts))
        .map(pod -> PodStory.blocking(cluster, pod))
        .forEach(left::add);
    return left;
  }

  private static boolean goes(Seen object, Climb climb, Facts facts) {
    var top = climb.uid(object);
    return object.terminating()
        || climb.orphaned(object)
        || facts.workloads().stream().anyMatch(victim -> victim.uid().equals(top));
  }

  private String story(HoldFacts victim) {
    return cluster
        .get(victim.ref())
        .map(seen -> {
          var finalizers = new ArrayList<String>();
          seen.at("/metadata/finalizers").forEach(one -> finalizers.add(one.asText()));
          return finalizers.stream()
              .collect(Collectors.joining(", ", seen.ref().text() + " (finalizers ", ")"));
        })
        .orElse(victim.ref().text());
  }

  private static List<HoldFacts> ofKind(List<HoldFacts> victims, Kind kind) {
    return victims.stream().filter(victim -> kind.of(victim.ref())).toList();
  }
}
