package dev.salvor.gitops;

import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
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
          Kinds.SCHEDULE);

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
      var half = HalfWay.of(cluster, run);
      if (half.isPresent()) {
        if (known.add(by)) alerts.add(alert(run, object, half.get()));
        continue;
      }
      return Optional.of(giveBack(run, object));
    }
    return alerts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", alerts));
  }

  private String giveBack(Run run, Seen object) {
    var edit =
        gitOps(object.ref())
            ? Brake.of(object.ref()).release(object, null, run, clock.instant())
            : Before.giveBack(object, null);
    cluster.write(edit.write());
    var message = "gave back " + object.ref().text() + ", which " + run.by() + " had left held";
    events.publish(run.ref(), run.uid(), false, "GaveBack", "Janitor", message, object.ref());
    return message;
  }

  private String alert(Run run, Seen object, String half) {
    var message =
        object.ref().text()
            + " is held by "
            + run.by()
            + ", which no longer exists, and is not given back because "
            + half
            + ". Bring the claims to one state by hand (docs: undo by hand); this then goes on by"
            + " itself.";
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
    return cluster.get(run.ref()).filter(seen -> seen.uid().equals(run.uid())).isPresent();
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
