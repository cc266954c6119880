package dev.salvor.testkit.models;

import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The servers of Galera clusters: who is in the primary component, and what each has. On the volume
 * of a member is {@code history@seqno}, with {@code !} behind it while a state transfer into it has
 * not ended; an empty volume has no history.
 */
final class GaleraMembers implements Program {
  /** How long a state transfer takes. */
  static final Duration TRANSFER = Duration.ofSeconds(20);

  /** The members that serve, by UID of their pods. */
  private record Component(String history, Set<String> members) {}

  private final Map<String, Component> components = new HashMap<>();
  private Predicate<String> dead = _ -> false;
  private Predicate<String> cut = _ -> false;
  private int histories;

  /** These machines are off. */
  void dead(Predicate<String> nodes) {
    dead = nodes;
  }

  /** These machines run on, and nobody reaches them. */
  void cut(Predicate<String> nodes) {
    cut = nodes;
  }

  boolean answers(Seen pod) {
    var node = pod.text("/spec/nodeName");
    return !dead.test(node) && !cut.test(node);
  }

  /** What members do by themselves. */
  void act(World world, Seen database, List<Seen> pods) {
    var key = key(database.namespace(), database.name());
    var component = components.get(key);
    if (component == null) {
      if (pods.size() < database.number("/spec/replicas", 1) || !pods.stream().allMatch(this::runs))
        return;
      component = new Component("h" + ++histories, new HashSet<>());
      components.put(key, component);
      for (var pod : pods) {
        write(world, pod, component.history() + "@1");
        component.members().add(pod.uid());
      }
    }
    leave(component, pods);
    var inside = component.members();
    if (inside.isEmpty()) return;
    for (var pod : pods) {
      if (!runs(pod) || !answers(pod) || component.members().contains(pod.uid())) continue;
      var donor =
          pods.stream().filter(this::answers).filter(one -> inside.contains(one.uid())).findFirst();
      if (donor.isEmpty()) return;
      if (world.now().isBefore(started(pod).plus(TRANSFER))) continue;
      write(world, pod, data(world, donor.get()));
      component.members().add(pod.uid());
    }
  }

  /**
   * Those that stop in order leave the cluster; of those whose machine goes, the rest asks whether
   * it is more than half of what was.
   */
  private void leave(Component component, List<Seen> pods) {
    var there = new HashSet<String>();
    var lost = new HashSet<String>();
    for (var pod : pods) {
      if (answers(pod) && pod.terminating()) continue;
      there.add(pod.uid());
      if (!answers(pod)) lost.add(pod.uid());
    }
    lost.retainAll(component.members());
    var before = component.members().size();
    component.members().retainAll(there);
    if (lost.isEmpty()) return;
    component.members().removeAll(lost);
    if (component.members().size() * 2 <= before) component.members().clear();
  }

  /**
   * A new cluster, with what this member has. What must never be is an AssertionError: no fault
   * excuses two clusters of one database, or one that begins with less than there is.
   */
  void bootstrap(World world, Seen database, Seen pod, List<Seen> pods, List<String> left) {
    var key = key(database.namespace(), database.name());
    for (var other : pods)
      if (cut.test(other.text("/spec/nodeName")) && !data(world, other).isEmpty())
        throw new AssertionError(
            "two clusters of " + key + ": " + other.name() + " may serve behind the cut");
    var most = left.stream().mapToLong(GaleraMembers::seqno).max().orElse(-1);
    var has = data(world, pod);
    if (seqno(has) < most)
      throw new AssertionError(
          "a new cluster of " + key + " begins with " + has + ", others have " + left);
    var history = history(has);
    if (history.isEmpty()) {
      history = "h" + ++histories;
      write(world, pod, history + "@0");
    }
    components.put(key, new Component(history, new HashSet<>(Set.of(pod.uid()))));
  }

  @Override
  public Optional<State> state(World world, Seen pod, String container, Duration age) {
    var instance = pod.label("app.kubernetes.io/instance");
    if (!pod.label("app.kubernetes.io/name").equals("mariadb") || instance.isEmpty())
      return Optional.empty();
    return Optional.of(new State.Running(serves(pod)));
  }

  /** In a component that has a quorum. */
  boolean serves(Seen pod) {
    var component = components.get(key(pod.namespace(), pod.label("app.kubernetes.io/instance")));
    return component != null && component.members().contains(pod.uid());
  }

  private boolean runs(Seen pod) {
    return pod.text("/status/phase").equals("Running") && !pod.terminating();
  }

  /** What is on the volume of a member. */
  String data(World world, Seen pod) {
    return volume(world, pod).map(world.volumeData()::of).orElse("");
  }

  private void write(World world, Seen pod, String data) {
    volume(world, pod).ifPresent(uid -> world.volumeData().set(uid, data));
  }

  private static Optional<String> volume(World world, Seen pod) {
    return world
        .look(Kinds.PVC.ref(pod.namespace(), "storage-" + pod.name()))
        .flatMap(claim -> world.look(Kinds.PV.ref(claim.text("/spec/volumeName"))))
        .map(Seen::uid);
  }

  /** Empty for none, and while a state transfer has not ended. */
  static String history(String data) {
    return data.contains("@") && !data.endsWith("!") ? data.substring(0, data.indexOf('@')) : "";
  }

  static long seqno(String data) {
    return history(data).isEmpty() ? -1 : Long.parseLong(data.substring(data.indexOf('@') + 1));
  }

  private static java.time.Instant started(Seen pod) {
    return pod.time("/status/containerStatuses/0/state/running/startedAt")
        .orElse(java.time.Instant.MAX.minus(TRANSFER));
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
