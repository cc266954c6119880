package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.Json.text;
import static dev.salvor.testkit.models.VeleroModel.phase;
import static dev.salvor.testkit.models.VeleroModel.status;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.World;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The node-agents: they move the bytes, for a pod that is on a node and whose {@code restore-wait}
 * runs, and answer a cancel (velero pkg/controller/pod_volume_restore_controller.go, v1.18).
 */
final class NodeAgents {
  private static final Set<String> ENDED = Set.of("Completed", "Failed", "Canceled");

  private final String namespace;
  private final Set<Mishap> mishaps;

  NodeAgents(String namespace, Set<Mishap> mishaps) {
    this.namespace = namespace;
    this.mishaps = mishaps;
  }

  static boolean ended(ObjectNode child) {
    return ENDED.contains(phase(child));
  }

  boolean movedBytes(World world) {
    return world.list(Kinds.POD_VOLUME_RESTORE, namespace).stream()
        .anyMatch(child -> child.at("/status/progress/bytesDone").asLong() > 0);
  }

  void act(World world, Map<String, BackupContent> bucket) {
    if (mishaps.contains(Mishap.NODE_AGENT_MISSING)) return;
    var failing = mishaps.contains(Mishap.VOLUME_FAILS);
    for (var child : world.list(Kinds.POD_VOLUME_RESTORE, namespace)) {
      if (ended(child) || canceled(world, child)) continue;
      if (failing) {
        end(world, child, "Failed");
        failing = false;
        continue;
      }
      var pod = pod(world, child);
      if (pod.isEmpty()) continue;
      var volume = volume(child, bucket);
      var claim = claim(pod.get(), text(child, "/spec/volume"));
      var pv = boundTo(world, Json.namespace(pod.get()), claim);
      if (volume.isEmpty()) {
        end(world, child, "Failed");
        continue;
      }
      if (pv.isEmpty() || !moved(world, child, volume.get().bytes())) continue;
      write(world, Json.uid(pv.get()), volume.get().data());
      if (allDone(world, child)) waitIsOver(world, pod.get());
    }
    for (var child : world.list(Kinds.DATA_DOWNLOAD, namespace)) {
      if (ended(child) || canceled(world, child)) continue;
      download(world, child, bucket);
    }
    snapshots(world, bucket);
  }

  /** The pod, once it is where data can flow to it. */
  private Optional<ObjectNode> pod(World world, ObjectNode child) {
    if (mishaps.contains(Mishap.VOLUMES_NEVER_START)) return Optional.empty();
    return world
        .get(Kinds.POD.ref(text(child, "/spec/pod/namespace"), text(child, "/spec/pod/name")))
        .filter(pod ->
            Json.uid(pod).equals(text(child, "/spec/pod/uid"))
                && !Json.terminating(pod)
                && waits(pod));
  }

  private static boolean waits(ObjectNode pod) {
    for (var one : pod.at("/status/initContainerStatuses")) {
      if (one.path("name").asText().equals("restore-wait")) return one.at("/state").has("running");
    }
    return false;
  }

  /** One round of moving; true once everything is there. */
  private boolean moved(World world, ObjectNode child, long total) {
    var before = phase(child);
    var done = child.at("/status/progress/bytesDone").asLong();
    var status = status(child);
    if (before.isEmpty() || before.equals("New")) {
      status
          .put("phase", "InProgress")
          .put("acceptedTimestamp", world.now().toString())
          .put("startTimestamp", world.now().toString())
          .putObject("progress")
          .put("totalBytes", total)
          .put("bytesDone", total / 2);
      world.update(child);
      return false;
    }
    if (mishaps.contains(Mishap.VOLUMES_STALL) && done < total) return false;
    Json.at(child, "/status/progress").put("totalBytes", total).put("bytesDone", total);
    end(world, child, "Completed");
    return true;
  }

  private static boolean canceled(World world, ObjectNode child) {
    if (!child.at("/spec/cancel").asBoolean()) return false;
    if (phase(child).equals("InProgress")) {
      status(child).put("phase", "Canceling");
      world.update(child);
    } else {
      end(world, child, "Canceled");
    }
    return true;
  }

  private static void end(World world, ObjectNode child, String phase) {
    status(child).put("phase", phase).put("completionTimestamp", world.now().toString());
    if (phase.equals("Failed"))
      status(child).put("message", "data path restore failed: connection reset by peer");
    world.update(child);
  }

  private boolean allDone(World world, ObjectNode child) {
    return world.list(Kinds.POD_VOLUME_RESTORE, namespace).stream()
        .filter(other -> text(other, "/spec/pod/uid").equals(text(child, "/spec/pod/uid")))
        .allMatch(other -> phase(other).equals("Completed"));
  }

  /** {@code restore-wait} saw its marks on all volumes and ended. */
  private static void waitIsOver(World world, ObjectNode pod) {
    var statuses = status(pod).withArray("initContainerStatuses");
    ObjectNode own = null;
    for (var one : statuses) {
      if (one.path("name").asText().equals("restore-wait") && one instanceof ObjectNode found)
        own = found;
    }
    if (own == null) own = statuses.insertObject(0).put("name", "restore-wait");
    own.put("ready", true);
    own.putObject("state").putObject("terminated").put("exitCode", 0).put("reason", "Completed");
    world.update(pod);
  }

  /** Kopia writes over what is there and deletes nothing: files of both times remain (K14). */
  private static void write(World world, String pv, String saved) {
    var data = world.volumeData();
    var there = data.of(pv);
    data.set(pv, there.isEmpty() || there.equals(saved) ? saved : there + "+" + saved);
  }

  private Optional<BackupContent.Volume> volume(
      ObjectNode child, Map<String, BackupContent> bucket) {
    var snapshot = text(child, "/spec/snapshotID");
    return bucket.values().stream()
        .flatMap(backup -> backup.volumes().stream())
        .filter(volume -> snapshot.equals(volume.snapshotId()))
        .findFirst();
  }

  private static String claim(ObjectNode pod, String volume) {
    for (var one : pod.at("/spec/volumes")) {
      if (one.path("name").asText().equals(volume))
        return one.at("/persistentVolumeClaim/claimName").asText("");
    }
    return "";
  }

  private static Optional<ObjectNode> boundTo(World world, String namespace, String claim) {
    return world
        .get(Kinds.PVC.ref(namespace, claim))
        .filter(found -> text(found, "/status/phase").equals("Bound"))
        .flatMap(found -> world.get(Kinds.PV.ref(text(found, "/spec/volumeName"))));
  }

  /** The data mover makes the volume itself and points it to the claim. */
  private void download(World world, ObjectNode child, Map<String, BackupContent> bucket) {
    var target = child.at("/spec/targetVolume");
    var claim =
        world.get(Kinds.PVC.ref(target.path("namespace").asText(), target.path("pvc").asText()));
    var volume = volume(child, bucket);
    if (claim.isEmpty() || volume.isEmpty()) return;
    if (waitsForConsumer(world, claim.get())) return;
    if (!moved(world, child, volume.get().bytes())) return;
    var name = "pv-" + Json.name(child);
    var pv = Json.manifest(Kinds.PV, "", name);
    Json.at(pv, "/metadata/labels")
        .put(
            "velero.io/dynamic-pv-restore",
            text(claim.get(), "/spec/selector/matchLabels/velero.io~1dynamic-pv-restore"));
    Json.at(pv, "/metadata/annotations")
        .put("pv.kubernetes.io/provisioned-by", "model.csi.example");
    var spec = Json.at(pv, "/spec");
    spec.put("persistentVolumeReclaimPolicy", "Delete")
        .put("storageClassName", text(claim.get(), "/spec/storageClassName"))
        .set("accessModes", claim.get().at("/spec/accessModes"));
    spec.set("capacity", claim.get().at("/spec/resources/requests"));
    spec.putObject("claimRef")
        .put("apiVersion", "v1")
        .put("kind", "PersistentVolumeClaim")
        .put("namespace", Json.namespace(claim.get()))
        .put("name", Json.name(claim.get()))
        .put("uid", Json.uid(claim.get()));
    spec.putObject("csi").put("driver", "model.csi.example").put("volumeHandle", name);
    world.volumeData().set(Json.uid(world.create(pv)), volume.get().data());
  }

  /** A claim of a delayed class needs a pod on a node (velero.md K18). */
  private static boolean waitsForConsumer(World world, ObjectNode claim) {
    var delayed =
        world
            .get(Kinds.STORAGE_CLASS.ref(text(claim, "/spec/storageClassName")))
            .filter(found -> text(found, "/volumeBindingMode").equals("WaitForFirstConsumer"));
    if (delayed.isEmpty()
        || !Json.annotation(claim, "volume.kubernetes.io/selected-node").isEmpty()) return false;
    return world.list(Kinds.POD, Json.namespace(claim)).stream()
        .noneMatch(pod ->
            !text(pod, "/spec/nodeName").isEmpty()
                && pod.at("/spec/volumes").toString().contains('"' + Json.name(claim) + '"'));
  }

  /** A claim made from a VolumeSnapshot has its data as soon as it is bound. */
  private static void snapshots(World world, Map<String, BackupContent> bucket) {
    for (var claim : world.list(Kinds.PVC, "")) {
      if (!text(claim, "/spec/dataSource/kind").equals("VolumeSnapshot")) continue;
      var pv = world.get(Kinds.PV.ref(text(claim, "/spec/volumeName")));
      if (pv.isEmpty() || !world.volumeData().of(Json.uid(pv.get())).isEmpty()) continue;
      Optional.ofNullable(bucket.get(Json.label(claim, "velero.io/backup-name")))
          .flatMap(backup -> backup.volume(Json.name(claim)))
          .ifPresent(volume -> world.volumeData().set(Json.uid(pv.get()), volume.data()));
    }
  }
}
