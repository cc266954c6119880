package dev.salvor.postgres;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Follows the recovery of a Cluster under its own name, by the logs of its pods like {@link
 * AwaitRecovery}, until its primary takes writes; puts the new UID and the primary on record. A
 * Cluster that a person has deleted, to have another try, is made once more.
 */
public record AwaitRecovered(ClusterReader cluster, Run run) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofHours(48);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var now = Recorded.now(cluster, facts);
    if (now.isEmpty() || now.get().seen().terminating())
      return new Sight.Back<>(
          facts,
          "CreateRecovered",
          "RecoveredClusterGone",
          Recorded.text(facts) + " was deleted while it recovered, making it once more");
    var live = now.get();
    var known = facts.postgres().knownDatabase();
    if (!AdoptingCluster.ours(live, run) && !live.uid().equals(known.uid()))
      return new Sight.Refused<>(facts, Recreated.by(live));
    if (serves(live))
      return Sight.seen(
          facts.withPostgres(facts.postgres().withDatabase(recovered(known, live))),
          live.seen().ref().text()
              + " is recovered and writable, UID "
              + live.uid()
              + ", timeline "
              + live.timeline());
    var pods = new RecoveryPods(cluster, InstancePods.of(cluster, live));
    return switch (pods.verdict(cluster, live, facts.postgres().knownPoint())) {
      case RecoveryPods.Verdict.Broken(var reason, var message, var remedy) ->
          Sight.refused(facts, reason, message, remedy);
      case RecoveryPods.Verdict.Open(var story) ->
          switch (new RecoveryDoctor(cluster, live, pods.going(), moment).examine()) {
            case RecoveryDoctor.Diagnosis.Hopeless(var reason, var message, var remedy) ->
                Sight.refused(facts, reason, message, remedy);
            case RecoveryDoctor.Diagnosis.Waits(var cause) -> later(cause);
            case RecoveryDoctor.Diagnosis.Well() -> later(story);
          };
    };
  }

  /** The first instance is enough: replicas join while the consumers come back. */
  private boolean serves(CnpgCluster live) {
    return live.primarySettled()
        && !live.systemId().isEmpty()
        && live.timeline() > 0
        && InstancePods.of(cluster, live).stream()
            .anyMatch(pod ->
                pod.name().equals(live.primary())
                    && InstancePods.ready(pod)
                    && InstancePods.primary(pod));
  }

  private DatabaseFacts recovered(DatabaseFacts known, CnpgCluster live) {
    var reading = new DatabaseReading(cluster, live.namespace(), live.name());
    var now = reading.living(live, known.archive());
    return new DatabaseFacts(
        known.name(),
        live.uid(),
        known.manifest(),
        known.healthy(),
        known.canHibernate(),
        known.instances(),
        now.primary(),
        now.serial(),
        now.claims(),
        now.others(),
        known.systemId(),
        known.timeline(),
        known.major(),
        known.archive());
  }

  private static Sight<Facts> later(String story) {
    return new Sight.NotYet<>(story, Duration.ofSeconds(5), false);
  }
}
