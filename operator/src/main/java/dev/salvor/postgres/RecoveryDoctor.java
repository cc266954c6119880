package dev.salvor.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.engine.Moment;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says why a Cluster that is to recover does not begin to, from what the cluster shows now: within
 * a minute in words, and after ten as a failure.
 *
 * @param pods of the copy that have not ended
 */
record RecoveryDoctor(ClusterReader cluster, CnpgCluster copy, List<Seen> pods, Moment moment) {
  /** Normal starts are not worth a word. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What a plugin that restarts, or an operator that reads its cache, may take. */
  private static final Duration SHORT = Duration.ofMinutes(1);

  /** Long enough for a node to be added, or for a person to raise a quota. */
  private static final Duration LONG = Duration.ofMinutes(10);

  private static final Set<String> ON_ITS_WAY = Set.of("", "ContainerCreating", "PodInitializing");
  private static final Set<String> NEVER =
      Set.of("InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError");

  /** What is the matter. */
  sealed interface Diagnosis {
    /** Nothing: it moves. */
    record Well() implements Diagnosis {}

    /** It waits for something that may still come. */
    record Waits(String cause) implements Diagnosis {}

    /** It will not come by itself. */
    record Hopeless(String reason, String message, String remedy) implements Diagnosis {}
  }

  Diagnosis examine() {
    var told = phase().or(this::pod).or(this::nothing);
    return told.orElse(new Diagnosis.Well());
  }

  private Optional<Diagnosis> phase() {
    return switch (copy.phase()) {
      case Cnpg.UNKNOWN_PLUGIN, Cnpg.FAILURE_PLUGIN ->
          Optional.of(
              moment.running().compareTo(SHORT) < 0
                  ? new Diagnosis.Waits(copy.story())
                  : new Diagnosis.Hopeless(
                      "PluginNotRunning",
                      "CloudNativePG cannot reach a plugin: " + copy.story(),
                      "Look at the pods of the barman-cloud plugin beside the operator's; then try again"));
      case Cnpg.DEFINITION_INVALID, Cnpg.IMAGE_CATALOG_ERROR ->
          Optional.of(
              moment.running().compareTo(SHORT) < 0
                  ? new Diagnosis.Waits(copy.story())
                  : new Diagnosis.Hopeless(
                      "CopyRefused",
                      "CloudNativePG does not take the Cluster beside: " + copy.story(),
                      "Mend the Cluster's spec until it is taken, then try again"));
      case Cnpg.CANNOT_CREATE, Cnpg.NO_DISK_SPACE ->
          Optional.of(stuck(copy.story(), moment.running()));
      default -> Optional.empty();
    };
  }

  private Optional<Diagnosis> pod() {
    for (var pod : pods) {
      var age = age(pod);
      if (age.compareTo(PATIENCE) < 0) continue;
      var scheduled = pod.condition("PodScheduled");
      if (scheduled.path("status").asText().equals("False"))
        return Optional.of(
            stuck(
                "pod " + pod.name() + " cannot be scheduled" + detail(scheduled, "message"), age));
      for (var list : List.of("/status/initContainerStatuses", "/status/containerStatuses"))
        for (var container : pod.at(list)) {
          var waiting = container.at("/state/waiting");
          var reason = waiting.path("reason").asText("");
          if (ON_ITS_WAY.contains(reason)) continue;
          var text =
              "pod "
                  + pod.name()
                  + ": container "
                  + container.path("name").asText()
                  + " is in "
                  + reason
                  + detail(waiting, "message");
          return Optional.of(NEVER.contains(reason) ? hopeless(text) : stuck(text, age));
        }
    }
    return Optional.empty();
  }

  /** No pod: a Job that makes none, or no Job at all. */
  private Optional<Diagnosis> nothing() {
    if (!pods.isEmpty() || copy.healthy()) return Optional.empty();
    for (var job : cluster.list(Kinds.JOB, copy.namespace(), Map.of(Cnpg.CLUSTER, copy.name()))) {
      if (age(job).compareTo(PATIENCE) < 0 || job.number("/status/succeeded", 0) > 0) continue;
      if (job.number("/status/failed", 0) > 0) continue;
      return Optional.of(
          stuck(
              "Job "
                  + job.name()
                  + " makes no pod: a quota, a policy or a missing ServiceAccount; see `kubectl -n "
                  + copy.namespace()
                  + " describe job "
                  + job.name()
                  + "`",
              age(job)));
    }
    for (var instance : Instance.of(cluster, copy.namespace(), copy.name()))
      for (var claim : instance.claims())
        if (!claim.text("/status/phase").equals("Bound") && age(claim).compareTo(PATIENCE) >= 0)
          return Optional.of(
              stuck(
                  "claim "
                      + claim.name()
                      + " is "
                      + claim.text("/status/phase")
                      + ", no pod uses it",
                  age(claim)));
    if (age(copy.seen()).compareTo(SHORT) < 0) return Optional.empty();
    return Optional.of(
        stuck(
            "CloudNativePG does nothing for Cluster " + copy.name() + ": " + copy.story(),
            age(copy.seen())));
  }

  private Diagnosis stuck(String cause, Duration since) {
    return since.compareTo(LONG) < 0 ? new Diagnosis.Waits(cause) : hopeless(cause);
  }

  private Diagnosis hopeless(String cause) {
    return new Diagnosis.Hopeless(
        "RecoveryStuck",
        "the recovery beside does not begin: " + cause,
        "Mend what it names (room on the nodes, quota, image, volumes), then try again");
  }

  private Duration age(Seen seen) {
    var created = seen.time("/metadata/creationTimestamp").orElse(Instant.EPOCH);
    return Duration.between(created, moment.now());
  }

  private static String detail(JsonNode object, String field) {
    var text = object.path(field).asText("");
    return text.isEmpty() ? "" : ": " + text;
  }
}
