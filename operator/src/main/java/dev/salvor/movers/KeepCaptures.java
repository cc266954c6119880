package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import dev.salvor.api.VolumeSource.RestoreJob;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import dev.salvor.kube.Write;
import java.time.Duration;
import java.util.Objects;

/**
 * Puts what the Job has printed into a Secret of the recovery's own, before the Job goes with its
 * log: only that is written into the Secrets of the application, and not before the exchange.
 */
public record KeepCaptures(ClusterWriter cluster, Destroyer destroyer, Run run, RestoreJob job)
    implements Act<Facts> {
  /** Where it is kept, for the plan. */
  public static Ref keeper(Run run, String namespace) {
    return CaptureKeeper.ref(run, namespace);
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var kept = CaptureKeeper.kept(cluster, run, namespace);
    var log =
        cluster
            .get(FillingJob.ref(facts, run))
            .flatMap(made -> JobLog.pod(cluster, made))
            .map(pod -> JobLog.of(cluster, pod))
            .orElse(JobLog.none());
    if (kept.isPresent() && log.blank())
      return Outcome.done(kept.get().ref().text() + " keeps what the Job has printed");
    var missing = Captured.missing(job, log);
    if (missing.isPresent()) return missing.get();
    var captured = Captured.of(job, log);
    if (kept.isEmpty()) {
      try {
        cluster.write(new Write.Create(CaptureKeeper.manifest(run, namespace, captured)));
      } catch (ClusterException.AlreadyExists taken) {
        return Outcome.failed(
            "SecretTaken",
            CaptureKeeper.ref(run, namespace).text() + " exists and is not of this recovery",
            "Delete it, then raise spec.retry by one");
      }
      return Outcome.wrote("kept what the Job has printed: " + captured.values().size());
    }
    var edit = kept.get().edit().set("/data", CaptureKeeper.data(captured));
    if (!edit.isEmpty()) {
      cluster.write(edit.write());
      return Outcome.wrote("kept what the Job of this attempt has printed");
    }
    return Outcome.done(
        "kept in " + kept.get().ref().text() + " until the exchange: " + captured.values().size());
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return forget(cluster, destroyer, run, facts);
  }

  static Outcome forget(ClusterWriter cluster, Destroyer destroyer, Run run, Facts facts) {
    if (facts.target() == null) return Outcome.done("nothing was kept");
    var kept = CaptureKeeper.kept(cluster, run, Objects.requireNonNull(facts.target()).namespace());
    if (kept.isEmpty()) return Outcome.done("nothing of what the Job has printed is kept");
    destroyer.destroy(new Victim(kept.get().ref(), kept.get().uid()));
    return Outcome.wrote("forgetting what the Job has printed");
  }
}
