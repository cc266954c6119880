package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.time.Duration;

/**
 * The controller of Jobs: one pod at a time until one succeeds or the back-off limit is reached.
 * What a container's exit code is says {@link KubeletModel#exit}.
 */
public final class JobModel implements Model {
  @Override
  public void act(World world) {
    for (var job : world.look(Kinds.JOB, "")) {
      if (!job.terminating()) sync(world, job);
    }
  }

  private static void sync(World world, Seen job) {
    if (Pods.condition(job, "Complete") || Pods.condition(job, "Failed")) {
      expire(world, job);
      return;
    }
    var pods =
        world.look(Kinds.POD, job.namespace()).stream()
            .filter(pod -> Pods.isOwnedBy(pod, job))
            .toList();
    var succeeded = count(pods, "Succeeded");
    var failed = count(pods, "Failed");
    var living = pods.stream().filter(pod -> !pod.terminating() && !Pods.isFinished(pod)).toList();
    var told = job.json().deepCopy();
    var status = told.withObject("/status");
    status.put("active", living.size()).put("succeeded", succeeded).put("failed", failed);
    if (job.number("/spec/parallelism", 1) == 0) {
      living.forEach(pod -> world.delete(pod.ref()));
    } else if (job.flag("/spec/suspend")) {
      living.forEach(pod -> world.delete(pod.ref()));
      condition(world, status, "Suspended", "JobSuspended", "");
    } else if (succeeded > 0) {
      condition(world, status, "Complete", "CompletionsReached", "Reached expected completions");
      status.put("completionTime", world.now().toString());
    } else if (failed > job.number("/spec/backoffLimit", 6)) {
      condition(
          world,
          status,
          "Failed",
          "BackoffLimitExceeded",
          "Job has reached the specified backoff limit");
    } else if (isLate(world, job)) {
      living.forEach(pod -> world.delete(pod.ref()));
      condition(
          world,
          status,
          "Failed",
          "DeadlineExceeded",
          "Job was active longer than specified deadline");
    } else {
      if (!status.has("startTime")) status.put("startTime", world.now().toString());
      status.remove("conditions");
      if (living.isEmpty() && pods.stream().noneMatch(Seen::terminating)) start(world, job);
    }
    world.update(told);
  }

  private static void start(World world, Seen job) {
    var pod = Pods.from(job, job.at("/spec/template"), "");
    var meta = pod.withObject("/metadata");
    meta.remove("name");
    meta.put("generateName", job.name() + "-");
    meta.withObject("/labels")
        .put("batch.kubernetes.io/job-name", job.name())
        .put("job-name", job.name());
    world.create(pod);
  }

  private static boolean isLate(World world, Seen job) {
    var limit = job.number("/spec/activeDeadlineSeconds", 0);
    return limit > 0
        && job.time("/status/startTime")
            .filter(start -> start.plusSeconds(limit).isBefore(world.now()))
            .isPresent();
  }

  private static void expire(World world, Seen job) {
    if (!job.has("/spec/ttlSecondsAfterFinished")) return;
    var ttl = Duration.ofSeconds(job.number("/spec/ttlSecondsAfterFinished", 0));
    var since = job.at("/status/conditions/0/lastTransitionTime").asText("");
    if (!since.isEmpty() && java.time.Instant.parse(since).plus(ttl).isBefore(world.now()))
      world.delete(job.ref());
  }

  private static void condition(
      World world, ObjectNode status, String type, String reason, String message) {
    status
        .putArray("conditions")
        .addObject()
        .put("type", type)
        .put("status", "True")
        .put("reason", reason)
        .put("message", message)
        .put("lastTransitionTime", world.now().toString());
  }

  private static long count(Iterable<Seen> pods, String phase) {
    var found = 0;
    for (var pod : pods) if (pod.text("/status/phase").equals(phase)) found++;
    return found;
  }
}
