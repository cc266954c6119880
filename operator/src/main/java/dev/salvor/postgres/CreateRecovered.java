package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.time.Instant;

/**
 * Creates the Cluster anew under its own name and lets it recover from the archive (postgres.md 3.1
 * line 10). Nothing is written to it before its recovery has begun: that could cost it its Job
 * (cloudnative-pg #11039); where it lost it all the same it is deleted and created once more.
 */
public record CreateRecovered(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  /** CloudNativePG makes the Job in the pass after the claim: seconds. */
  private static final Duration LOST = Duration.ofMinutes(2);

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(30);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var now = Recorded.now(cluster, facts);
    if (now.isEmpty()) return create(facts);
    var live = now.get();
    if (!AdoptingCluster.ours(live, run)) return Recreated.by(live);
    if (live.seen().terminating())
      return Outcome.pressing(live.seen().ref().text() + " is being deleted");
    var condemned = live.seen().annotation(Marks.CONDEMNED).equals(run.by());
    if (condemned || lostItsJob(live, moment.now())) {
      destroyer.destroy(new Victim(live.seen().ref(), live.uid()));
      return Outcome.wrote(
          live.seen().ref().text() + " never got its recovery Job, making it once more");
    }
    return begun(live)
        ? Outcome.done(live.seen().ref().text() + " recovers")
        : Outcome.waiting(live.seen().ref().text() + ": " + live.story());
  }

  /**
   * Behind the point of no return there is nothing to take back; what a person has deleted, to have
   * another try, is waited for.
   */
  @Override
  public Outcome undo(Facts facts, Moment moment) {
    var ours = Recorded.now(cluster, facts).filter(live -> AdoptingCluster.ours(live, run));
    if (ours.filter(live -> live.seen().terminating()).isPresent())
      return Outcome.waiting(Recorded.text(facts) + " is being deleted");
    var left = new Deletion(cluster, run).left(facts);
    return left.isEmpty() || Recorded.now(cluster, facts).isPresent()
        ? Outcome.done("no deleted Cluster of this recovery is left")
        : Outcome.waiting("waiting for the end of " + Remnants.names(left));
  }

  private Outcome create(Facts facts) {
    var left = new Deletion(cluster, run).left(facts);
    if (!left.isEmpty()) return Outcome.pressing("waiting for the end of " + Remnants.names(left));
    var orphan = new Deletion(cluster, run).stranger(facts);
    if (orphan.isPresent()) return orphan.get();
    return new NewCluster(cluster, facts)
        .create(RecoveredManifest.of(cluster, run, facts), "to recover from the archive");
  }

  /** A Job or a pod: newer versions recover in the instance's pod itself. */
  private boolean begun(CnpgCluster live) {
    return !live.owned(cluster, Kinds.JOB).isEmpty()
        || !InstancePods.of(cluster, live).isEmpty()
        || live.healthy();
  }

  private boolean lostItsJob(CnpgCluster live, Instant now) {
    return !begun(live)
        && live.owned(cluster, Kinds.PVC).stream()
            .filter(claim -> claim.annotation(Cnpg.PVC_STATUS).equals("initializing"))
            .flatMap(claim -> claim.time("/metadata/creationTimestamp").stream())
            .anyMatch(made -> made.plus(LOST).isBefore(now));
  }
}
