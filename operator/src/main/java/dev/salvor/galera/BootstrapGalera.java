package dev.salvor.galera;

import static dev.salvor.engine.Outcome.done;
import static dev.salvor.engine.Outcome.failed;
import static dev.salvor.engine.Outcome.waiting;
import static dev.salvor.engine.Outcome.wrote;

import dev.salvor.api.Facts;
import dev.salvor.api.GaleraFacts;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Has mariadb-operator begin a new cluster in the member that has most, and takes the order back
 * once the cluster stands, or after {@link #PATIENCE}: the operator never does, and would begin
 * there again at its next recovery, whatever another member has by then (its API says so at {@code
 * forceClusterBootstrapInPod}). The order stands until all members are in: without it the operator
 * forgets in the middle where it began.
 *
 * <p>Should the recovery itself be gone meanwhile, the janitor gives the MariaDB back.
 *
 * @param lost asked before the order is given, not before it is taken back
 */
public record BootstrapGalera(ClusterWriter cluster, Run run, Guard<Facts> lost)
    implements Act<Facts> {
  static final Duration PATIENCE = Duration.ofHours(2);

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  /** Beyond {@link #PATIENCE}: an order that cannot be taken back is tried again until then. */
  @Override
  public Duration deadline() {
    return Duration.ofDays(2);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    for (var one : facts.knownNode().galera()) {
      if (one.bootstrap() == null) continue;
      var next = one(facts, one, one.bootstrap(), moment);
      if (next.isPresent()) return next.get();
    }
    return done("no cluster is told where to begin");
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    for (var one : facts.knownNode().galera()) {
      var seen = cluster.get(one.ref()).map(Galera::new).filter(this::ours);
      if (seen.isPresent()) return takeBack(seen.get());
    }
    return done("no cluster is told where to begin");
  }

  /** Empty once nothing is left to do for it. */
  private Optional<Outcome> one(Facts facts, GaleraFacts database, String pod, Moment moment) {
    var seen = cluster.get(database.ref()).filter(live -> live.uid().equals(database.uid()));
    if (seen.isEmpty()) return Optional.empty();
    var galera = new Galera(seen.get());
    var name = database.ref().text();
    // one that is deleted ends soon, whatever it has come to: nobody would take the order back
    var leaving = cluster.get(run.ref()).filter(live -> !live.terminating()).isEmpty();
    var late = moment.running().compareTo(PATIENCE) >= 0;
    if (ours(galera)) {
      if (galera.ready() || late || leaving || !galera.forced().equals(pod))
        return Optional.of(takeBack(galera));
      return Optional.of(waiting(name + " begins a new cluster in " + pod, LOOK_AGAIN));
    }
    if (galera.ready()) return Optional.empty();
    if (leaving)
      return Optional.of(
          failed(
              "GaleraBootstrapFailed",
              name + " is no cluster yet, and this recovery is being deleted",
              "Apply a new NodeLossRecovery."));
    if (late)
      return Optional.of(
          failed(
              "GaleraBootstrapFailed",
              name + " is no cluster after " + PATIENCE.toHours() + " h, begun in " + pod,
              "See its events and the logs of its pods; then raise spec.retry by one, or restore"
                  + " its backup."));
    if (!galera.forced().isEmpty())
      return Optional.of(
          waiting(name + " begins a new cluster, as somebody else has told it to", LOOK_AGAIN));
    // what was chosen may be over: another member has come back, another recovery has begun
    if (!(Source.of(cluster, database, galera) instanceof Source.Found(var best, _))
        || !best.equals(pod))
      return Optional.of(
          waiting(name + ": it is not certain any more that " + pod + " has most", LOOK_AGAIN));
    var broken = lost.broken(facts);
    if (broken.isPresent()) return Optional.of(broken.get());
    var before = Before.recorded(galera.seen(), run, List.of(Galera.FORCED));
    cluster.write(Before.hold(galera.seen(), run, before).set(Galera.FORCED, pod).write());
    return Optional.of(wrote(name + " is to begin a new cluster in " + pod));
  }

  private Outcome takeBack(Galera galera) {
    cluster.write(Before.giveBack(galera.seen(), null).remove(Galera.FORCED).write());
    return wrote(galera.seen().ref().text() + " is not told any more where to begin");
  }

  private boolean ours(Galera galera) {
    return Before.heldBy(galera.seen(), run);
  }
}
