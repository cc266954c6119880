package dev.salvor.nodeloss;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.api.StrandedClaim;
import dev.salvor.kube.Json;
import dev.salvor.kube.LonghornBackup;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Manifests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A topology in short: {@code volumes} are claims with their volume, and with {@code pod} a pod
 * that uses it on that node; {@code node} is short for a node affinity to its host name.
 */
record Drawing(NodeLossRecoverySpec spec, Topology all, Backups backups) {
  static Drawing of(String text) {
    var drawing = Manifests.one(text);
    var nodes = new ArrayList<Seen>();
    for (var node : drawing.path("nodes")) {
      var object = object("v1", "Node", "", node.path("name").asText());
      object.withObject("/metadata").set("labels", node.path("labels"));
      object
          .withObject("/metadata")
          .put("creationTimestamp", node.path("created").asText("2025-01-01T00:00:00Z"));
      if (node.has("ready"))
        object
            .putObject("status")
            .putArray("conditions")
            .addObject()
            .put("type", "Ready")
            .put("status", node.get("ready").asText());
      nodes.add(seen(object));
    }
    var volumes = new ArrayList<Seen>();
    var claims = new ArrayList<Seen>();
    var pods = new ArrayList<Seen>();
    for (var drawn : drawing.path("volumes")) {
      volumes.add(seen(volume(drawn)));
      claims.add(seen(claim(drawn)));
      if (drawn.has("pod")) pods.add(seen(pod(drawn)));
    }
    var databases = new ArrayList<Seen>();
    for (var name : drawing.path("databases"))
      databases.add(seen(object("postgresql.cnpg.io/v1", "Cluster", space(name), last(name))));
    try {
      return new Drawing(
          Json.MAPPER.treeToValue(drawing.get("spec"), NodeLossRecoverySpec.class),
          new Topology(
              nodes, volumes, claims, pods, databases, mariadbs(drawing), longhorn(drawing)),
          backups(drawing));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<StrandedClaim> rows() {
    return FindStrandedVolumes.rows(spec, all, backups);
  }

  private static List<Seen> mariadbs(ObjectNode drawing) {
    var all = new ArrayList<Seen>();
    for (var drawn : drawing.path("mariadbs")) {
      var name = drawn.path("name");
      var object = object("k8s.mariadb.com/v1alpha1", "MariaDB", space(name), last(name));
      object.set("spec", drawn.path("spec"));
      all.add(seen(object));
    }
    return all;
  }

  private static Backups backups(ObjectNode drawing) {
    Map<String, Seen> usable = new LinkedHashMap<>();
    Map<String, Set<String>> byClaim = new HashMap<>();
    for (var drawn : drawing.path("backups")) {
      if (!drawn.path("phase").asText("Completed").equals("Completed")) continue;
      var name = drawn.path("name").asText();
      var backup = object("velero.io/v1", "Backup", "velero", name);
      backup.putObject("status").put("startTimestamp", drawn.path("at").asText());
      usable.put(name, seen(backup));
      for (var claim : drawn.path("claims"))
        byClaim.computeIfAbsent(claim.asText(), _ -> new TreeSet<>()).add(name);
    }
    Map<String, Seen> sources = new HashMap<>();
    for (var drawn : drawing.path("replicationSources")) {
      var name = drawn.path("name");
      var source = object("volsync.backube/v1alpha1", "ReplicationSource", space(name), last(name));
      source.putObject("spec").put("sourcePVC", drawn.path("claim").asText()).putObject("restic");
      if (drawn.has("at")) source.putObject("status").put("lastSyncTime", drawn.get("at").asText());
      sources.put(name.asText(), seen(source));
    }
    return new Backups(usable, byClaim, sources, Map.of(), longhornBackups(drawing));
  }

  /** {@code replicas: [n1, n2 failed, n3 new]} of a volume, all of Longhorn. */
  private static Replicated longhorn(ObjectNode drawing) {
    var volumes = new ArrayList<Seen>();
    var replicas = new ArrayList<Seen>();
    for (var drawn : drawing.path("volumes")) {
      if (!drawn.has("replicas")) continue;
      var name = "lh-" + last(drawn.path("claim"));
      if (drawn.path("known").asBoolean(true)) {
        var volume = object("longhorn.io/v1beta2", "Volume", "longhorn-system", name);
        if (drawn.has("robustness"))
          volume.putObject("status").put("robustness", drawn.get("robustness").asText());
        volumes.add(seen(volume));
      }
      for (var one : drawn.get("replicas")) {
        var word = one.asText().split(" ", -1);
        var replica =
            object("longhorn.io/v1beta2", "Replica", "longhorn-system", name + "-r-" + word[0]);
        replica.withObject("/metadata/labels").put("longhornvolume", name);
        replica
            .withObject("/metadata")
            .put("creationTimestamp", drawn.path("created").asText("2025-06-01T00:00:00Z"));
        var state = word.length > 1 ? word[1] : "";
        replica
            .putObject("spec")
            .put("nodeID", word[0])
            .put("healthyAt", state.equals("new") ? "" : "2025-06-01T00:00:00Z")
            .put("failedAt", state.equals("failed") ? "2025-07-01T00:00:00Z" : "");
        replicas.add(seen(replica));
      }
    }
    return Replicated.of(volumes, replicas);
  }

  private static List<LonghornBackup> longhornBackups(ObjectNode drawing) {
    var all = new ArrayList<LonghornBackup>();
    for (var drawn : drawing.path("longhornBackups")) {
      var backup =
          object("longhorn.io/v1beta2", "Backup", "longhorn-system", drawn.path("name").asText());
      var status = backup.putObject("status").put("state", drawn.path("state").asText("Completed"));
      status.put("url", "s3://x?backup=y").put("snapshotCreatedAt", drawn.path("at").asText());
      var claim = drawn.path("claim");
      status
          .putObject("labels")
          .put(
              "KubernetesStatus",
              "{\"namespace\":\"%s\",\"pvcName\":\"%s\",\"lastPVCRefAt\":\"%s\"}"
                  .formatted(space(claim), last(claim), drawn.path("left").asText("")));
      all.add(new LonghornBackup(seen(backup)));
    }
    all.sort(Comparator.comparing(LonghornBackup::takenAt).reversed());
    return all;
  }

  private static ObjectNode volume(JsonNode drawn) {
    var name = drawn.path("claim");
    var volume = object("v1", "PersistentVolume", "", "pv-" + last(name));
    if (drawn.has("replicas"))
      volume
          .withObject("/spec/csi")
          .put("driver", "driver.longhorn.io")
          .put("volumeHandle", "lh-" + last(name));
    var meta = volume.withObject("/metadata");
    meta.put("creationTimestamp", drawn.path("created").asText("2025-06-01T00:00:00Z"));
    if (drawn.has("annotations")) meta.set("annotations", drawn.get("annotations"));
    var spec = volume.withObject("/spec");
    spec.put("persistentVolumeReclaimPolicy", "Delete").put("storageClassName", "local");
    spec.putObject("claimRef").put("uid", "uid of " + name.asText());
    if (!drawn.has("terms") && !drawn.has("node") && !drawn.has("fields")) return volume;
    var terms = spec.withArray("/nodeAffinity/required/nodeSelectorTerms");
    for (var term : drawn.path("terms")) terms.addObject().set("matchExpressions", term);
    if (drawn.has("node"))
      in(
          terms.addObject().putArray("matchExpressions").addObject(),
          "kubernetes.io/hostname",
          drawn.get("node"));
    if (drawn.has("fields"))
      in(
          terms.addObject().putArray("matchFields").addObject(),
          "metadata.name",
          drawn.get("fields"));
    return volume;
  }

  private static void in(ObjectNode expression, String key, JsonNode value) {
    expression.put("key", key).put("operator", "In").putArray("values").add(value);
  }

  private static ObjectNode claim(JsonNode drawn) {
    var name = drawn.path("claim");
    var claim = object("v1", "PersistentVolumeClaim", space(name), last(name));
    var meta = claim.withObject("/metadata").put("uid", "uid of " + name.asText());
    if (drawn.has("labels")) meta.set("labels", drawn.get("labels"));
    if (drawn.has("claimAnnotations")) meta.set("annotations", drawn.get("claimAnnotations"));
    if (drawn.has("ownerGroup"))
      meta.putArray("ownerReferences")
          .addObject()
          .put("apiVersion", drawn.get("ownerGroup").asText());
    claim.putObject("spec").put("volumeName", "pv-" + last(name));
    claim.withObject("/spec/resources/requests").put("storage", "1Gi");
    return claim;
  }

  private static ObjectNode pod(JsonNode drawn) {
    var name = drawn.path("claim");
    var pod = object("v1", "Pod", space(name), "pod-" + last(name));
    var spec = pod.putObject("spec").put("nodeName", drawn.path("pod").asText());
    spec.putArray("volumes")
        .addObject()
        .put("name", "v")
        .putObject("persistentVolumeClaim")
        .put("claimName", last(name));
    return pod;
  }

  private static ObjectNode object(String version, String kind, String namespace, String name) {
    var object = Json.object().put("apiVersion", version).put("kind", kind);
    var meta = object.putObject("metadata").put("name", name).put("uid", kind + " " + name);
    if (!namespace.isEmpty()) meta.put("namespace", namespace);
    return object;
  }

  private static Seen seen(ObjectNode object) {
    return new Seen(Manifests.ref(object), object);
  }

  private static String space(JsonNode name) {
    return name.asText().split("/", -1)[0];
  }

  private static String last(JsonNode name) {
    return name.asText().split("/", -1)[1];
  }
}
