package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which objects of a backup a Restore brings, in which order, and what Velero changes on them
 * (velero pkg/restore/restore.go, pkg/restore/actions, v1.18).
 */
final class RestoreItems {
  private static final List<Kind> ORDER =
      List.of(
          Kinds.PV,
          Kinds.PVC,
          Kinds.SECRET,
          Kinds.CONFIG_MAP,
          Kinds.POD,
          Kinds.REPLICA_SET,
          Kinds.SERVICE,
          Kinds.APPLICATION,
          Kinds.CRON_JOB,
          Kinds.DAEMON_SET,
          Kinds.DEPLOYMENT,
          Kinds.HELM_RELEASE,
          Kinds.HPA,
          Kinds.JOB,
          Kinds.KUSTOMIZATION,
          Kinds.STATEFUL_SET);

  private static final List<String> CLAIM_ANNOTATIONS =
      List.of(
          "pv.kubernetes.io/bind-completed",
          "pv.kubernetes.io/bound-by-controller",
          "volume.kubernetes.io/storage-provisioner",
          "volume.beta.kubernetes.io/storage-provisioner",
          "volume.kubernetes.io/selected-node");

  /**
   * One object to create.
   *
   * @param object a copy, still in its old namespace
   * @param namespace where it goes
   * @param formerVolume name of the volume behind a claim in the backup
   * @param volumesIncluded false if the Restore leaves out claims or volumes: then pods get no data
   *     (velero.md K2)
   */
  record Item(
      Kind kind,
      ObjectNode object,
      String namespace,
      String formerVolume,
      boolean volumesIncluded) {}

  private final ObjectNode restore;
  private final BackupContent backup;

  RestoreItems(ObjectNode restore, BackupContent backup) {
    this.restore = restore;
    this.backup = backup;
  }

  static String mapped(JsonNode restore, String namespace) {
    return restore.at("/spec/namespaceMapping").path(namespace).asText(namespace);
  }

  List<Item> inOrder() {
    var items = new ArrayList<Item>();
    var included = restore.at("/spec/includedNamespaces");
    if (!included.isEmpty() && !contains(included, backup.namespace())) return items;
    var volumes = wanted(Kinds.PVC) && wanted(Kinds.PV);
    for (var kind : ORDER) {
      if (!wanted(kind)) continue;
      for (var object : backup.objects(kind)) {
        if (!selected(object) || ended(object)) continue;
        var copy = object.deepCopy();
        var former = text(object, "/spec/volumeName");
        clean(copy);
        if (kind == Kinds.PV && !restoredAsIs(copy)) continue;
        if (kind == Kinds.PVC) cleanClaim(copy);
        if (kind == Kinds.POD) Json.remove(copy, "/spec/nodeName");
        items.add(new Item(kind, copy, mapped(restore, Json.namespace(object)), former, volumes));
      }
    }
    return items;
  }

  private boolean wanted(Kind kind) {
    var included = restore.at("/spec/includedResources");
    var excluded = restore.at("/spec/excludedResources");
    return !names(excluded, kind)
        && (included.isEmpty() || contains(included, "*") || names(included, kind));
  }

  private static boolean names(JsonNode list, Kind kind) {
    return contains(list, kind.plural()) || contains(list, kind.resource());
  }

  private static boolean contains(JsonNode list, String text) {
    for (var one : list) if (one.asText().equals(text)) return true;
    return false;
  }

  /**
   * A claim comes as the additional item of its pod and a volume of its claim, whatever their
   * labels (pkg/restore/actions/add_pvc_from_pod_action.go, add_pv_from_pvc_action.go).
   */
  private boolean selected(ObjectNode object) {
    if (BackupContent.is(object, Kinds.PV)) return true;
    return bySelector(object) || BackupContent.is(object, Kinds.PVC) && comesWithPod(object);
  }

  private boolean comesWithPod(ObjectNode claim) {
    if (!wanted(Kinds.POD)) return false;
    for (var pod : backup.objects(Kinds.POD)) {
      if (!bySelector(pod) || ended(pod)) continue;
      for (var volume : pod.at("/spec/volumes")) {
        if (text(volume, "/persistentVolumeClaim/claimName").equals(Json.name(claim))) return true;
      }
    }
    return false;
  }

  private boolean bySelector(ObjectNode object) {
    var labels = Json.labels(object);
    var one = restore.at("/spec/labelSelector");
    if (one.isObject() && !LabelSelection.matches(one, labels)) return false;
    var several = restore.at("/spec/orLabelSelectors");
    if (several.isEmpty()) return true;
    for (var selector : several) if (LabelSelection.matches(selector, labels)) return true;
    return false;
  }

  private static boolean ended(ObjectNode object) {
    return BackupContent.is(object, Kinds.POD)
        && Set.of("Succeeded", "Failed").contains(text(object, "/status/phase"));
  }

  private static void clean(ObjectNode object) {
    for (var field :
        List.of(
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "ownerReferences",
            "generateName",
            "managedFields",
            "deletionTimestamp",
            "deletionGracePeriodSeconds")) {
      Json.remove(object, "/metadata/" + field);
    }
    object.remove("status");
  }

  private void cleanClaim(ObjectNode claim) {
    for (var annotation : CLAIM_ANNOTATIONS) {
      if (claim.at("/metadata/annotations") instanceof ObjectNode map) map.remove(annotation);
    }
    var keeps =
        backup
            .object(Kinds.PV, text(claim, "/spec/volumeName"))
            .filter(pv -> restoredAsIs(pv) && wanted(Kinds.PV));
    if (keeps.isEmpty()) Json.remove(claim, "/spec/volumeName");
  }

  /** A retained volume without data in the backup comes back uid-less and re-pointed (M2). */
  private boolean restoredAsIs(ObjectNode pv) {
    var claim = text(pv, "/spec/claimRef/name");
    var saved =
        backup
            .volume(claim)
            .filter(volume -> volume.skipped() == null && volume.snapshotId() != null);
    if (saved.isPresent() || text(pv, "/spec/persistentVolumeReclaimPolicy").equals("Delete"))
      return false;
    Json.remove(pv, "/spec/claimRef/uid");
    Json.remove(pv, "/spec/claimRef/resourceVersion");
    Json.set(pv, "/spec/claimRef/namespace", mapped(restore, backup.namespace()));
    return true;
  }

  /** The init container that waits for the volumes goes first. */
  static void addWait(ObjectNode pod, ObjectNode restore, List<BackupContent.Volume> volumes) {
    var inits = Json.at(pod, "/spec").withArray("initContainers");
    drop(inits, "restore-wait");
    var wait = Json.object().put("name", "restore-wait").put("image", VeleroInstallation.IMAGE);
    wait.putArray("args").add(Json.uid(restore));
    var mounts = wait.putArray("volumeMounts");
    for (var volume : volumes) {
      mounts
          .addObject()
          .put("name", volume.volume())
          .put("mountPath", "/restores/" + volume.volume());
    }
    inits.insert(0, wait);
  }

  private static void drop(ArrayNode containers, String name) {
    var dropped = new HashSet<Integer>();
    for (var i = containers.size() - 1; i >= 0; i--) {
      if (containers.get(i).path("name").asText().equals(name)) dropped.add(i);
    }
    dropped.forEach(containers::remove);
  }

  /** What the CSI and data mover actions do to a claim. */
  static void fromSnapshot(ObjectNode claim, BackupContent.Volume volume) {
    switch (volume.method()) {
      case CsiSnapshot ->
          Json.at(claim, "/spec/dataSource")
              .put("apiGroup", "snapshot.storage.k8s.io")
              .put("kind", "VolumeSnapshot")
              .put("name", "velero-" + volume.claim());
      case DataMover ->
          Json.set(
              claim,
              "/spec/selector/matchLabels/velero.io~1dynamic-pv-restore",
              Json.namespace(claim) + "." + Json.name(claim));
      case FileSystem -> {}
    }
  }
}
