package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Longhorn;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Longhorn, made of what was read in longhorn-manager v1.12.1 and never run here: volumes with
 * their replicas on nodes, backups whose objects come from the backup target, a restore through its
 * states ({@code controller/volume_controller.go}), one that fails, and one that never ends because
 * there are fewer nodes than replicas. What its webhook refuses is in {@link LonghornWebhook}.
 */
public final class LonghornModel implements Model {
  /** Where it is installed. */
  public static final String HOME = "longhorn-system";

  /** What can go wrong at it. */
  public enum Mishap {
    /** Every replica's restore fails. */
    RESTORE_FAILS,
    /** It calls a restore done of which no replica is complete. */
    RESTORES_NOTHING,
    /** Nothing of a restore goes on. */
    RESTORE_HANGS,
    /** The backup target does not answer. */
    TARGET_GONE
  }

  /** A backup in the target: as its object looks, and what is in it. */
  private record Stored(ObjectNode object, String data) {}

  private final Map<String, Stored> stored = new HashMap<>();
  private final Map<String, String> restored = new HashMap<>();
  private final Set<Mishap> mishaps = EnumSet.noneOf(Mishap.class);

  /** From now on. */
  public LonghornModel with(Mishap mishap) {
    mishaps.add(mishap);
    return this;
  }

  /** No more. */
  public LonghornModel without(Mishap mishap) {
    mishaps.remove(mishap);
    return this;
  }

  /** Its nodes are those of the cluster, each with a disk. */
  public void install(World world) {
    world.create(Json.manifest(Kinds.NAMESPACE, "", HOME));
    var target = Json.manifest(Kinds.LONGHORN_BACKUP_TARGET, HOME, "default");
    target.putObject("spec").put("backupTargetURL", "s3://backups@model/").put("pollInterval", "0");
    world.create(target);
    for (var node : world.look(Kinds.NODE, "")) {
      var made = Json.manifest(Kinds.LONGHORN_NODE, HOME, node.name());
      made.putObject("spec").put("allowScheduling", true);
      made.withObject("/spec/disks/disk-1").put("allowScheduling", true);
      condition(made, "Ready", "True", "", "");
      condition(made, "Schedulable", "True", "", "");
      made.withObject("/status/diskStatus/disk-1")
          .putArray("conditions")
          .addObject()
          .put("type", "Schedulable")
          .put("status", "True");
      world.create(made);
    }
  }

  /** A backup of the volume behind a claim is taken, and in the target. */
  public void backUp(World world, String namespace, String claim, String name) {
    var bound = world.look(Kinds.PVC.ref(namespace, claim)).orElseThrow();
    var volume = world.look(Kinds.PV.ref(bound.text("/spec/volumeName"))).orElseThrow();
    var handle = Longhorn.handle(volume).orElseThrow();
    var backup = Json.manifest(Kinds.LONGHORN_BACKUP, HOME, name);
    backup.withObject("/metadata/labels").put("backup-volume", handle);
    var status = backup.putObject("status");
    status.put("state", "Completed").put("volumeName", handle).put("backupTargetName", "default");
    status.put("url", "s3://backups@model/?backup=" + name + "&volume=" + handle);
    status.put("volumeSize", Long.toString(Quantity.bytes(volume))).put("size", "4096");
    status.put("snapshotCreatedAt", world.now().toString());
    status.put("backupCreatedAt", world.now().toString());
    var kubernetes = Json.object().put("pvName", volume.name()).put("namespace", namespace);
    kubernetes.put("pvcName", claim).put("lastPVCRefAt", "");
    status.putObject("labels").put("KubernetesStatus", kubernetes.toString());
    stored.put(name, new Stored(backup, world.volumeData().of(volume.uid())));
    world.create(backup.deepCopy());
  }

  /** The cluster is a new one: the target is there, and was not read yet. */
  public void unsynced(World world) {
    for (var backup : world.look(Kinds.LONGHORN_BACKUP, HOME)) world.delete(backup.ref());
  }

  @Override
  public void act(World world) {
    for (var target : world.look(Kinds.LONGHORN_BACKUP_TARGET, HOME)) sync(world, target);
    for (var volume : world.look(Kinds.PV, ""))
      if (Longhorn.handle(volume).isPresent()) persistent(world, volume);
    for (var volume : world.look(Kinds.LONGHORN_VOLUME, HOME)) {
      if (volume.terminating()) remove(world, volume);
      else if (volume.text("/spec/fromBackup").isEmpty()) serve(world, volume);
      else restore(world, volume);
    }
  }

  private void sync(World world, Seen target) {
    var there = !mishaps.contains(Mishap.TARGET_GONE);
    var edit = target.edit().set("/status/available", there);
    var asked = target.text("/spec/syncRequestedAt");
    if (there && !asked.isEmpty() && asked.compareTo(target.text("/status/lastSyncedAt")) > 0) {
      for (var one : stored.values())
        if (world.look(Json.ref(one.object())).isEmpty()) world.create(one.object().deepCopy());
      edit.set("/status/lastSyncedAt", world.now().toString());
    }
    world.save(edit);
  }

  /** CSI CreateVolume of what its provisioner made; and what a restored volume has on it. */
  private void persistent(World world, Seen volume) {
    var handle = Longhorn.handle(volume).orElseThrow();
    var data = restored.remove(handle);
    if (data != null) world.volumeData().set(volume.uid(), data);
    var there = world.look(Kinds.LONGHORN_VOLUME.ref(HOME, handle));
    if (there.isPresent()) return;
    // given up with its PersistentVolume, or deleted under it
    if (!handle.equals(volume.name()) || volume.has("/metadata/labels")) return;
    var made = Json.manifest(Kinds.LONGHORN_VOLUME, HOME, handle);
    var replicas = volume.at("/spec/csi/volumeAttributes").path("numberOfReplicas").asText("2");
    made.putObject("spec")
        .put("size", Long.toString(Quantity.bytes(volume)))
        .put("numberOfReplicas", Integer.parseInt(replicas))
        .put("frontend", "blockdev")
        .put("dataEngine", "v1");
    world.create(made);
  }

  private static void serve(World world, Seen volume) {
    var wanted = volume.number("/spec/numberOfReplicas", 1);
    if (of(world, Kinds.LONGHORN_REPLICA, volume).isEmpty())
      nodes(world).stream().limit(wanted).forEach(node -> replica(world, volume, node, true));
    world.save(volume.edit().set("/status/state", "attached").set("/status/robustness", "healthy"));
  }

  /** One state further at each look. */
  private void restore(World world, Seen volume) {
    var state = volume.text("/status/state");
    var told = volume.json().deepCopy();
    var status = told.withObject("/status");
    if (mishaps.contains(Mishap.RESTORE_HANGS) && !state.isEmpty()) return;
    switch (state) {
      case "" -> {
        status.put("state", "creating").put("robustness", "unknown");
        status.put("restoreRequired", true).put("restoreInitiated", true);
        nodes(world).stream()
            .limit(volume.number("/spec/numberOfReplicas", 1))
            .forEach(node -> replica(world, volume, node, false));
        engine(world, volume);
      }
      case "creating" -> status.put("state", "attaching");
      case "attaching" -> {
        status.put("state", "attached").put("robustness", "degraded");
        condition(told, "Restore", "True", "RestoreInProgress", "");
        progress(world, volume, 40, "");
      }
      case "attached" -> attached(world, volume, told);
      case "detaching" -> status.put("state", "detached");
      default -> {
        return;
      }
    }
    if (!told.equals(volume.json())) world.update(told);
  }

  private void attached(World world, Seen volume, ObjectNode told) {
    var status = told.withObject("/status");
    if (mishaps.contains(Mishap.RESTORE_FAILS)) {
      progress(world, volume, 40, "failed to restore: checksum mismatch");
      status.put("state", "detaching").put("robustness", "faulted");
      condition(
          told,
          "Restore",
          "False",
          "RestoreFailure",
          "All replica restore failed and the volume became Faulted");
      return;
    }
    var replicas = of(world, Kinds.LONGHORN_REPLICA, volume);
    var wanted = volume.number("/spec/numberOfReplicas", 1);
    if (replicas.size() < wanted) {
      // degraded is not enough: the last replica is waited for, for ever
      condition(
          told,
          "Scheduled",
          "False",
          "ReplicaSchedulingFailure",
          "Replica scheduling issues: replenishment needed for "
              + (wanted - replicas.size())
              + " replica(s)");
      return;
    }
    if (!mishaps.contains(Mishap.RESTORES_NOTHING))
      for (var one : replicas)
        world.save(one.edit().set("/spec/healthyAt", world.now().toString()));
    status.put("restoreRequired", false).put("state", "detaching").put("robustness", "unknown");
    condition(told, "Restore", "False", "", "");
    // forgotten with the engine that stops
    for (var engine : of(world, Kinds.LONGHORN_ENGINE, volume))
      world.save(engine.edit().remove("/status/restoreStatus"));
    var from = volume.text("/spec/fromBackup");
    stored.values().stream()
        .filter(one -> Json.text(one.object(), "/status/url").equals(from))
        .findFirst()
        .ifPresent(one -> restored.put(volume.name(), one.data()));
  }

  private static void remove(World world, Seen volume) {
    for (var kind : List.of(Kinds.LONGHORN_REPLICA, Kinds.LONGHORN_ENGINE))
      for (var one : of(world, kind, volume)) world.delete(one.ref());
    world.save(volume.edit().remove("/metadata/finalizers"));
  }

  private static List<String> nodes(World world) {
    return world.look(Kinds.LONGHORN_NODE, HOME).stream()
        .filter(node -> node.flag("/spec/allowScheduling") && node.isTrue("Ready"))
        .map(Seen::name)
        .sorted()
        .toList();
  }

  private static List<Seen> of(World world, Kind kind, Seen volume) {
    return world.look(kind, HOME).stream()
        .filter(one -> one.label(Longhorn.VOLUME).equals(volume.name()))
        .toList();
  }

  private static void replica(World world, Seen volume, String node, boolean healthy) {
    var made = Json.manifest(Kinds.LONGHORN_REPLICA, HOME, volume.name() + "-r-" + node);
    made.withObject("/metadata/labels").put(Longhorn.VOLUME, volume.name());
    made.putObject("spec")
        .put("volumeName", volume.name())
        .put("nodeID", node)
        .put("healthyAt", healthy ? world.now().toString() : "")
        .put("failedAt", "");
    world.create(made);
  }

  private static void engine(World world, Seen volume) {
    var made = Json.manifest(Kinds.LONGHORN_ENGINE, HOME, volume.name() + "-e-0");
    made.withObject("/metadata/labels").put(Longhorn.VOLUME, volume.name());
    world.create(made);
  }

  private static void progress(World world, Seen volume, int percent, String error) {
    for (var engine : of(world, Kinds.LONGHORN_ENGINE, volume)) {
      var told = engine.json().deepCopy();
      told.withObject("/status/restoreStatus")
          .putObject("tcp://replica-1:10000")
          .put("isRestoring", true)
          .put("progress", percent)
          .put("error", error);
      world.update(told);
    }
  }

  private static void condition(
      ObjectNode object, String type, String status, String reason, String message) {
    var kept = new ArrayList<ObjectNode>();
    for (var one : object.at("/status/conditions"))
      if (!one.path("type").asText().equals(type)) kept.add((ObjectNode) one.deepCopy());
    var all = object.withObject("/status").putArray("conditions");
    kept.forEach(all::add);
    all.addObject()
        .put("type", type)
        .put("status", status)
        .put("reason", reason)
        .put("message", message);
  }
}
