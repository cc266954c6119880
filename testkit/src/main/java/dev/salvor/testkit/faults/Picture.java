package dev.salvor.testkit.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.models.CnpgModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Everything in a cluster that outlives a recovery, without what no two runs have in common: UIDs,
 * versions, times, the names of provisioned volumes. A volume is known by what is on it.
 */
public record Picture(Map<String, String> objects) {
  /** Come and go, or tell how it went and not what is there. */
  private static final Set<Kind> LEFT_OUT =
      Set.of(
          Kinds.POD,
          Kinds.REPLICA_SET,
          Kinds.NODE,
          Kinds.VOLUME_ATTACHMENT,
          Kinds.RESTORE,
          Kinds.POD_VOLUME_RESTORE,
          Kinds.DATA_DOWNLOAD,
          Kinds.DOWNLOAD_REQUEST,
          Kinds.BACKUP,
          Kinds.POD_VOLUME_BACKUP,
          Kinds.BACKUP_STORAGE_LOCATION,
          Kinds.NAMESPACE_RESTORE,
          Kinds.POSTGRES_RECOVERY,
          Kinds.ARCHIVE_RESET,
          Kinds.VOLUME_RECOVERY);

  /** Written by controllers at every binding or reconcile. */
  private static final Set<String> CHANGING =
      Set.of(
          "reconcile.fluxcd.io/requestedAt",
          "argocd.argoproj.io/refresh",
          "pv.kubernetes.io/bind-completed",
          "pv.kubernetes.io/bound-by-controller",
          "volume.kubernetes.io/selected-node",
          "volume.kubernetes.io/storage-provisioner",
          "volume.beta.kubernetes.io/storage-provisioner",
          "deployment.kubernetes.io/revision");

  private static final Pattern TIME = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z");

  /** A restore in place leaves the name of its Restore, which counts the attempts. */
  private static final Pattern ATTEMPT =
      Pattern.compile("(\"velero.io/restore-name\":\"salvor-)[0-9a-f]+-[0-9]+");

  /**
   * On the record of a recovery that another one started: its UID, and a hash that covers the time
   * until it may start.
   */
  private static final Pattern INTENT =
      Pattern.compile("(?<=\"uid\":\")[-0-9a-f]+(?=\",\"intent)|(?<=\"intent\":\")[0-9a-f]+");

  static final Picture NONE = new Picture(Map.of());

  /** As it is now. */
  public static Picture of(FakeCluster cluster) {
    var objects = new TreeMap<String, String>();
    var volumes = new ArrayList<String>();
    var runs = runs(cluster);
    for (var kind : Kinds.ALL) {
      if (LEFT_OUT.contains(kind)) continue;
      for (var object : cluster.world().list(kind, "")) {
        var masked = named(runs, masked(cluster, kind, object));
        if (kind == Kinds.PV) volumes.add(masked);
        else
          objects.put(
              kind.kind()
                  + " "
                  + object.at("/metadata/namespace").asText("")
                  + "/"
                  + named(runs, object.at("/metadata/name").asText()),
              masked);
      }
    }
    volumes.sort(null);
    for (var i = 0; i < volumes.size(); i++)
      objects.put("PersistentVolume #%02d".formatted(i), volumes.get(i));
    return new Picture(objects);
  }

  /** What differs, one line each; empty if nothing does. */
  public List<String> differences(Picture other) {
    var lines = new ArrayList<String>();
    var names = new TreeSet<>(objects.keySet());
    names.addAll(other.objects.keySet());
    for (var name : names) {
      var here = objects.getOrDefault(name, "absent");
      var there = other.objects.getOrDefault(name, "absent");
      if (!here.equals(there))
        lines.add(name + "\n      is     " + here + "\n      not    " + there);
    }
    return lines;
  }

  /** What is on every volume that there is. */
  static Set<String> data(FakeCluster cluster) {
    var data = new HashSet<String>();
    for (var uid : cluster.volumeData().all().keySet()) data.add(held(cluster, uid));
    return data;
  }

  /**
   * A number for how a cluster stands, objects and volumes, whatever time it is. What only the
   * models know is not in it.
   */
  static long standing(FakeCluster cluster) {
    var sum = cluster.standing();
    for (var uid : cluster.volumeData().all().keySet())
      sum += uid.hashCode() * 31L ^ held(cluster, uid).hashCode();
    return sum;
  }

  /**
   * The recoveries by UID: a child that was created later has another one, and names made of it.
   */
  private static Map<String, String> runs(FakeCluster cluster) {
    var runs = new HashMap<String, String>();
    for (var kind : Kinds.RECOVERIES)
      for (var recovery : cluster.world().list(kind, ""))
        runs.put(recovery.at("/metadata/uid").asText(), "<" + Manifests.ref(recovery).text() + ">");
    return runs;
  }

  private static String named(Map<String, String> runs, String text) {
    var named = text;
    for (var run : runs.entrySet()) {
      var uid = run.getKey();
      named =
          named
              .replace(uid, run.getValue())
              .replace("salvor-" + uid.substring(0, 8), "salvor-" + run.getValue());
    }
    return named;
  }

  private static String masked(FakeCluster cluster, Kind kind, ObjectNode object) {
    var masked = object.deepCopy();
    var ready = object.at("/status/readyReplicas");
    var phase = object.at("/status/phase");
    masked.remove("status");
    masked.remove("apiVersion");
    masked.remove("kind");
    var metadata = masked.putObject("metadata");
    for (var map : List.of("labels", "annotations")) {
      var kept = new TreeMap<String, String>();
      object
          .at("/metadata/" + map)
          .properties()
          .forEach(mark -> {
            if (!CHANGING.contains(mark.getKey()))
              kept.put(mark.getKey(), mark.getValue().asText());
          });
      if (!kept.isEmpty()) kept.forEach(metadata.putObject(map)::put);
    }
    var finalizers = object.at("/metadata/finalizers");
    if (!finalizers.isEmpty()) metadata.set("finalizers", finalizers);
    if (object.at("/metadata").has("deletionTimestamp")) metadata.put("terminating", true);
    for (var owner : object.at("/metadata/ownerReferences"))
      metadata.withArray("owners").add(owner.path("kind").asText() + owner.path("name").asText());
    if (kind == Kinds.PVC) maskClaim(cluster, masked, phase);
    if (kind == Kinds.PV) maskVolume(cluster, object, masked, phase);
    if (kind == Kinds.SCHEDULE && !masked.at("/spec/skipImmediately").asBoolean())
      masked.withObject("/spec").remove("skipImmediately");
    if (kind == Kinds.DEPLOYMENT || kind == Kinds.STATEFUL_SET) masked.put("ready", ready.asInt(0));
    var text = TIME.matcher(masked.toString()).replaceAll("<time>");
    return INTENT.matcher(ATTEMPT.matcher(text).replaceAll("$1<attempt>")).replaceAll("<intent>");
  }

  private static void maskClaim(FakeCluster cluster, ObjectNode masked, JsonNode phase) {
    var spec = masked.withObject("/spec");
    var pv = cluster.world().get(Kinds.PV.ref(spec.path("volumeName").asText("")));
    spec.remove("volumeName");
    spec.put(
        "holds",
        phase.asText()
            + ":"
            + pv.map(found -> held(cluster, found.at("/metadata/uid").asText())).orElse("nothing"));
  }

  private static void maskVolume(
      FakeCluster cluster, ObjectNode object, ObjectNode masked, JsonNode phase) {
    var spec = masked.withObject("/spec");
    for (var source : List.of("hostPath", "local", "csi", "nfs", "nodeAffinity"))
      spec.remove(source);
    var claimRef = spec.path("claimRef");
    spec.put(
        "claimRef", claimRef.path("namespace").asText() + "/" + claimRef.path("name").asText());
    masked.put("phase", phase.asText());
    masked.put("holds", held(cluster, object.at("/metadata/uid").asText()));
  }

  /** A database is known by its rows, not by how much WAL it has written. */
  private static String held(FakeCluster cluster, String pvUid) {
    return CnpgModel.outline(cluster.volumeData(), pvUid);
  }
}
