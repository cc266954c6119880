package dev.salvor.workloads;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The check Jobs of a run as the cluster shows them. */
record CheckJobs(ClusterReader cluster, Run run) {
  private static final String JOB_NAME = "batch.kubernetes.io/job-name";

  static boolean ended(Seen job) {
    return job.isTrue("Complete") || job.isTrue("Failed");
  }

  static boolean passed(Seen job) {
    return job.isTrue("Complete");
  }

  /** {@code container check ended with exit code 2}, or what the Job says; empty if it passed. */
  String whyFailed(Seen job) {
    if (passed(job)) return "";
    var pod = pod(job);
    if (pod.isPresent()) {
      if (!pod.get().text("/status/reason").isEmpty())
        return (pod.get().text("/status/reason") + " " + pod.get().text("/status/message")).strip();
      for (var list : List.of("/status/initContainerStatuses", "/status/containerStatuses")) {
        for (var container : pod.get().at(list)) {
          var code = container.at("/state/terminated/exitCode").asInt(0);
          if (code != 0)
            return "container " + container.path("name").asText() + " ended with exit code " + code;
        }
      }
    }
    var failed = job.condition("Failed");
    return failed.isMissingNode()
        ? ""
        : failed.path("reason").asText() + ": " + failed.path("message").asText();
  }

  /** The newest pod of a Job. */
  Optional<Seen> pod(Seen job) {
    return cluster.list(Kinds.POD, job.namespace()).stream()
        .filter(pod -> of(pod, job))
        .max(Comparator.comparing(pod -> pod.text("/metadata/creationTimestamp")));
  }

  /** The last lines of each container of the Job's pod, redacted; why there are none, else. */
  String log(Seen job, int lines) {
    var pod = pod(job);
    if (pod.isEmpty()) return "no log: the Job has no pod any more";
    var names = new ArrayList<String>();
    for (var list : List.of("/spec/initContainers", "/spec/containers")) {
      pod.get().at(list).forEach(container -> names.add(container.path("name").asText()));
    }
    var log =
        names.stream()
            .map(name -> {
              var text = cluster.log(pod.get().ref(), name, lines).strip();
              return names.size() == 1 || text.isEmpty() ? text : "[" + name + "]\n" + text;
            })
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining("\n"));
    return log.isEmpty()
        ? "no log: " + PodStory.trouble(pod.get()).orElse("the check said nothing")
        : Redaction.of(log);
  }

  /**
   * Takes all check Jobs of this run away, those of earlier attempts too, and then their pods. The
   * logs stay.
   */
  Outcome clear(Facts facts, Destroyer destroyer) {
    var target = facts.target();
    if (target == null) return Outcome.done("no check has run");
    var shadows =
        IntStream.rangeClosed(1, facts.restore().attempt())
            .mapToObj(attempt -> run.shadow(target.namespace(), attempt))
            .toList();
    return clear(shadows, Map.of(Marks.RUN, run.uid()), destroyer);
  }

  /** The same for all that carry these labels in these namespaces. */
  Outcome clear(List<String> namespaces, Map<String, String> labels, Destroyer destroyer) {
    var left = new ArrayList<String>();
    for (var namespace : namespaces) {
      var jobs = cluster.list(Kinds.JOB, namespace, labels);
      var pods =
          cluster.list(Kinds.POD, namespace, labels).stream()
              .filter(pod -> !pod.label(JOB_NAME).isEmpty());
      for (var object : Stream.concat(jobs.stream(), pods).toList()) {
        switch (destroyer.destroy(new Victim(object.ref(), object.uid()))) {
          case MARKED, DELETED -> {
            return Outcome.wrote("clearing away " + object.ref().text());
          }
          case TERMINATING ->
              left.add(
                  Kinds.POD.of(object.ref())
                      ? PodStory.blocking(cluster, object)
                      : object.ref().text());
          case GONE -> {}
        }
      }
    }
    return left.isEmpty()
        ? Outcome.done("no check is left")
        : Outcome.waiting("waiting for the end of " + String.join("; ", left));
  }

  private static boolean of(Seen pod, Seen job) {
    return Climb.controller(pod)
        .filter(owner -> owner.path("uid").asText().equals(job.uid()))
        .isPresent();
  }
}
