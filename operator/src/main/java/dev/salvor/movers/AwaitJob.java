package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.TimeFacts;
import dev.salvor.api.VolumeSource.RestoreJob;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Redaction;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The proof that the Job has filled the copy: its exit code and its own words (S6). */
public record AwaitJob(ClusterReader cluster, Run run, RestoreJob job) implements Look<Facts> {
  private static final int LINES = 2_000;
  private static final int TOLD = 5;

  @Override
  public String name() {
    return "AwaitVolumeData";
  }

  @Override
  public Duration deadline() {
    return FillingJob.timeout(job).plusMinutes(15);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var ref = FillingJob.ref(facts, run);
    var seen = cluster.get(ref);
    if (seen.isEmpty())
      return Sight.refused(
          facts,
          "RestoreVanished",
          ref.text() + " was deleted while it was needed",
          "Find out who deletes what Salvor makes, then raise spec.retry by one");
    var ended = ended(seen.get());
    var pod = pod(seen.get());
    if (ended.isEmpty())
      return Sight.notYet(ref.text() + " runs" + pod.map(AwaitJob::standing).orElse(""));
    var log = pod.map(this::log).orElse("");
    if (ended.get().equals("Failed"))
      return failed(facts, "RestoreFailed", ref.text() + " failed: " + tail(log));
    var wrong = job.failurePattern();
    if (wrong != null && contains(log, wrong))
      return failed(
          facts,
          "RestoreFailed",
          ref.text() + " said what spec.source.job.failurePattern looks for: " + tail(log));
    if (!contains(log, job.successPattern()))
      return failed(
          facts,
          "RestoreUnproven",
          ref.text()
              + " ended without what spec.source.job.successPattern looks for: "
              + (log.isBlank() ? "it has no log" : tail(log)));
    var times = facts.times();
    return Sight.seen(
        facts.withTimes(new TimeFacts(moment.now(), times.outageFrom(), times.outageUntil())),
        ref.text() + " ended and said so");
  }

  private static Sight<Facts> failed(Facts facts, String reason, String message) {
    return Sight.refused(
        facts,
        reason,
        message,
        "Mend what it names and raise spec.retry by one, or correct spec.source.job in a new"
            + " recovery; nothing of production was changed");
  }

  private static Optional<String> ended(Seen job) {
    for (var condition : job.at("/status/conditions")) {
      var type = condition.path("type").asText();
      if (condition.path("status").asText().equals("True")
          && (type.equals("Complete") || type.equals("Failed"))) return Optional.of(type);
    }
    return Optional.empty();
  }

  private Optional<Seen> pod(Seen made) {
    return cluster.list(dev.salvor.kube.Kinds.POD, made.namespace()).stream()
        .filter(one -> ownedBy(one, made.uid()))
        .findFirst();
  }

  private static boolean ownedBy(Seen object, String uid) {
    for (var owner : object.at("/metadata/ownerReferences"))
      if (owner.path("uid").asText().equals(uid)) return true;
    return false;
  }

  private static String standing(Seen pod) {
    var text = new StringBuilder(", ").append(pod.ref().text()).append(" is ");
    text.append(pod.text("/status/phase"));
    for (var condition : pod.at("/status/conditions"))
      if (condition.path("type").asText().equals("PodScheduled")
          && condition.path("status").asText().equals("False"))
        text.append(": ").append(condition.path("message").asText());
    for (var list : List.of("/status/initContainerStatuses", "/status/containerStatuses"))
      for (var container : pod.at(list)) {
        var waiting = container.at("/state/waiting/reason").asText("");
        if (!waiting.isEmpty()) text.append(", ").append(waiting);
      }
    return text.toString();
  }

  private String log(Seen pod) {
    var all = new StringBuilder();
    for (var list : List.of("/spec/initContainers", "/spec/containers"))
      for (var container : pod.at(list))
        all.append(cluster.log(pod.ref(), container.path("name").asText(), LINES)).append('\n');
    return all.toString();
  }

  private static boolean contains(String log, String pattern) {
    var wanted = Pattern.compile(pattern);
    return log.lines().anyMatch(line -> wanted.matcher(line).find());
  }

  /** For people who may not read the Secrets of the namespace. */
  private static String tail(String log) {
    var lines = log.strip().lines().toList();
    return Redaction.of(
        String.join("\n", lines.subList(Math.max(0, lines.size() - TOLD), lines.size())));
  }
}
