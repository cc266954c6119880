package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * VolSync with its restic and kopia movers, copyMethod Direct, as v0.14.0 behaves on a real cluster
 * (docs/experiments.md): a restore begins as soon as it is created, a Job per synchronization that
 * is gone when it is over, a manual tag that is recorded as it is at the end, and a success also
 * where there was nothing to restore. A repository is known by its Secret.
 */
public final class VolSyncModel implements Model {
  /** What runs in the movers' pods; the kubelet says how it ends. */
  public static final String IMAGE = "volsync";

  private static final Duration EVERY = Duration.ofHours(1);

  /** What can go wrong at it. */
  public enum Mishap {
    /** The mover's cache claim never gets a volume: its pod stays Pending. */
    CACHE_STUCK,
    /** The mover's log cannot be read. */
    LOG_LOST,
    /** Somebody pauses whatever is made. */
    PAUSES_DESTINATIONS
  }

  private record Snapshot(String id, Instant at, String data) {}

  private final Map<String, List<Snapshot>> repositories = new HashMap<>();
  private final Set<Mishap> mishaps = EnumSet.noneOf(Mishap.class);

  /** From now on. */
  public VolSyncModel with(Mishap mishap) {
    mishaps.add(mishap);
    return this;
  }

  /** Somebody emptied the repository, or the Secret leads to another one. */
  public void emptied(String namespace, String secret) {
    repositories.remove(namespace + "/" + secret);
  }

  /** When each snapshot was taken, oldest first. */
  public List<Instant> snapshots(String namespace, String secret) {
    return of(namespace + "/" + secret).stream().map(Snapshot::at).toList();
  }

  @Override
  public void act(World world) {
    for (var kind : List.of(Kinds.REPLICATION_SOURCE, Kinds.REPLICATION_DESTINATION))
      for (var seen : world.look(kind, "")) if (!seen.terminating()) reconcile(world, kind, seen);
  }

  private void reconcile(World world, Kind kind, Seen seen) {
    var mover = seen.has("/spec/restic") ? "restic" : seen.has("/spec/kopia") ? "kopia" : "";
    if (mover.isEmpty()) return;
    if (kind == Kinds.REPLICATION_DESTINATION
        && mishaps.contains(Mishap.PAUSES_DESTINATIONS)
        && !seen.flag("/spec/paused")) {
      world.as("kubectl-edit").save(seen.edit().set("/spec/paused", true));
      return;
    }
    if (seen.has("/status/lastSyncStartTime")) synchronize(world, kind, seen, mover);
    else if (due(world, seen)) start(world, seen);
  }

  private static boolean due(World world, Seen seen) {
    var last = seen.time("/status/lastSyncTime");
    if (last.isEmpty()) return true;
    var tag = seen.text("/spec/trigger/manual");
    if (!tag.isEmpty()) return !tag.equals(seen.text("/status/lastManualSync"));
    return !seen.has("/spec/trigger/schedule") || !world.now().isBefore(last.get().plus(EVERY));
  }

  private static void start(World world, Seen seen) {
    var told = seen.json().deepCopy();
    told.withObject("/status").put("lastSyncStartTime", world.now().toString());
    condition(told, "True", "SyncInProgress", "Synchronization in-progress");
    world.update(told);
  }

  private void synchronize(World world, Kind kind, Seen seen, String mover) {
    var source = kind == Kinds.REPLICATION_SOURCE;
    var data =
        source ? seen.text("/spec/sourcePVC") : seen.text("/spec/" + mover + "/destinationPVC");
    if (world.look(Kinds.PVC.ref(seen.namespace(), data)).isEmpty()) return;
    var name = "volsync-" + (source ? "src-" : "dst-") + seen.name();
    var cache = name + "-cache";
    if (mover.equals("restic") && world.look(Kinds.PVC.ref(seen.namespace(), cache)).isEmpty())
      world.create(cache(seen, cache));
    var job = world.look(Kinds.JOB.ref(seen.namespace(), name));
    var paused = seen.flag("/spec/paused");
    // kopia's mover of the fork calls itself done at once when it is paused
    if (paused && mover.equals("kopia")) {
      finished(world, seen, "");
      return;
    }
    if (job.isEmpty()) {
      world.create(job(seen, name, data, mover.equals("restic") ? cache : "", paused ? 0 : 1));
      return;
    }
    if (job.get().terminating()) return;
    world.save(job.get().edit().set("/spec/parallelism", paused ? 0 : 1));
    if (Pods.condition(job.get(), "Complete")) {
      var log = source ? backUp(world, seen, mover, data) : restore(world, seen, mover, data);
      world.delete(job.get().ref());
      finished(world, seen, log);
    } else if (Pods.condition(job.get(), "Failed")) {
      // recorded, and tried again for ever
      var told = seen.json().deepCopy();
      told.withObject("/status/latestMoverStatus")
          .put("result", "Failed")
          .put("logs", "Fatal: wrong password or no key found");
      world.update(told);
      world.delete(job.get().ref());
    }
  }

  private void finished(World world, Seen seen, String log) {
    var told = seen.json().deepCopy();
    var status = told.withObject("/status");
    status.put("lastSyncTime", world.now().toString()).remove("lastSyncStartTime");
    // the tag as it is now, whatever it was when this began
    if (seen.has("/spec/trigger/manual"))
      status.put("lastManualSync", seen.text("/spec/trigger/manual"));
    status
        .putObject("latestMoverStatus")
        .put("result", "Successful")
        .put("logs", mishaps.contains(Mishap.LOG_LOST) ? "" : log);
    condition(told, "False", "WaitingForManual", "Waiting for manual trigger");
    world.update(told);
  }

  private String backUp(World world, Seen seen, String mover, String claim) {
    var data = volume(world, seen.namespace(), claim).map(uid -> world.volumeData().of(uid));
    if (data.isEmpty() || data.get().isEmpty()) return "== Directory is empty skipping backup ===";
    var all = of(repository(seen, mover));
    all.add(new Snapshot("%08x".formatted(0x4a98c25e + all.size()), world.now(), data.get()));
    return "snapshot " + all.getLast().id() + " saved\nRestic completed in 4s";
  }

  private String restore(World world, Seen seen, String mover, String claim) {
    var all = of(repository(seen, mover)).reversed();
    var asOf = seen.time("/spec/" + mover + "/restoreAsOf");
    var eligible =
        all.stream()
            .filter(one -> asOf.isEmpty() || !one.at().isAfter(asOf.get()))
            .skip(seen.number("/spec/" + mover + "/previous", 0))
            .findFirst();
    if (eligible.isEmpty())
      return "No eligible snapshots found\n=== No data will be restored ===\nRestic completed in 4s";
    var found = eligible.get();
    volume(world, seen.namespace(), claim)
        .ifPresent(uid -> world.volumeData().set(uid, found.data()));
    return mover.equals("kopia")
        ? "Snapshot restore completed"
        : "restoring snapshot %s of [/data] at %s +0000 UTC by root@volsync to .\nRestic completed in 2s"
            .formatted(found.id(), found.at().toString().replace("T", " ").replace("Z", ""));
  }

  private List<Snapshot> of(String repository) {
    return repositories.computeIfAbsent(repository, _ -> new ArrayList<>());
  }

  private static String repository(Seen seen, String mover) {
    return seen.namespace() + "/" + seen.text("/spec/" + mover + "/repository");
  }

  private static Optional<String> volume(World world, String namespace, String claim) {
    return world
        .look(Kinds.PVC.ref(namespace, claim))
        .flatMap(found -> world.look(Kinds.PV.ref(found.text("/spec/volumeName"))))
        .map(Seen::uid);
  }

  private ObjectNode cache(Seen owner, String name) {
    var claim = Json.object().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
    made(claim, owner, name);
    var spec = claim.putObject("spec");
    spec.putArray("accessModes").add("ReadWriteOnce");
    spec.put("storageClassName", mishaps.contains(Mishap.CACHE_STUCK) ? "gone" : "standard");
    spec.withObject("/resources/requests").put("storage", "1Gi");
    return claim;
  }

  private static ObjectNode job(
      Seen owner, String name, String data, String cache, int parallelism) {
    var job = Json.object().put("apiVersion", "batch/v1").put("kind", "Job");
    made(job, owner, name);
    var spec = job.putObject("spec");
    spec.put("backoffLimit", 8).put("parallelism", parallelism);
    spec.withObject("/template/metadata/labels").put("app.kubernetes.io/created-by", "volsync");
    var pod = spec.withObject("/template/spec").put("restartPolicy", "Never");
    pod.putArray("containers").addObject().put("name", "restic").put("image", IMAGE);
    var mover = owner.has("/spec/restic") ? "restic" : "kopia";
    if (owner.has("/spec/" + mover + "/moverAffinity"))
      pod.withObject("/affinity")
          .setAll((ObjectNode) owner.at("/spec/" + mover + "/moverAffinity").deepCopy());
    var volumes = pod.putArray("volumes");
    volume(volumes.addObject(), "data", data);
    if (!cache.isEmpty()) volume(volumes.addObject(), "cache", cache);
    return job;
  }

  private static void volume(ObjectNode volume, String name, String claim) {
    volume.put("name", name).putObject("persistentVolumeClaim").put("claimName", claim);
  }

  private static void made(ObjectNode object, Seen owner, String name) {
    object
        .putObject("metadata")
        .put("name", name)
        .put("namespace", owner.namespace())
        .putObject("labels")
        .put("app.kubernetes.io/created-by", "volsync");
    Pods.own(object, owner);
  }

  private static void condition(ObjectNode object, String status, String reason, String message) {
    object
        .withObject("/status")
        .putArray("conditions")
        .addObject()
        .put("type", "Synchronizing")
        .put("status", status)
        .put("reason", reason)
        .put("message", message);
  }
}
