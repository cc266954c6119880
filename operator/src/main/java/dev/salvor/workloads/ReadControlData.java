package dev.salvor.workloads;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Records where the WAL of the primary ends, from what it wrote itself when it was shut down. No
 * claim has been touched: whoever is refused here gets the database back as it was.
 */
public record ReadControlData(ClusterReader cluster, Run run) implements Look<Facts> {
  /** It prints some fifty. */
  private static final int LINES = 200;

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(2);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var jobs = new CheckJobs(cluster, run);
    var ref = new ControlDataJob(run, facts).ref();
    var job = cluster.get(ref);
    if (job.isEmpty() || !CheckJobs.passed(job.get()))
      return unread(
          facts,
          job.isEmpty()
              ? ref.text() + " is gone"
              : jobs.whyFailed(job.get()) + ": " + jobs.log(job.get(), LINES));
    var log =
        cluster
            .list(Kinds.POD, facts.knownTarget().namespace(), ControlDataJob.labels(run))
            .stream()
            .filter(pod -> pod.text("/status/phase").equals("Succeeded"))
            .findFirst()
            .map(pod -> cluster.log(pod.ref(), ControlDataJob.CONTAINER, LINES))
            .orElse("");
    var read = ControlData.of(log);
    if (read.isEmpty()) return unread(facts, "pg_controldata says " + Redaction.of(log.strip()));
    return judged(facts, read.get());
  }

  private static Sight<Facts> judged(Facts facts, ControlData data) {
    var point = facts.postgres().knownPoint();
    if (!data.systemId().equals(point.systemId()))
      return Sight.refused(
          facts,
          "WrongSystem",
          "the volume of the primary holds another database: system identifier "
              + data.systemId()
              + " instead of "
              + point.systemId(),
          "Find out what is on it before anything else");
    if (!data.shutDown() || !data.closed())
      return Sight.refused(
          facts,
          "NotShutDownCleanly",
          "what the primary wrote last is not in the archive: its volume says \""
              + data.state()
              + "\", last checkpoint "
              + data.checkpointText(),
          "The database is woken as it was. Find out why it did not stop by itself (its"
              + " stopDelay, the node), then raise spec.retry; or use strategy: InPlace in a new"
              + " recovery");
    var known = facts.postgres().knownFollow();
    var found =
        known.shutDown(data.timeline(), data.checkpointText(), data.end(), data.lastSegment());
    return Sight.seen(
        facts.withPostgres(facts.postgres().withFollow(found)),
        "shut down cleanly at "
            + data.checkpointText()
            + " of timeline "
            + data.timeline()
            + ": the last WAL is in segment "
            + data.lastSegment());
  }

  private static Sight<Facts> unread(Facts facts, String why) {
    return Sight.refused(
        facts,
        "ControlDataUnread",
        "nobody can tell where the WAL of the primary ends: " + why,
        "The database is woken as it was. Let pods of this namespace mount its volume read-only,"
            + " then raise spec.retry; or use strategy: InPlace in a new recovery");
  }
}
