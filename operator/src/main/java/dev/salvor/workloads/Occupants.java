package dev.salvor.workloads;

import dev.salvor.api.ConsumerFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The pod objects of the target that name one of the claims, in any phase.
 *
 * @param working they belong to a CronJob or Job of the plan and run to their end
 * @param finished nothing runs in them any more
 * @param stopping they belong to what is scaled, or are on their way out
 * @param strangers alive, and of nothing that the plan names
 */
record Occupants(
    List<Seen> working, List<Seen> finished, List<Seen> stopping, List<Seen> strangers) {

  static Occupants of(ClusterReader cluster, Facts facts) {
    var climb = new Climb(cluster);
    var planned =
        facts.consumers().stream()
            .collect(Collectors.toMap(ConsumerFacts::uid, ConsumerFacts::ref, (one, _) -> one));
    var groups =
        naming(cluster, facts).stream()
            .collect(
                Collectors.groupingBy(pod -> {
                  if (PodStory.finished(pod) && !pod.terminating()) return "finished";
                  var owner = planned.get(climb.uid(pod));
                  if (owner != null && !Hold.scales(owner)) return "working";
                  var going = pod.terminating() || climb.orphaned(pod);
                  return owner != null || going ? "stopping" : "stranger";
                }));
    return new Occupants(
        groups.getOrDefault("working", List.of()),
        groups.getOrDefault("finished", List.of()),
        groups.getOrDefault("stopping", List.of()),
        groups.getOrDefault("stranger", List.of()));
  }

  /** The pods of the consumers themselves, whatever they mount; what has ended is of no account. */
  static Occupants ofConsumers(ClusterReader cluster, Facts facts) {
    var climb = new Climb(cluster);
    var planned =
        facts.consumers().stream()
            .collect(Collectors.toMap(ConsumerFacts::uid, ConsumerFacts::ref, (one, _) -> one));
    var working = new ArrayList<Seen>();
    var stopping = new ArrayList<Seen>();
    for (var pod : cluster.list(Kinds.POD, facts.knownTarget().namespace())) {
      var owner = planned.get(climb.uid(pod));
      if (owner == null || PodStory.finished(pod) && !pod.terminating()) continue;
      (Hold.scales(owner) ? stopping : working).add(pod);
    }
    return new Occupants(working, List.of(), stopping, List.of());
  }

  /** Every pod object of the target that names a claim of the plan. */
  static List<Seen> naming(ClusterReader cluster, Facts facts) {
    var claims = facts.volumes().stream().map(VolumeFacts::claim).collect(Collectors.toSet());
    return cluster.list(Kinds.POD, facts.knownTarget().namespace()).stream()
        .filter(pod -> ClaimUse.ofPod(pod).stream().anyMatch(claims::contains))
        .toList();
  }

  Optional<Seen> stranger() {
    return strangers.stream().findFirst();
  }

  boolean none() {
    return working.isEmpty() && finished.isEmpty() && stopping.isEmpty() && strangers.isEmpty();
  }
}
