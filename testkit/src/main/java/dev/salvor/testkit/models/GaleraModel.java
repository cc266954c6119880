package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * mariadb-operator 0.38 with a Galera cluster
 * (internal/controller/statefulset_galera_controller.go, pkg/controller/galera/recovery.go), and
 * the servers. The StatefulSet is there already. What it does that surprises: it asks every pod
 * that has a node and waits for those that have none; it stops all members to look at their data;
 * it goes by the sequence number alone, whatever the history; {@code forceClusterBootstrapInPod} it
 * never takes back, and obeys at every recovery.
 */
public final class GaleraModel implements Model {
  private static final Duration UNHEALTHY = Duration.ofSeconds(30);
  private static final Duration JOBS = Duration.ofSeconds(30);
  private static final Duration POD_RECOVERY_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration BOOTSTRAP_TIMEOUT = Duration.ofMinutes(10);
  private static final String NO_HISTORY = "00000000-0000-0000-0000-000000000000";

  private final GaleraMembers members = new GaleraMembers();
  private final Set<GaleraMishap> mishaps = EnumSet.noneOf(GaleraMishap.class);
  private final Map<String, Instant> unready = new HashMap<>();
  private final Map<String, Instant> stopped = new HashMap<>();
  private final Map<String, List<Seen>> asked = new HashMap<>();

  /** The servers, for the kubelet. */
  public Program program() {
    return members;
  }

  public GaleraModel with(GaleraMishap... which) {
    mishaps.addAll(List.of(which));
    return this;
  }

  public GaleraModel without(GaleraMishap which) {
    mishaps.remove(which);
    return this;
  }

  /** These machines are off. */
  public GaleraModel dead(Predicate<String> nodes) {
    members.dead(nodes);
    return this;
  }

  /** These machines run on, and nobody reaches them. */
  public GaleraModel cut(Predicate<String> nodes) {
    members.cut(nodes);
    return this;
  }

  @Override
  public void act(World world) {
    for (var database : world.look(Kinds.MARIADB, "")) {
      if (!database.flag("/spec/galera/enabled")) continue;
      var pods = pods(world, database);
      members.act(world, database, pods);
      var set = world.look(Kinds.STATEFUL_SET.ref(database.namespace(), database.name()));
      if (set.isPresent() && !mishaps.contains(GaleraMishap.OPERATOR_AWAY))
        operate(world, database, set.get(), pods);
    }
  }

  private void operate(World world, Seen database, Seen set, List<Seen> pods) {
    var key = database.namespace() + "/" + database.name();
    var ready = pods.stream().filter(Pods::isReady).filter(members::serves).count();
    var wanted = database.number("/spec/replicas", 1);
    var told = database.json().deepCopy();
    SchedulerModel.condition(told, "Ready", ready == wanted, "", "");
    if (ready > 0) unready.remove(key);
    var lost = !Pods.condition(database, "GaleraReady") && has(database, "GaleraReady");
    if (ready == wanted) {
      SchedulerModel.condition(told, "GaleraReady", true, "", "");
    } else if (lost) {
      recover(world, database, told, set, pods);
    } else if (ready == 0 && has(database, "GaleraReady")) {
      var since = unready.computeIfAbsent(key, _ -> world.now());
      if (!world.now().isBefore(since.plus(UNHEALTHY))) {
        told.withObject("/status").remove("galeraRecovery");
        SchedulerModel.condition(told, "GaleraReady", false, "", "");
      }
    }
    if (!told.equals(database.json())) world.update(told);
  }

  private void recover(World world, Seen database, ObjectNode told, Seen set, List<Seen> pods) {
    var key = database.namespace() + "/" + database.name();
    var begun = database.time("/status/galeraRecovery/bootstrap/time");
    if (begun.isPresent() && world.now().isAfter(begun.get().plus(BOOTSTRAP_TIMEOUT))) {
      told.withObject("/status").remove("galeraRecovery");
      return;
    }
    if (begun.isPresent()) {
      restart(world, database, told, pods);
      return;
    }
    var forced = database.text("/spec/galera/recovery/forceClusterBootstrapInPod");
    if (!forced.isEmpty()) {
      scale(world, set, database.number("/spec/replicas", 1));
      stopped.remove(key);
      begin(world, told, forced);
      return;
    }
    var since = stopped.get(key);
    if (since == null) {
      ask(world, told, set, pods, key);
      return;
    }
    var listed = asked.getOrDefault(key, List.of());
    // each Job runs on the node that its pod had when the list was made
    var hangs =
        mishaps.contains(GaleraMishap.RECOVERY_FAILS)
            || !listed.stream().allMatch(members::answers);
    if (world.now().isBefore(since.plus(hangs ? POD_RECOVERY_TIMEOUT : JOBS))) return;
    stopped.remove(key);
    asked.remove(key);
    scale(world, set, database.number("/spec/replicas", 1));
    // what the Jobs that did end have found is kept
    for (var pod : listed)
      if (!hangs || members.answers(pod) && !members.data(world, pod).isEmpty())
        learn(told, "recovered", world, pod, true);
    if (!hangs) choose(world, database, told);
  }

  /** Every pod that has a node is asked; one that does not answer is told to go, and waited for. */
  private void ask(World world, ObjectNode told, Seen set, List<Seen> pods, String key) {
    var placed = pods.stream().filter(pod -> pod.has("/spec/nodeName")).toList();
    if (placed.isEmpty()) return;
    // made once; who has the name later is asked in its stead
    asked.putIfAbsent(key, placed);
    for (var pod : placed) {
      if (!members.answers(pod)) {
        if (!pod.terminating()) world.delete(pod.ref());
        return;
      }
      if (pod.terminating() || !pod.text("/status/phase").equals("Running")) return;
    }
    for (var pod : placed) learn(told, "state", world, pod, false);
    stopped.put(key, world.now());
    scale(world, set, 0);
  }

  /** {@code grastate.dat} of a member that did not stop in order says -1; of a bare one nothing. */
  private void learn(ObjectNode told, String where, World world, Seen pod, boolean job) {
    var data = members.data(world, pod);
    if (data.isEmpty() && !job) return;
    var history = GaleraMembers.history(data);
    told.withObject("/status/galeraRecovery/" + where + "/" + pod.name())
        .put("uuid", history.isEmpty() ? NO_HISTORY : history)
        .put("seqno", job ? GaleraMembers.seqno(data) : -1);
  }

  /** By the number alone, and only once all members are known. */
  private void choose(World world, Seen database, ObjectNode told) {
    var recovered = told.at("/status/galeraRecovery/recovered");
    var best = "";
    var most = -1L;
    for (var pod : names(database)) {
      if (!recovered.has(pod)) return;
      var seqno = recovered.path(pod).path("seqno").asLong();
      if (seqno >= 0 && seqno >= most) {
        best = pod;
        most = seqno;
      }
    }
    if (!best.isEmpty()) begin(world, told, best);
  }

  private static void begin(World world, ObjectNode told, String pod) {
    told.withObject("/status/galeraRecovery/bootstrap")
        .put("pod", pod)
        .put("time", world.now().toString());
  }

  private void restart(World world, Seen database, ObjectNode told, List<Seen> pods) {
    if (database.flag("/status/galeraRecovery/podsRestarted")) return;
    if (mishaps.contains(GaleraMishap.BOOTSTRAP_FAILS)) return;
    var source = database.text("/status/galeraRecovery/bootstrap/pod");
    for (var pod : pods) {
      if (!members.answers(pod)
          || pod.terminating()
          || !pod.text("/status/phase").equals("Running")) return;
    }
    if (pods.size() < names(database).size()) return;
    var from = pods.stream().filter(pod -> pod.name().equals(source)).findFirst().orElseThrow();
    members.bootstrap(
        world, database, from, pods, pods.stream().map(pod -> members.data(world, pod)).toList());
    told.withObject("/status/galeraRecovery").put("podsRestarted", true);
  }

  private static void scale(World world, Seen set, long replicas) {
    if (set.number("/spec/replicas", 1) != replicas)
      world.save(set.edit().set("/spec/replicas", (int) replicas));
  }

  private static List<String> names(Seen database) {
    return LongStream.range(0, database.number("/spec/replicas", 1))
        .mapToObj(ordinal -> database.name() + "-" + ordinal)
        .toList();
  }

  private static boolean has(Seen database, String condition) {
    return database.at("/status/conditions").findValuesAsText("type").contains(condition);
  }

  private static List<Seen> pods(World world, Seen database) {
    return world.look(Kinds.POD, database.namespace()).stream()
        .filter(pod -> pod.label("app.kubernetes.io/name").equals("mariadb"))
        .filter(pod -> pod.label("app.kubernetes.io/instance").equals(database.name()))
        .toList();
  }
}
