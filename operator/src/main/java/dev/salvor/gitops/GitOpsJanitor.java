package dev.salvor.gitops;

import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Edit;
import dev.salvor.kube.EventSink;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives back what a recovery left held that no longer exists: its finalizer was taken off, or its
 * namespace is gone (gitops.md H21). While the data of that recovery is half-way it writes nothing
 * and says so: the frozen namespace is then what protects it.
 */
public final class GitOpsJanitor {
  /** In the order of giving back: who uses the data, who saves it, who writes it. */
  private static final List<Kind> USERS =
      List.of(
          Kinds.DEPLOYMENT,
          Kinds.STATEFUL_SET,
          Kinds.REPLICA_SET,
          Kinds.REPLICATION_CONTROLLER,
          Kinds.DAEMON_SET,
          Kinds.JOB,
          Kinds.CRON_JOB,
          Kinds.HPA,
          Kinds.SCALED_OBJECT,
          Kinds.SCHEDULE,
          Kinds.MARIADB,
          Kinds.REPLICATION_SOURCE,
          Kinds.REPLICATION_DESTINATION);

  /**
   * What recoveries hold by. The annotation can be written by whoever may write the object; it is
   * not to make Salvor write, with its own rights, what that person must not.
   */
  private static final Set<String> HOLDS =
      Set.of(
          "/spec/replicas",
          "/spec/suspend",
          "/spec/paused",
          "/spec/galera/recovery/forceClusterBootstrapInPod",
          Before.annotation("autoscaling.keda.sh/paused-replicas"),
          ArgoBrake.AUTOMATED,
          SetBrake.IGNORED,
          SetBrake.PRESERVED);

  private final ClusterWriter cluster;
  private final EventSink events;
  private final Clock clock;

  public GitOpsJanitor(ClusterWriter cluster, EventSink events, Clock clock) {
    this.cluster = cluster;
    this.events = events;
    this.clock = clock;
  }

  /**
   * At most one write. To be called now and then, and again soon after it answered.
   *
   * @return what was given back, or what cannot be; empty if nothing is left over
   */
  public Optional<String> sweep() {
    var alerts = new ArrayList<String>();
    var known = new LinkedHashSet<String>();
    for (var object : held()) {
      var by = object.annotation(Marks.HELD_BY);
      var holder = holder(by);
      if (holder.isEmpty() || lives(holder.get())) continue;
      var run = holder.get();
      var obstacle = foreign(object).or(() -> HalfWay.of(cluster, run));
      if (obstacle.isPresent()) {
        if (known.add(by)) alerts.add(alert(run, object, obstacle.get()));
        continue;
      }
      return Optional.of(giveBack(run, object));
    }
    return alerts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", alerts));
  }

  private String giveBack(Run run, Seen object) {
    var edit = edit(run, object);
    for (var mark : object.annotations().keySet()) {
      if (mark.startsWith(Marks.GROUP + "/")) edit.annotate(mark, null);
    }
    cluster.write(edit.write());
    var message = "gave back " + object.ref().text() + ", which " + run.by() + " had left held";
    events.publish(run.ref(), run.uid(), false, "GaveBack", "Janitor", message, object.ref());
    return message;
  }

  private Edit edit(Run run, Seen object) {
    if (gitOps(object.ref())) {
      return Brake.of(object.ref()).release(object, null, run, clock.instant());
    }
    // somebody who has scaled it meanwhile is right
    var scaled = object.number("/spec/replicas", 0) != 0 && !Kinds.MARIADB.of(object.ref());
    return scaled ? object.edit() : Before.giveBack(object, null);
  }

  private static Optional<String> foreign(Seen object) {
    return Before.annotated(object).properties().stream()
        .filter(value -> !HOLDS.contains(value.getKey()))
        .findFirst()
        .map(value -> "its annotation wants " + value.getKey() + ", which no recovery holds by");
  }

  private String alert(Run run, Seen object, String obstacle) {
    var message =
        object.ref().text()
            + " is held by "
            + run.by()
            + ", which no longer exists, and is not given back because "
            + obstacle
            + ". Put that right by hand (docs: undo by hand); this then goes on by itself.";
    events.publish(run.ref(), run.uid(), true, "LeftHeld", "Janitor", message, object.ref());
    return message;
  }

  private List<Seen> held() {
    var held = new ArrayList<Seen>();
    for (var kind : USERS) held.addAll(held(kind));
    var owners = Owners.read(cluster);
    var leafFirst = new ArrayList<Seen>();
    var seen = new LinkedHashSet<Ref>();
    for (var owner : owners.all()) {
      if (signed(owner)) leafFirst(owner, owners, seen, leafFirst);
    }
    held.addAll(leafFirst.reversed());
    return held;
  }

  private List<Seen> held(Kind kind) {
    try {
      return cluster.list(kind, "").stream().filter(GitOpsJanitor::signed).toList();
    } catch (ClusterException.Forbidden notOurs) {
      // what we may not even list we have never held
      return List.of();
    }
  }

  /** Collects root first; the caller turns it round. */
  private static void leafFirst(Seen owner, Owners owners, Set<Ref> seen, List<Seen> order) {
    if (!seen.add(owner.ref())) return;
    for (var parent : owners.parents(owner)) leafFirst(parent, owners, seen, order);
    if (signed(owner)) order.add(owner);
  }

  private static boolean signed(Seen object) {
    return !object.annotation(Marks.HELD_BY).isEmpty() && !object.terminating();
  }

  private boolean lives(Run run) {
    // a kind that is not served tells nothing about its objects
    if (!cluster.serves(Kinds.of(run.ref()))) return true;
    try {
      return cluster.get(run.ref()).filter(seen -> seen.uid().equals(run.uid())).isPresent();
    } catch (ClusterException.Forbidden elsewhere) {
      // of another Salvor, in a namespace that this one has no rights in
      return true;
    }
  }

  private static boolean gitOps(Ref ref) {
    return Kinds.KUSTOMIZATION.of(ref)
        || Kinds.HELM_RELEASE.of(ref)
        || Kinds.APPLICATION.of(ref)
        || Kinds.APPLICATION_SET.of(ref);
  }

  /** Reads {@link Marks#by} backwards; empty for what is not ours. */
  private static Optional<Run> holder(String by) {
    var parts = by.split("/", -1);
    if (parts.length != 4) return Optional.empty();
    return Kinds.ALL.stream()
        .filter(kind -> kind.group().equals(Marks.GROUP) && kind.kind().equals(parts[0]))
        .findFirst()
        .map(kind -> new Run(kind.ref(parts[1], parts[2]), parts[3]));
  }
}
