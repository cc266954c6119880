package dev.salvor.workloads;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Asks the volume of the primary, which was shut down, where its WAL ends. Nothing else knows: that
 * the archive has a last segment does not say that it is the last. What it answers is read by
 * {@link ReadControlData}.
 */
public record AskControlData(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  /** The database is down meanwhile; an image that has to be pulled is the copy's, and there. */
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(6);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var job = new ControlDataJob(run, facts);
    var seen = cluster.get(job.ref());
    if (seen.isEmpty()) return start(job, facts);
    var running = seen.get();
    if (!running.label(Marks.RUN).equals(run.uid()))
      return Outcome.failed(
          "CheckNameTaken",
          running.ref().text() + " exists and is not ours",
          "Delete it and raise spec.retry by one");
    if (CheckJobs.ended(running)) return Outcome.done("the volume of the primary was read");
    var trouble = new CheckJobs(cluster, run).pod(running).flatMap(PodStory::trouble);
    return Outcome.pressing(
        "reading the volume of the primary" + trouble.map(text -> ": " + text).orElse(""));
  }

  private Outcome start(ControlDataJob job, Facts facts) {
    var like = CopyServer.instance(cluster, facts);
    if (like.isEmpty())
      return Outcome.pressing(
          "no instance of Cluster " + facts.postgres().knownCopy().name() + " runs");
    try {
      cluster.write(job.create(like.get()));
    } catch (ClusterException.AlreadyExists lost) {
      // a reply that was lost; the next call reads whose it is
    }
    return Outcome.wrote("asking the volume of the primary where its WAL ends");
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return new ClearControlData(cluster, destroyer, run).act(facts, moment);
  }
}
