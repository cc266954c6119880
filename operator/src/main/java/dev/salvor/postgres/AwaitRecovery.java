package dev.salvor.postgres;

import dev.salvor.api.CopyFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Follows the recovery beside through the logs of its pods, which alone say why one fails. The
 * first failed pod decides, not the seventh try: each try downloads everything again.
 */
public record AwaitRecovery(ClusterReader cluster, Run run) implements Step.Look<Facts> {
  /** Terabytes take their time; what does not begin at all is named much earlier. */
  @Override
  public Duration deadline() {
    return Duration.ofHours(48);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var name = Names.copy(facts);
    var there =
        CnpgCluster.read(cluster, facts.knownTarget().namespace(), name)
            .filter(copy -> copy.seen().label(Marks.RUN).equals(run.uid()))
            .filter(copy -> !copy.seen().terminating());
    if (there.isEmpty())
      return Sight.refused(
          facts,
          "CopyVanished",
          "Cluster " + name + " was deleted while it was needed",
          "Find out who deletes Clusters in this namespace (GitOps pruning?), then try again");
    var copy = there.get();
    var pods = new RecoveryPods(cluster, InstancePods.of(cluster, copy));
    var follows = facts.postgres().follow() != null;
    if (follows ? following(copy) : promoted(copy)) return recovered(facts, copy, pods);
    return switch (pods.verdict(cluster, copy, facts.postgres().knownPoint())) {
      case RecoveryPods.Verdict.Broken(var reason, var message, var remedy) ->
          Sight.refused(facts, reason, message, remedy);
      case RecoveryPods.Verdict.Open(var story) -> waiting(facts, copy, pods, story, moment);
    };
  }

  private Sight<Facts> waiting(
      Facts facts, CnpgCluster copy, RecoveryPods pods, String story, Moment moment) {
    return switch (new RecoveryDoctor(cluster, copy, pods.going(), moment).examine()) {
      case RecoveryDoctor.Diagnosis.Hopeless(var reason, var message, var remedy) ->
          Sight.refused(facts, reason, message, remedy);
      case RecoveryDoctor.Diagnosis.Waits(var cause) -> later(cause, pods);
      case RecoveryDoctor.Diagnosis.Well() -> later(story, pods);
    };
  }

  /**
   * The instance has told what it is. Health is awaited by the proof, because CloudNativePG deletes
   * the Job, and with it the log that knows the last transaction, the second the Cluster is healthy
   * (seen on 1.30.0).
   */
  private static boolean promoted(CnpgCluster copy) {
    return !copy.primary().isEmpty() && !copy.systemId().isEmpty() && copy.timeline() > 0;
  }

  /** A replica cluster tells no timeline before it is promoted (seen on 1.30.0). */
  private static boolean following(CnpgCluster copy) {
    return copy.replica() && !copy.systemId().isEmpty() && copy.healthy();
  }

  /** Logs are read at every look, and hours of replay need no haste; the end does. */
  private static Sight<Facts> later(String story, RecoveryPods pods) {
    return new Sight.NotYet<>(story, Duration.ofSeconds(pods.replayed() ? 1 : 5), false);
  }

  private Sight<Facts> recovered(Facts facts, CnpgCluster copy, RecoveryPods pods) {
    var claims = new CopyClaims(cluster).pairs(facts, copy);
    if (claims.isEmpty())
      return Sight.refused(
          facts,
          "CopyClaimsDiffer",
          "the volumes of the copy are not those of the Cluster: data, WAL and tablespaces must be the same",
          "Let the Cluster's spec and its claims agree (walStorage, tablespaces), then try again");
    var last = pods.lastTransaction();
    var found =
        new CopyFacts(
            copy.name(),
            copy.uid(),
            claims.get(),
            copy.systemId(),
            copy.timeline(),
            last.isEmpty() ? null : last);
    return Sight.seen(
        facts.withPostgres(facts.postgres().withCopy(found)),
        "Cluster "
            + copy.name()
            + (facts.postgres().follow() == null
                ? " is recovered, timeline " + copy.timeline()
                : " is restored, and follows the archive of the database")
            + (last.isEmpty() ? "" : ", last transaction at " + last));
  }
}
