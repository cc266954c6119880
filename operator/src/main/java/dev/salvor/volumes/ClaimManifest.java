package dev.salvor.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The manifest a claim is created again from (swap.md 2.2). */
final class ClaimManifest {
  private static final Set<String> BINDING =
      Set.of(
          "volume.kubernetes.io/selected-node",
          "volume.kubernetes.io/storage-provisioner",
          "volume.beta.kubernetes.io/storage-provisioner",
          "volume.kubernetes.io/storage-resizer");

  /** A setting of the user for later backups, not a trace of an earlier restore. */
  private static final String SNAPSHOT_CLASS = "velero.io/csi-volumesnapshot-class";

  private ClaimManifest() {}

  /**
   * The claim without what belongs to its present volume, to Velero or to Salvor. {@code mapping}
   * replaces its class; a claim without a class stays without (B17).
   */
  static ObjectNode of(ClusterReader cluster, ClaimView claim, Map<String, String> mapping) {
    var json = claim.seen().json();
    var manifest = JsonNodeFactory.instance.objectNode();
    manifest.put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
    var metadata = manifest.putObject("metadata");
    metadata.put("name", claim.name()).put("namespace", claim.seen().namespace());
    copy(json.at("/metadata/labels"), "labels", metadata, ClaimManifest::stays);
    copy(json.at("/metadata/annotations"), "annotations", metadata, ClaimManifest::stays);
    if (json.at("/metadata/ownerReferences").isArray())
      metadata.set("ownerReferences", json.at("/metadata/ownerReferences").deepCopy());
    dropDeadOwners(cluster, manifest);
    if (json.path("spec") instanceof ObjectNode spec) {
      var kept = spec.deepCopy();
      kept.remove("volumeName");
      var mapped = mapping.get(claim.storageClass());
      if (mapped != null && !claim.storageClass().isEmpty()) kept.put("storageClassName", mapped);
      manifest.set("spec", kept);
    }
    return manifest;
  }

  /** The claim to POST: bound to {@code volume} by name, signed by the run. */
  static ObjectNode bound(ClusterReader cluster, ObjectNode manifest, String volume, Run run) {
    var claim = manifest.deepCopy();
    dropDeadOwners(cluster, claim);
    claim.withObject("/spec").put("volumeName", volume);
    claim.withObject("/metadata/annotations").put(Marks.HELD_BY, run.by());
    return claim;
  }

  /**
   * The garbage collector deletes a claim whose owners are all gone: only owners whose UID exists
   * now are named, and never pods (B12).
   */
  private static void dropDeadOwners(ClusterReader cluster, ObjectNode manifest) {
    var namespace = manifest.at("/metadata/namespace").asText();
    var living = JsonNodeFactory.instance.arrayNode();
    for (var owner : manifest.at("/metadata/ownerReferences"))
      if (lives(cluster, namespace, owner)) living.add(owner);
    if (manifest.path("metadata") instanceof ObjectNode metadata) {
      if (living.isEmpty()) metadata.remove("ownerReferences");
      else metadata.set("ownerReferences", living);
    }
  }

  private static boolean lives(ClusterReader cluster, String namespace, JsonNode owner) {
    var ref =
        new Ref(
            owner.path("apiVersion").asText(),
            owner.path("kind").asText(),
            namespace,
            owner.path("name").asText());
    if (Kinds.POD.of(ref) || Kinds.ALL.stream().noneMatch(kind -> kind.of(ref))) return false;
    var found = cluster.get(Kinds.of(ref).ref(namespace, ref.name()));
    return found
        .filter(seen -> seen.uid().equals(owner.path("uid").asText()) && !seen.terminating())
        .isPresent();
  }

  private static boolean stays(String key) {
    if (key.equals(SNAPSHOT_CLASS)) return true;
    var group = key.contains("/") ? key.substring(0, key.indexOf('/')) : "";
    return !group.equals("pv.kubernetes.io")
        && !group.equals("velero.io")
        && !group.endsWith(".velero.io")
        && !group.equals(Marks.GROUP)
        && !BINDING.contains(key);
  }

  private static void copy(
      JsonNode from, String name, ObjectNode metadata, Predicate<String> stays) {
    var kept = JsonNodeFactory.instance.objectNode();
    from.properties().stream()
        .filter(entry -> stays.test(entry.getKey()))
        .forEach(entry -> kept.set(entry.getKey(), entry.getValue().deepCopy()));
    if (!kept.isEmpty()) metadata.set(name, kept);
  }
}
