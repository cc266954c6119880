package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.VolumeSource.RestoreJob;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The proof that the Job has filled the copy: its exit code and its own words (S6). */
public record AwaitJob(ClusterReader cluster, Run run, RestoreJob job) implements Look<Facts> {
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
    if (seen.isEmpty()) return Proving.vanished(facts, ref);
    var ended = ended(seen.get());
    var pod = JobLog.pod(cluster, seen.get());
    if (ended.isEmpty())
      return Sight.notYet(ref.text() + " runs" + pod.map(AwaitJob::standing).orElse(""));
    var log = pod.map(one -> JobLog.of(cluster, one)).orElse(JobLog.none());
    if (ended.get().equals("Failed"))
      return failed(facts, "RestoreFailed", ref.text() + " failed: " + log.tail(job));
    var wrong = job.failurePattern();
    if (wrong != null && log.says(wrong))
      return failed(
          facts,
          "RestoreFailed",
          ref.text() + " said what spec.source.job.failurePattern looks for: " + log.tail(job));
    if (!log.says(job.successPattern()))
      return failed(
          facts,
          "RestoreUnproven",
          ref.text()
              + " ended without what spec.source.job.successPattern looks for: "
              + (log.blank() ? "it has no log" : log.tail(job)));
    var missing = Captured.missing(job, log);
    if (missing.isPresent())
      return Sight.refused(
          facts, missing.get().reason(), missing.get().message(), missing.get().remedy());
    return Sight.seen(
        facts.withTimes(facts.times().withProvenAt(moment.now())),
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
    // a Job has at most one of them
    return Stream.of("Complete", "Failed").filter(job::isTrue).findFirst();
  }

  private static String standing(Seen pod) {
    var text = new StringBuilder(", ").append(Proving.standing(pod));
    for (var list : List.of("/status/initContainerStatuses", "/status/containerStatuses"))
      for (var container : pod.at(list)) {
        var waiting = container.at("/state/waiting/reason").asText("");
        if (!waiting.isEmpty()) text.append(", ").append(waiting);
      }
    return text.toString();
  }
}
