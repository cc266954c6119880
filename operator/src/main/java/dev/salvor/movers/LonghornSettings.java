package dev.salvor.movers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.VolumeSource;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Longhorn;
import dev.salvor.kube.LonghornBackup;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the restored volume is made: as the one from before where that is still known, else as the
 * claim's StorageClass would make it. {@code volume} is the spec of the Longhorn Volume, {@code
 * labels} its labels, {@code persistentVolume} what goes into the PersistentVolume's spec beside
 * what is the claim's.
 */
record LonghornSettings(
    ClusterReader cluster,
    Facts facts,
    LonghornBackup backup,
    VolumeSource.Longhorn wanted,
    LonghornOld old) {
  /** Of a Longhorn volume; sizes, sources, nodes and images are its own. */
  private static final List<String> SHARED =
      List.of(
          "numberOfReplicas",
          "staleReplicaTimeout",
          "dataLocality",
          "dataEngine",
          "diskSelector",
          "nodeSelector",
          "migratable",
          "encrypted",
          "frontend",
          "replicaAutoBalance",
          "replicaSoftAntiAffinity",
          "replicaZoneSoftAntiAffinity",
          "replicaDiskSoftAntiAffinity",
          "snapshotDataIntegrity",
          "unmapMarkSnapChainRemoved",
          "freezeFilesystemForSnapshot",
          "backupTargetName");

  /** Parameters of a StorageClass that are fields of a volume (csi/util.go), by their type. */
  private static final List<String> TEXTS =
      List.of("dataLocality", "dataEngine", "replicaAutoBalance", "backupTargetName");

  private static final List<String> NUMBERS = List.of("numberOfReplicas", "staleReplicaTimeout");
  private static final List<String> FLAGS = List.of("migratable", "encrypted");
  private static final List<String> LISTS = List.of("diskSelector", "nodeSelector");

  /** Always in the same order: they are part of what is approved. */
  private static final Map<String, String> SECRETS =
      new TreeMap<>(
          Map.of(
              "nodeStageSecretRef", "csi.storage.k8s.io/node-stage-secret",
              "nodePublishSecretRef", "csi.storage.k8s.io/node-publish-secret",
              "nodeExpandSecretRef", "csi.storage.k8s.io/node-expand-secret"));

  /** What belongs to one volume, or to how it was made. */
  private static final Set<String> OWN =
      Set.of("storage.kubernetes.io/csiProvisionerIdentity", "fromBackup", "backingImage");

  /** Says what is in the way. */
  ObjectNode of(Findings findings) {
    var storage = storageClass();
    if (storage.filter(one -> !one.text("/provisioner").equals(Longhorn.DRIVER)).isPresent())
      findings.refuse(
          "StorageClassNotLonghorn",
          "StorageClass "
              + storage.get().name()
              + " of the claim belongs to "
              + storage.get().text("/provisioner")
              + ", which does not know volumes of Longhorn",
          "Restore into a claim with a StorageClass of "
              + Longhorn.DRIVER
              + ", and have the application use that one");
    var settings = Json.object();
    var volume = volume(storage);
    replicas(volume, findings);
    settings.set("volume", volume);
    settings.set("labels", labels());
    settings.set("persistentVolume", persistentVolume(storage, volume, findings));
    return settings;
  }

  private Optional<Seen> storageClass() {
    var name = manifest().at("/spec/storageClassName").asText("");
    return name.isEmpty() ? Optional.empty() : cluster.get(Kinds.STORAGE_CLASS.ref(name));
  }

  private JsonNode manifest() {
    var manifest = facts.volumes().isEmpty() ? null : facts.volumes().getFirst().manifest();
    return manifest == null ? Json.object() : manifest;
  }

  private ObjectNode volume(Optional<Seen> storage) {
    var volume = Json.object();
    volume.put("frontend", "blockdev").put("dataEngine", "v1").put("staleReplicaTimeout", 30);
    volume.put("numberOfReplicas", 3);
    storage.ifPresent(one -> parameters(one.at("/parameters"), volume));
    old.volume()
        .ifPresent(before -> {
          for (var field : SHARED)
            if (before.has("/spec/" + field))
              volume.set(field, before.at("/spec/" + field).deepCopy());
        });
    var replicas = wanted.numberOfReplicas();
    if (replicas != null) volume.put("numberOfReplicas", replicas);
    volume.put("fromBackup", backup.url());
    // a string: Longhorn's webhook takes a number of bytes in quotes and no "10Gi"
    volume.put("size", Long.toString(backup.bytes()));
    volume.put("accessMode", accessMode()).put("restoreVolumeRecurringJob", "ignored");
    return volume;
  }

  private static void parameters(JsonNode given, ObjectNode volume) {
    for (var key : TEXTS) if (given.has(key)) volume.put(key, given.path(key).asText());
    for (var key : NUMBERS) if (given.has(key)) volume.put(key, given.path(key).asInt());
    for (var key : FLAGS) if (given.has(key)) volume.put(key, given.path(key).asBoolean());
    for (var key : LISTS) {
      if (given.path(key).asText("").isEmpty()) continue;
      var tags = volume.putArray(key);
      for (var tag : given.path(key).asText().split(",", -1)) tags.add(tag.strip());
    }
  }

  private String accessMode() {
    var modes = new TreeSet<String>();
    manifest().at("/spec/accessModes").forEach(mode -> modes.add(mode.asText()));
    if (modes.contains("ReadWriteMany")) return "rwx";
    return modes.contains("ReadWriteOncePod") ? "rwop" : "rwo";
  }

  /** With fewer nodes than replicas a restore never ends (controller/volume_controller.go). */
  private void replicas(ObjectNode volume, Findings findings) {
    var asked = volume.path("numberOfReplicas").asInt();
    var room = new LonghornRoom(cluster, backup.seen().namespace()).nodesFor(volume);
    if (asked <= room) return;
    if (room == 0 || wanted.numberOfReplicas() != null) {
      findings.refuse(
          "TooFewLonghornNodes",
          "the new volume is to have "
              + asked
              + " replicas, and Longhorn has "
              + room
              + " nodes for them: the restore would never end",
          "Look at kubectl get nodes.longhorn.io -A; make nodes or disks schedulable, or give a"
              + " smaller spec.source.longhorn.numberOfReplicas in a new recovery");
      return;
    }
    volume.put("numberOfReplicas", room);
    findings.warn(
        "FewerReplicas",
        "the new volume gets "
            + room
            + " instead of "
            + asked
            + " replicas: Longhorn has no more nodes for them, and with too many a restore never"
            + " ends",
        "Once there are more nodes: kubectl patch volumes.longhorn.io of the new volume,"
            + " spec.numberOfReplicas");
  }

  /** Which recurring jobs it is in: backups go on after the exchange. */
  private ObjectNode labels() {
    var labels = Json.object();
    old.volume()
        .ifPresent(before ->
            before
                .labels()
                .forEach((key, value) -> {
                  if (key.startsWith("recurring-job")) labels.put(key, value);
                }));
    return labels;
  }

  private ObjectNode persistentVolume(
      Optional<Seen> storage, ObjectNode volume, Findings findings) {
    var spec = Json.object();
    var csi = spec.putObject("csi").put("driver", Longhorn.DRIVER);
    var before = old.persistentVolume();
    csi.put(
        "fsType",
        before
            .map(one -> one.text("/spec/csi/fsType"))
            .filter(type -> !type.isEmpty())
            .or(() ->
                storage
                    .map(one -> one.at("/parameters").path("fsType").asText(""))
                    .filter(type -> !type.isEmpty()))
            .orElse("ext4"));
    var attributes = csi.putObject("volumeAttributes");
    before.ifPresent(one ->
        one.at("/spec/csi/volumeAttributes")
            .properties()
            .forEach(each -> {
              if (!OWN.contains(each.getKey()))
                attributes.put(each.getKey(), each.getValue().asText());
            }));
    // as Longhorn does for "Create PV/PVC" (datastore/kubernetes.go, NewPVManifestForVolume)
    for (var field : NUMBERS) attributes.put(field, volume.path(field).asText());
    if (volume.path("encrypted").asBoolean()) {
      attributes.put("encrypted", "true");
      secrets(csi, storage, findings);
    }
    if (before.isPresent() && before.get().has("/spec/mountOptions"))
      spec.set("mountOptions", before.get().at("/spec/mountOptions").deepCopy());
    else storage.ifPresent(one -> options(one, spec));
    spec.put(
        "persistentVolumeReclaimPolicy",
        storage
            .map(one -> one.text("/reclaimPolicy"))
            .filter(policy -> !policy.isEmpty())
            .orElse("Delete"));
    return spec;
  }

  private static void options(Seen storage, ObjectNode spec) {
    if (storage.has("/mountOptions"))
      spec.set("mountOptions", storage.at("/mountOptions").deepCopy());
  }

  /** Names of the Secrets with the key; without them nobody can read the volume. */
  private void secrets(ObjectNode csi, Optional<Seen> storage, Findings findings) {
    var before = old.persistentVolume();
    SECRETS.forEach((field, key) -> {
      if (before.filter(one -> one.has("/spec/csi/" + field)).isPresent()) {
        csi.set(field, before.get().at("/spec/csi/" + field).deepCopy());
        return;
      }
      var given = storage.map(one -> one.at("/parameters")).orElse(Json.object());
      var secret = resolved(given.path(key + "-name").asText(""));
      var namespace = resolved(given.path(key + "-namespace").asText(""));
      if (!secret.isEmpty() && !secret.contains("$") && !namespace.contains("$"))
        csi.putObject(field).put("name", secret).put("namespace", namespace);
    });
    if (!csi.has("nodePublishSecretRef") || !csi.has("nodeStageSecretRef"))
      findings.refuse(
          "EncryptionSecretUnknown",
          "the volume is encrypted, and neither its PersistentVolume nor its StorageClass says"
              + " which Secret has the key",
          "Restore it by Longhorn's own means, and give the PersistentVolume the Secret");
  }

  /** As external-provisioner resolves them, but for the volume's own name. */
  private String resolved(String template) {
    return template
        .replace("${pvc.name}", facts.volumes().getFirst().claim())
        .replace("${pvc.namespace}", facts.knownTarget().namespace());
  }
}
