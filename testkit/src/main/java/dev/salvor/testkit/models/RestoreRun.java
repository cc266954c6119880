package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.Json.text;
import static dev.salvor.testkit.models.VeleroModel.status;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One Restore in the worker. Items first, then the wait for the PodVolumeRestores inside phase
 * InProgress, then the data mover's in WaitingForPluginOperations, then Finalizing (velero
 * pkg/restore/restore.go, pkg/controller/restore_controller.go, restore_finalizer_controller.go).
 */
final class RestoreRun {
  private static final Duration NODE_AGENT_CHECK = Duration.ofMinutes(10);

  private final String veleroNamespace;
  private final BackupContent backup;
  private final ResourceModifier modifier;
  private final Set<Mishap> mishaps;
  private final Map<Ref, String> claims = new LinkedHashMap<>();
  private final List<Ref> pods = new ArrayList<>();
  private int errors;
  private int warnings;
  private int children;
  private boolean items;
  private boolean forgot;
  private @Nullable Instant since;

  RestoreRun(
      String veleroNamespace,
      BackupContent backup,
      ResourceModifier modifier,
      Set<Mishap> mishaps) {
    this.veleroNamespace = veleroNamespace;
    this.backup = backup;
    this.modifier = modifier;
    this.mishaps = mishaps;
  }

  /** One round of phase InProgress. */
  void go(World world, ObjectNode restore) {
    if (since == null) since = world.now();
    if (!items) {
      if (!namespaceReady(world, restore)) return;
      for (var item : new RestoreItems(restore, backup).inOrder())
        restoreItem(world, restore, item);
      if (mishaps.contains(Mishap.PARTIALLY_FAILED)) errors++;
      items = true;
      status(restore)
          .putObject("progress")
          .put("totalItems", backup.objects().size())
          .put("itemsRestored", backup.objects().size());
      world.update(restore);
      return;
    }
    var open = children(world, restore, Kinds.POD_VOLUME_RESTORE).stream();
    if (open.anyMatch(child -> !NodeAgents.ended(child)) && !givesUp(world, restore)) return;
    errors +=
        (int)
            children(world, restore, Kinds.POD_VOLUME_RESTORE).stream()
                .filter(child -> !VeleroModel.phase(child).equals("Completed"))
                .count();
    var moving = !children(world, restore, Kinds.DATA_DOWNLOAD).isEmpty();
    status(restore)
        .put(
            "phase",
            (moving ? "WaitingForPluginOperations" : "Finalizing")
                + (errors == 0 ? "" : "PartiallyFailed"))
        .put("errors", errors)
        .put("warnings", warnings);
    world.update(restore);
  }

  /** One round of the phases after InProgress; true once the Restore has ended. */
  boolean finish(World world, ObjectNode restore) {
    var phase = VeleroModel.phase(restore);
    if (phase.startsWith("WaitingForPluginOperations")) {
      var moves = children(world, restore, Kinds.DATA_DOWNLOAD);
      if (moves.stream().anyMatch(child -> !NodeAgents.ended(child))) return false;
      errors +=
          (int)
              moves.stream().filter(child -> !VeleroModel.phase(child).equals("Completed")).count();
      status(restore)
          .put("phase", errors == 0 ? "Finalizing" : "FinalizingPartiallyFailed")
          .put("errors", errors);
      world.update(restore);
      return false;
    }
    if (!phase.startsWith("Finalizing")) return false;
    if (hooksWait(world)) return false;
    claims.forEach((claim, pv) -> patchVolume(world, claim, pv));
    if (world.get(Kinds.BACKUP.ref(veleroNamespace, backup.name())).isEmpty()) errors++;
    status(restore)
        .put("phase", errors == 0 ? "Completed" : "PartiallyFailed")
        .put("errors", errors)
        .put("warnings", warnings)
        .put("completionTimestamp", world.now().toString());
    world.update(restore);
    return true;
  }

  private void restoreItem(World world, ObjectNode restore, RestoreItems.Item item) {
    var object = item.object();
    var volumes =
        item.kind() == Kinds.POD
            ? backup.filled(Json.name(object))
            : List.<BackupContent.Volume>of();
    if (!volumes.isEmpty()) RestoreItems.addWait(object, restore, volumes);
    modify(object, item.kind());
    if (item.kind().namespaced()) Json.set(object, "/metadata/namespace", item.namespace());
    Json.at(object, "/metadata/labels")
        .put("velero.io/backup-name", Json.labelValue(backup.name()))
        .put("velero.io/restore-name", Json.labelValue(Json.name(restore)));
    var volume = item.kind() == Kinds.PVC ? backup.volume(Json.name(object)).orElse(null) : null;
    if (volume != null && volume.skipped() == null && volume.method() != Method.FileSystem)
      RestoreItems.fromSnapshot(object, volume);
    if (world.get(Json.ref(object)).isPresent()) {
      warnings++;
      return;
    }
    final ObjectNode created;
    try {
      created = world.create(Json.withoutNulls(object));
    } catch (ClusterException refused) {
      errors++;
      return;
    }
    if (item.kind() == Kinds.POD) {
      pods.add(Json.ref(created));
      if (item.volumesIncluded()) volumes.forEach(one -> fill(world, restore, created, one));
    }
    if (item.kind() == Kinds.PVC) {
      claims.put(Json.ref(created), item.formerVolume());
      if (volume != null && volume.skipped() == null && volume.method() == Method.DataMover)
        move(world, restore, created, volume);
    }
  }

  private void modify(ObjectNode object, Kind kind) {
    if (mishaps.contains(Mishap.MODIFIER_FAILS)) {
      errors++;
      return;
    }
    errors +=
        modifier.apply(object, kind.resource(), mishaps.contains(Mishap.JSON_PATCH_FAILS)).size();
  }

  private void fill(World world, ObjectNode restore, ObjectNode pod, BackupContent.Volume volume) {
    if (mishaps.contains(Mishap.VOLUME_FORGOTTEN) && !forgot) {
      forgot = true;
      return;
    }
    var child =
        Json.manifest(
            Kinds.POD_VOLUME_RESTORE, veleroNamespace, Json.name(restore) + "-" + ++children);
    Json.ownedBy(child, restore);
    childLabels(child, restore).put("velero.io/pod-uid", Json.uid(pod));
    Json.at(child, "/spec")
        .put("volume", volume.volume())
        .put("backupStorageLocation", "default")
        .put("uploaderType", "kopia")
        .put("snapshotID", volume.snapshotId())
        .put("sourceNamespace", backup.namespace())
        .putObject("pod")
        .put("kind", "Pod")
        .put("namespace", Json.namespace(pod))
        .put("name", Json.name(pod))
        .put("uid", Json.uid(pod));
    Json.at(child, "/status/progress");
    world.create(child);
  }

  private void move(
      World world, ObjectNode restore, ObjectNode claim, BackupContent.Volume volume) {
    var child =
        Json.manifest(Kinds.DATA_DOWNLOAD, veleroNamespace, Json.name(restore) + "-" + ++children);
    Json.ownedBy(child, restore);
    childLabels(child, restore)
        .put(
            "velero.io/async-operation-id",
            Json.labelValue("dd-" + Json.uid(restore) + "." + Json.uid(claim)));
    Json.at(child, "/spec")
        .put("backupStorageLocation", "default")
        .put("datamover", "velero")
        .put("snapshotID", volume.snapshotId())
        .put("sourceNamespace", backup.namespace())
        .putObject("targetVolume")
        .put("pvc", Json.name(claim))
        .put("pv", "")
        .put("namespace", Json.namespace(claim));
    world.create(child);
  }

  private static ObjectNode childLabels(ObjectNode child, ObjectNode restore) {
    return Json.at(child, "/metadata/labels")
        .put("velero.io/restore-name", Json.labelValue(Json.name(restore)))
        .put("velero.io/restore-uid", Json.uid(restore));
  }

  private List<ObjectNode> children(World world, ObjectNode restore, Kind kind) {
    return world.list(kind, veleroNamespace).stream()
        .filter(child -> Json.label(child, "velero.io/restore-uid").equals(Json.uid(restore)))
        .toList();
  }

  /** Waits for a namespace that is going, and makes one that is not there. */
  private boolean namespaceReady(World world, ObjectNode restore) {
    var name = RestoreItems.mapped(restore, backup.namespace());
    var there = world.get(Kinds.NAMESPACE.ref(name));
    if (there.isPresent() && Json.terminating(there.get())) {
      if (waited(world).compareTo(NODE_AGENT_CHECK) < 0) return false;
      errors++;
      items = true;
    }
    if (there.isEmpty()) {
      var created = Json.manifest(Kinds.NAMESPACE, "", name);
      backup
          .object(Kinds.NAMESPACE, backup.namespace())
          .ifPresent(from -> Json.labels(from).forEach(Json.at(created, "/metadata/labels")::put));
      world.create(created);
    }
    return !items;
  }

  /** The time for volumes is over, or there is no node-agent where a pod landed. */
  private boolean givesUp(World world, ObjectNode restore) {
    var limit = Json.annotation(restore, "velero.io/pod-volume-timeout");
    var timeout =
        limit.isEmpty()
            ? Duration.ofHours(4)
            : Duration.parse("PT" + limit.toUpperCase(java.util.Locale.ROOT));
    if (waited(world).compareTo(timeout) > 0) {
      errors++;
      return true;
    }
    if (!mishaps.contains(Mishap.NODE_AGENT_MISSING)) return false;
    return pods.stream()
        .map(world::get)
        .anyMatch(pod -> pod.isPresent() && !text(pod.get(), "/spec/nodeName").isEmpty());
  }

  private Duration waited(World world) {
    return since == null ? Duration.ZERO : Duration.between(since, world.now());
  }

  /**
   * A post hook in an annotation waits for a container; without a timeout for ever (swap.md H4).
   */
  private boolean hooksWait(World world) {
    return pods.stream()
        .map(world::get)
        .anyMatch(pod ->
            pod.isPresent()
                && Json.strings(pod.get().at("/metadata/annotations")).keySet().stream()
                    .anyMatch(key -> key.startsWith("post.hook.restore.velero.io/")));
  }

  /** Finalizing gives new volumes the reclaim policy and labels of the backup (swap.md M3, M4). */
  private void patchVolume(World world, Ref ref, String former) {
    var saved = backup.object(Kinds.PV, former);
    var claim = world.get(ref);
    if (saved.isEmpty() || claim.isEmpty()) return;
    var found = world.get(Kinds.PV.ref(text(claim.get(), "/spec/volumeName")));
    if (found.isEmpty()) return;
    var pv = found.get();
    if (!text(pv, "/spec/claimRef/uid").equals(Json.uid(claim.get()))) {
      errors++;
      return;
    }
    Json.set(
        pv,
        "/spec/persistentVolumeReclaimPolicy",
        text(saved.get(), "/spec/persistentVolumeReclaimPolicy"));
    Json.labels(saved.get()).forEach(Json.at(pv, "/metadata/labels")::put);
    world.update(pv);
  }
}
