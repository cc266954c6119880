package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Stops PostgreSQL by hibernation ({@code cnpg.io/hibernation: "on"}): the pods go, the Cluster,
 * its Services and Secrets stay (experiment E-7). The operator begins only while the phase is
 * healthy and says so in condition {@code cnpg.io/hibernation} (cloudnative-pg v1.30.0
 * pkg/reconciler/hibernation/status.go; before 1.29.0 it waited without a word).
 *
 * <p>Done when the operator says Hibernated and no pod of the Cluster, in whatever phase, is left.
 */
public record Hibernate(ClusterWriter cluster, Run run, Guard<Facts> held, Duration patience)
    implements Act<Facts> {
  /** How long the operator may take to begin with a Cluster that was just seen healthy. */
  public static final Duration AT_ONCE = Duration.ofSeconds(60);

  /** The same if replicas may be joining: until all have, the operator does not begin. */
  public static final Duration AFTER_JOINS = Duration.ofMinutes(30);

  private static final Set<String> BEGUN = Set.of("DeletingPods", "WaitingPodsDeletion");

  /** A smart shutdown alone may take {@code stopDelay}, half an hour by default. */
  private static final Duration SHUTDOWN = Duration.ofMinutes(40);

  @Override
  public Duration deadline() {
    return SHUTDOWN.plus(patience);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var broken = held.broken(facts);
    if (broken.isPresent()) return broken.get();
    var found = Recorded.read(cluster, facts);
    if (found.isEmpty()) return Recorded.changed(cluster, facts);
    var live = found.get();
    var foreign = Recorded.foreign(live, run);
    if (foreign.isPresent()) return foreign.get();
    if (!Before.heldBy(live.seen(), run)) return ask(live, moment);
    if (!live.hibernationAsked()) {
      cluster.write(
          live.seen()
              .edit()
              .annotate(Cnpg.HIBERNATION, "on")
              .annotate(Waking.SINCE, moment.now().toString())
              .write());
      return Outcome.wrote("asked for hibernation again: somebody had taken the annotation away");
    }
    var pods = InstancePods.of(cluster, live);
    if (live.hibernated())
      return pods.isEmpty()
          ? Outcome.done(live.seen().ref().text() + " is hibernated, no pod of it is left")
          : Outcome.pressing("hibernated, but not all pods are gone: " + left(pods));
    if (begun(live) || pods.stream().anyMatch(Seen::terminating))
      return Outcome.pressing("hibernating, waiting for the end of " + left(pods));
    var waited = Duration.between(since(live, moment), moment.now());
    if (waited.compareTo(patience) >= 0) return refused(live, waited);
    return Outcome.pressing(
        "asked for hibernation, the operator has not begun: phase " + live.story());
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    var found = Recorded.now(cluster, facts).filter(live -> !live.seen().terminating());
    if (found.isEmpty()) return Outcome.done(Recorded.text(facts) + " is gone");
    var live = found.get();
    if (Before.heldBy(live.seen(), run)) {
      var half = halfWay(live, moment);
      if (half.isPresent()) return half.get();
      var waking = new Waking(cluster, run).next(facts, live);
      if (waking.isPresent()) return waking.get();
    }
    // somebody else wants it asleep, or never let it be touched
    if (live.hibernationAsked())
      return Outcome.done(live.seen().ref().text() + " is left hibernated, not by this recovery");
    if (live.condition(Cnpg.HIBERNATION).isPresent())
      return Outcome.waiting("the operator has not yet taken note that the Cluster is to wake");
    return Outcome.done(live.seen().ref().text() + " is awake: phase " + live.story());
  }

  /**
   * The primary's pod goes first. Woken before the others are gone too, the operator would fail
   * over to one of them; woken after, it starts the primary that there was.
   */
  private Optional<Outcome> halfWay(CnpgCluster live, Moment moment) {
    if (!live.hibernationAsked() || !begun(live) || moment.running().compareTo(deadline()) > 0)
      return Optional.empty();
    return Optional.of(
        Outcome.pressing(
            "hibernation has begun; woken before its end another instance would become the"
                + " primary, so first comes the end of "
                + left(InstancePods.of(cluster, live))));
  }

  private Outcome ask(CnpgCluster live, Moment moment) {
    var before = Before.of(live.seen(), List.of(Before.annotation(Cnpg.HIBERNATION)));
    cluster.write(
        Before.hold(live.seen(), run, before)
            .annotate(Cnpg.HIBERNATION, "on")
            .annotate(Waking.SINCE, moment.now().toString())
            .write());
    return Outcome.wrote("asked " + live.seen().ref().text() + " to hibernate");
  }

  private static boolean begun(CnpgCluster live) {
    return live.condition(Cnpg.HIBERNATION)
        .filter(condition -> BEGUN.contains(condition.reason()))
        .isPresent();
  }

  private static Instant since(CnpgCluster live, Moment moment) {
    return live.seen().noted(Waking.SINCE).orElseGet(moment::started);
  }

  private static Outcome refused(CnpgCluster live, Duration waited) {
    var said =
        live.condition(Cnpg.HIBERNATION)
            .map(condition -> condition.reason() + ": " + condition.message())
            .orElse("the operator says nothing about it");
    return Outcome.failed(
        "HibernationRefused",
        live.seen().ref().text()
            + " has not begun to hibernate in "
            + waited.toSeconds()
            + " s ("
            + said
            + "); its phase is "
            + live.story()
            + ". No volume was touched",
        "Bring the cluster to phase \"" + Cnpg.HEALTHY + "\", then raise spec.retry");
  }

  private static String left(List<Seen> pods) {
    var jobs =
        pods.stream().filter(pod -> !pod.label(Cnpg.JOB_ROLE).isEmpty()).map(Seen::name).toList();
    return InstancePods.names(pods)
        + (jobs.isEmpty()
            ? ""
            : "; the operator does not delete those of Jobs: kubectl -n "
                + pods.getFirst().namespace()
                + " delete pod "
                + String.join(" ", jobs));
  }
}
