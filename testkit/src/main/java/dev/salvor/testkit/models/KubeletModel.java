package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The kubelets of all nodes; the scheduler comes with it. Init containers run one after the other,
 * then the others start; those that are to end do so after {@link #RUN}. Every start of a container
 * is on record. {@code restore-wait} of Velero ends when the model of its node-agent says so.
 *
 * <p>All that matters is in the status of the pods: a new model can go on where another stopped.
 */
public final class KubeletModel implements Model {
  /** How long a container runs that is to end. */
  public static final Duration RUN = Duration.ofSeconds(1);

  /** How long a container runs before it is ready. */
  public static final Duration READY = Duration.ofSeconds(2);

  /** How long a pod needs to stop. */
  public static final Duration STOP = Duration.ofSeconds(2);

  /** One start of one container. */
  public record Start(
      String namespace,
      String pod,
      String podUid,
      String container,
      boolean init,
      String image,
      String node,
      Instant at) {}

  private record Exit(int code, String log) {}

  private final SchedulerModel scheduler = new SchedulerModel();
  private final List<Start> starts = new ArrayList<>();
  private final Map<String, Exit> exits = new HashMap<>();
  private final Set<String> unpullable = new HashSet<>();
  private Predicate<Seen> ignoresTermination = _ -> false;
  private Predicate<Seen> neverStops = _ -> false;
  private BiConsumer<World, Seen> onStart = (_, _) -> {};
  private final List<Program> programs = new ArrayList<>();

  /** Every start of a container, in order. */
  public List<Start> starts() {
    return List.copyOf(starts);
  }

  /** Every start of a container in a namespace, in order. */
  public List<Start> startsIn(String namespace) {
    return starts.stream().filter(start -> start.namespace().equals(namespace)).toList();
  }

  /** Containers of this image end with this code, having printed this. */
  public KubeletModel exit(String image, int code, String log) {
    exits.put(image, new Exit(code, log));
    return this;
  }

  /** This image cannot be pulled. */
  public KubeletModel unpullable(String image) {
    unpullable.add(image);
    return this;
  }

  /** Pods that use up their grace period. */
  public KubeletModel ignoresTermination(Predicate<Seen> pods) {
    ignoresTermination = pods;
    return this;
  }

  /** Pods whose object stays: their node is lost. */
  public KubeletModel neverStops(Predicate<Seen> pods) {
    neverStops = pods;
    return this;
  }

  /** Called when the first container of a pod that is no init container starts. */
  public KubeletModel onStart(BiConsumer<World, Seen> application) {
    onStart = application;
    return this;
  }

  /** What runs in containers, where an exit code by image is not enough. */
  public KubeletModel program(Program program) {
    programs.add(program);
    return this;
  }

  @Override
  public void act(World world) {
    scheduler.act(world);
    for (var pod : world.look(Kinds.POD, "")) {
      if (!pod.has("/spec/nodeName")) continue;
      if (pod.terminating()) stop(world, pod);
      else if (!Pods.isFinished(pod)) run(world, pod);
    }
  }

  private void stop(World world, Seen pod) {
    if (neverStops.test(pod)) return;
    var needed =
        ignoresTermination.test(pod)
            ? Duration.ofSeconds(pod.number("/metadata/deletionGracePeriodSeconds", 30))
            : STOP;
    var since = pod.time("/metadata/deletionTimestamp").orElseThrow();
    if (!world.now().isBefore(since.plus(needed))) world.deleteNow(pod.ref());
  }

  private void run(World world, Seen pod) {
    if (staysAsItIs(pod)) return;
    var missing = missing(world, pod);
    var told = pod.json().deepCopy();
    var status = told.withObject("/status");
    if (!status.has("startTime")) status.put("startTime", world.now().toString());
    var initialized = true;
    for (var container : pod.at("/spec/initContainers")) {
      if (!initialized) break;
      initialized = init(world, pod, status, container, missing);
    }
    SchedulerModel.condition(told, "Initialized", initialized, "", "");
    var ready = initialized;
    var first = false;
    if (initialized && !status.path("phase").asText().equals("Failed")) {
      first = !status.has("containerStatuses");
      for (var container : pod.at("/spec/containers")) {
        var one = status(status, "containerStatuses", container);
        advance(world, pod, container, one, false, missing);
        ready &= one.path("ready").asBoolean();
      }
      finish(pod, status);
    }
    SchedulerModel.condition(told, "Ready", ready, "", "");
    SchedulerModel.condition(told, "ContainersReady", ready, "", "");
    if (!told.equals(pod.json())) world.update(told);
    if (first) onStart.accept(world, pod);
  }

  private Optional<Program.State> programmed(World world, Seen pod, String name, Duration age) {
    return programs.stream()
        .flatMap(program -> program.state(world, pod, name, age).stream())
        .findFirst();
  }

  private boolean staysAsItIs(Seen pod) {
    if (!programs.isEmpty()
        && (!pod.label(Cnpg.CLUSTER).isEmpty()
            || pod.label("app.kubernetes.io/name").equals("mariadb"))) return false;
    if (!Pods.isReady(pod) || !pod.text("/spec/restartPolicy").equals("Always")) return false;
    for (var container : pod.at("/spec/containers")) {
      if (exits.containsKey(container.path("image").asText())) return false;
    }
    return pod.text("/status/phase").equals("Running");
  }

  /** True once this init container does not keep the next one waiting. */
  private boolean init(
      World world, Seen pod, ObjectNode status, JsonNode container, String missing) {
    var one = status(status, "initContainerStatuses", container);
    var sidecar = container.path("restartPolicy").asText().equals("Always");
    advance(world, pod, container, one, !sidecar, missing);
    if (sidecar) return one.at("/state").has("running");
    var ended = one.at("/state/terminated");
    if (ended.isObject() && ended.path("exitCode").asInt() != 0)
      status.put("phase", pod.text("/spec/restartPolicy").equals("Never") ? "Failed" : "Pending");
    return ended.isObject() && ended.path("exitCode").asInt() == 0;
  }

  /** One container: waiting, running, terminated. */
  private void advance(
      World world, Seen pod, JsonNode container, ObjectNode status, boolean init, String missing) {
    var state = status.withObject("/state");
    if (state.has("terminated")) return;
    var image = container.path("image").asText();
    if (!state.has("running")) {
      state.removeAll();
      if (!missing.isEmpty()) {
        state.putObject("waiting").put("reason", "ContainerCreating").put("message", missing);
      } else if (unpullable.contains(image)) {
        state
            .putObject("waiting")
            .put("reason", "ImagePullBackOff")
            .put("message", "Back-off pulling image \"" + image + "\"");
      } else {
        state.putObject("running").put("startedAt", world.now().toString());
        starts.add(
            new Start(
                pod.namespace(),
                pod.name(),
                pod.uid(),
                container.path("name").asText(),
                init,
                image,
                pod.text("/spec/nodeName"),
                world.now()));
      }
      return;
    }
    var age = Duration.between(Instant.parse(state.at("/running/startedAt").asText()), world.now());
    var name = container.path("name").asText();
    var programmed = programmed(world, pod, name, age);
    if (programmed.isPresent() && programmed.get() instanceof Program.State.Running(var serves)) {
      status.put("ready", serves);
      return;
    }
    var ends =
        init
            ? !name.equals("restore-wait")
            : !container.path("restartPolicy").asText().equals("Always")
                && (!pod.text("/spec/restartPolicy").equals("Always") || exits.containsKey(image));
    if (programmed.isPresent() || (ends && age.compareTo(RUN) >= 0)) {
      var exit =
          programmed.orElse(null) instanceof Program.State.Exited(var code)
              ? new Exit(code, "")
              : exits.getOrDefault(image, new Exit(0, ""));
      if (!exit.log().isEmpty()) world.podLogs().set(pod.ref(), name, exit.log());
      if (pod.text("/spec/restartPolicy").equals("Always") && !init) {
        status.put("restartCount", status.path("restartCount").asInt() + 1).put("ready", false);
        state.removeAll();
        state.putObject("waiting").put("reason", "CrashLoopBackOff");
        return;
      }
      state.removeAll();
      state
          .putObject("terminated")
          .put("exitCode", exit.code())
          .put("reason", exit.code() == 0 ? "Completed" : "Error")
          .put("finishedAt", world.now().toString());
      status.put("ready", init && exit.code() == 0);
    } else if (!init) {
      status.put("ready", age.compareTo(READY) >= 0);
    }
  }

  private static void finish(Seen pod, ObjectNode status) {
    var running = false;
    var failed = false;
    for (var one : status.path("containerStatuses")) {
      running |= !one.at("/state").has("terminated");
      failed |= one.at("/state/terminated/exitCode").asInt() != 0;
    }
    if (running) {
      var started = false;
      for (var one : status.path("containerStatuses")) started |= !one.at("/state").has("waiting");
      if (started) status.put("phase", "Running");
    } else if (!pod.text("/spec/restartPolicy").equals("Always")) {
      status.put("phase", failed ? "Failed" : "Succeeded");
    }
  }

  private static ObjectNode status(ObjectNode status, String list, JsonNode container) {
    var name = container.path("name").asText();
    for (var one : status.withArray(list)) {
      if (one.path("name").asText().equals(name) && one instanceof ObjectNode found) return found;
    }
    return status
        .withArray(list)
        .addObject()
        .put("name", name)
        .put("image", container.path("image").asText())
        .put("ready", false)
        .put("restartCount", 0);
  }

  /** Without a Secret or ConfigMap that it mounts, no container of a pod starts. */
  private static String missing(World world, Seen pod) {
    for (var volume : pod.at("/spec/volumes")) {
      var secret = volume.at("/secret/secretName").asText("");
      if (!secret.isEmpty()
          && !volume.at("/secret/optional").asBoolean()
          && world.look(Kinds.SECRET.ref(pod.namespace(), secret)).isEmpty())
        return "MountVolume.SetUp failed: secret \"" + secret + "\" not found";
      var map = volume.at("/configMap/name").asText("");
      if (!map.isEmpty()
          && !volume.at("/configMap/optional").asBoolean()
          && world.look(Kinds.CONFIG_MAP.ref(pod.namespace(), map)).isEmpty())
        return "MountVolume.SetUp failed: configmap \"" + map + "\" not found";
    }
    return "";
  }
}
