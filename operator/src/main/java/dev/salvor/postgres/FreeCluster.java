package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Lets the operator adopt the claims (swap.md 1.3 line 12). Done when the new Cluster owns every
 * claim of the group, wants the planned primary, and that one's pod is on its claim.
 *
 * <p>A Job that makes a data directory is stopped by the deletion of the Cluster, at once; the
 * claims have no owner yet and stay. An operator that died inside its adoption never tries again
 * (P3): the Cluster is deleted and made once more.
 */
public record FreeCluster(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  /**
   * The claims were bound before the Cluster was created; its age has whole seconds, and the
   * operator's cache is to know them for five.
   */
  private static final Duration SETTLED = Duration.ofSeconds(6);

  /** Status and claims are written one after the other; longer is a death in between. */
  private static final Duration HALF_WAY = Duration.ofSeconds(60);

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(20);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var adopting = new AdoptingCluster(cluster, run, facts);
    var group = new AdoptedGroup(cluster, run, facts);
    var now = Recorded.now(cluster, facts).filter(live -> AdoptingCluster.ours(live, run));
    if (now.isPresent() && !now.get().seen().terminating()) {
      var stopping = stopInitdb(adopting, group, now.get());
      if (stopping.isPresent()) return stopping.get();
    }
    var next = adopting.next();
    if (next.isPresent()) return next.get();
    var live = now.orElseThrow();
    var incomplete = group.incomplete();
    if (incomplete.isPresent())
      return Outcome.pressing("the group is not whole: " + incomplete.get());
    if (!live.reconciled()) return free(facts, live, moment);
    var owned = group.ownedBy(live);
    if (owned.size() < group.volumes().size()) {
      var since = initialized(live, moment);
      if (since.filter(when -> when.plus(HALF_WAY).isBefore(moment.now())).isPresent())
        return halfWay(live, group);
      return Outcome.pressing(
          "the operator has adopted "
              + owned.size()
              + " of the claims "
              + group.names()
              + ", phase "
              + live.story());
    }
    return adopted(facts, live);
  }

  private Outcome free(Facts facts, CnpgCluster live, Moment moment) {
    var created = live.seen().time("/metadata/creationTimestamp").orElse(moment.now());
    if (created.plus(SETTLED).isAfter(moment.now()))
      return Outcome.pressing("giving the operator time to see the claims");
    var stranger = new Deletion(cluster, run).stranger(facts);
    if (stranger.isPresent()) return stranger.get();
    cluster.write(live.seen().edit().annotate(Cnpg.RECONCILIATION, null).write());
    return Outcome.wrote("the operator may adopt the claims now");
  }

  private Outcome adopted(Facts facts, CnpgCluster live) {
    var primary = Recorded.primary(facts);
    if (!live.targetPrimary().equals(primary))
      return Outcome.pressing(
          "claims adopted, waiting for the primary "
              + primary
              + (live.targetPrimary().isEmpty() ? "" : ", not " + live.targetPrimary()));
    var pod = cluster.get(Kinds.POD.ref(live.namespace(), primary));
    if (pod.filter(seen -> mounts(seen, primary)).isEmpty())
      return Outcome.pressing("claims adopted, waiting for pod " + primary);
    return Outcome.done(live.seen().ref().text() + " has adopted the claims, primary " + primary);
  }

  /** Marks the volume first: the Job goes with the Cluster, the doubt must not. */
  private Optional<Outcome> stopInitdb(
      AdoptingCluster adopting, AdoptedGroup group, CnpgCluster live) {
    var job = Bootstrap.job(cluster, live);
    var tainted = group.tainted().isPresent();
    if (job.isEmpty() && !tainted) return Optional.empty();
    var volume = adopting.dataVolume();
    if (!tainted && volume.isPresent()) {
      var name = job.orElseThrow().name();
      cluster.write(volume.get().edit().annotate(AdoptedGroup.TAINTED, name).write());
      return Optional.of(Outcome.wrote("Job " + name + " appeared: stopping everything"));
    }
    destroyer.destroy(new Victim(live.seen().ref(), live.uid()));
    return Optional.of(
        Outcome.wrote("deleting " + live.seen().ref().text() + ": a Job for initdb appeared"));
  }

  private Outcome halfWay(CnpgCluster live, AdoptedGroup group) {
    var owned = group.ownedBy(live);
    if (owned.isEmpty()) {
      destroyer.destroy(new Victim(live.seen().ref(), live.uid()));
      return Outcome.wrote(
          "the operator stopped inside its adoption and will not try again: making "
              + live.seen().ref().text()
              + " once more");
    }
    return Outcome.failed(
        "AdoptionStuck",
        live.seen().ref().text()
            + " is initialized, but has adopted only "
            + String.join(", ", owned)
            + " of "
            + group.names()
            + ": the operator stopped in the middle and will not try again. Nothing was deleted",
        "copy metadata.ownerReferences of claim "
            + owned.getFirst()
            + " to the others (kubectl -n "
            + live.namespace()
            + " edit pvc "
            + group.names().replace(",", "")
            + "), then raise spec.retry");
  }

  /** Since when the operator takes the bootstrap for done; empty if it does not. */
  private static Optional<Instant> initialized(CnpgCluster live, Moment moment) {
    var condition = live.condition("Initialized").filter(CnpgCluster.Condition::isTrue);
    if (condition.isPresent()) return Optional.of(condition.get().since().orElse(moment.started()));
    return live.seen().number("/status/latestGeneratedNode", 0) != 0
        ? Optional.of(moment.started())
        : Optional.empty();
  }

  private static boolean mounts(Seen pod, String claim) {
    for (var volume : pod.at("/spec/volumes"))
      if (volume.at("/persistentVolumeClaim/claimName").asText().equals(claim)) return true;
    return false;
  }
}
