package dev.salvor.workloads;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Strategy;
import dev.salvor.api.Victim;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Removes the pods through which the Restore filled the volumes, and nothing else (swap.md 1.2 line
 * 3). Done when no pod there names a claim any more and no node has one of the volumes attached:
 * the check, or the consumer, may have to run on another one.
 */
public record RemoveHeldPods(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Step.Act<Facts> {
  private static final String RESTORE = "velero.io/restore-name";

  /**
   * restore-wait looks once a second for the mark that the node-agent leaves in each volume, and
   * removes it (velero cmd/velero-restore-helper). A pod that goes before that leaves {@code
   * .velero} in production's volume (swap.md M6).
   */
  private static final String WAIT = "restore-wait";

  private static final Duration MARKS_GO = Duration.ofSeconds(30);

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var target = facts.knownTarget().namespace();
    var inPlace = facts.strategy() == Strategy.InPlace;
    var attempt = facts.restore().attempt();
    var namespace = inPlace ? target : run.shadow(target, attempt);
    for (var pod : cluster.list(Kinds.POD, namespace)) {
      if (!ours(pod, attempt)) continue;
      if (waitRuns(pod) && moment.running().compareTo(MARKS_GO) < 0)
        return Outcome.waiting(
            "Velero's wait container in " + pod.ref().text() + " still takes its mark away",
            Duration.ofSeconds(1));
      switch (destroyer.destroy(new Victim(pod.ref(), pod.uid()))) {
        case MARKED, DELETED -> {
          return Outcome.wrote("removing the held " + pod.ref().text());
        }
        case TERMINATING, GONE -> {}
      }
    }
    var left =
        Stream.concat(
                (inPlace ? Occupants.naming(cluster, facts).stream() : naming(namespace))
                    .map(pod -> PodStory.blocking(cluster, pod)),
                attachments(facts))
            .toList();
    return left.isEmpty()
        ? Outcome.done("nothing uses the restored volumes")
        : Outcome.waiting("waiting for the end of " + String.join("; ", left));
  }

  private static boolean waitRuns(Seen pod) {
    if (pod.terminating()) return false;
    for (var status : pod.at("/status/initContainerStatuses"))
      if (status.path("name").asText().equals(WAIT)) return status.at("/state").has("running");
    return false;
  }

  private boolean ours(Seen pod, int attempt) {
    return pod.label(Marks.RUN).equals(run.uid())
        || pod.label(RESTORE).equals(run.restoreName(attempt));
  }

  private Stream<Seen> naming(String namespace) {
    return cluster.list(Kinds.POD, namespace).stream()
        .filter(pod -> !ClaimUse.ofPod(pod).isEmpty());
  }

  private Stream<String> attachments(Facts facts) {
    var volumes =
        facts.volumes().stream()
            .map(VolumeFacts::copy)
            .filter(Objects::nonNull)
            .map(VolumeFacts.Pv::name)
            .collect(Collectors.toSet());
    if (volumes.isEmpty()) return Stream.of();
    List<Seen> attached = cluster.list(Kinds.VOLUME_ATTACHMENT, "");
    return attached.stream()
        .filter(one -> volumes.contains(one.text("/spec/source/persistentVolumeName")))
        .map(one ->
            "the attachment of volume "
                + one.text("/spec/source/persistentVolumeName")
                + " to node "
                + one.text("/spec/nodeName"));
  }
}
