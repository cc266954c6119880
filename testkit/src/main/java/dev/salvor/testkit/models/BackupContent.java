package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What lies in the bucket for one backup.
 *
 * @param schedule the Schedule that made it; null if a person did
 * @param objects as they were, in no order
 * @param volumes every claim that a pod of the backup used, also those without data
 */
public record BackupContent(
    String name,
    String namespace,
    @Nullable String schedule,
    Instant startedAt,
    Instant expiresAt,
    List<ObjectNode> objects,
    List<Volume> volumes) {

  /**
   * One volume of a pod.
   *
   * @param snapshotId null for a volume that was empty, or whose backup failed
   * @param bytes as the backup counted them
   * @param data stands for the bytes
   * @param skipped why there is no data at all, e.g. opted out; null if there is
   */
  public record Volume(
      Method method,
      String claim,
      String pod,
      String volume,
      @Nullable String snapshotId,
      long bytes,
      String data,
      @Nullable String skipped) {}

  public BackupContent {
    objects = List.copyOf(objects);
    volumes = List.copyOf(volumes);
  }

  private static final List<Kind> SAVED =
      List.of(
          Kinds.POD,
          Kinds.PVC,
          Kinds.CONFIG_MAP,
          Kinds.SECRET,
          Kinds.SERVICE,
          Kinds.DEPLOYMENT,
          Kinds.REPLICA_SET,
          Kinds.STATEFUL_SET,
          Kinds.DAEMON_SET,
          Kinds.JOB,
          Kinds.CRON_JOB,
          Kinds.HPA,
          Kinds.KUSTOMIZATION,
          Kinds.HELM_RELEASE,
          Kinds.APPLICATION);

  /** Takes a backup of a namespace as it is now: 1 MiB for every claim that a pod uses. */
  public static BackupContent of(World world, String name, String namespace, Method method) {
    var objects = new ArrayList<ObjectNode>();
    world.get(Kinds.NAMESPACE.ref(namespace)).ifPresent(found -> objects.add(found.deepCopy()));
    for (var kind : SAVED) {
      for (var object : world.list(kind, namespace)) {
        if (!Json.label(object, "velero.io/exclude-from-backup").equals("true"))
          objects.add(object.deepCopy());
      }
    }
    var volumes = new ArrayList<Volume>();
    var taken = new HashSet<String>();
    for (var claim : world.list(Kinds.PVC, namespace)) {
      var pv = Json.text(claim, "/spec/volumeName");
      world.get(Kinds.PV.ref(pv)).ifPresent(found -> objects.add(found.deepCopy()));
    }
    for (var pod : world.list(Kinds.POD, namespace)) {
      for (var volume : pod.at("/spec/volumes")) {
        var claim = volume.at("/persistentVolumeClaim/claimName").asText("");
        if (claim.isEmpty() || !taken.add(claim)) continue;
        var pv =
            world
                .get(Kinds.PVC.ref(namespace, claim))
                .flatMap(found -> world.get(Kinds.PV.ref(Json.text(found, "/spec/volumeName"))));
        volumes.add(
            new Volume(
                method,
                claim,
                Json.name(pod),
                volume.path("name").asText(),
                "snap-" + name + "-" + claim,
                1 << 20,
                pv.map(found -> world.volumeData().of(Json.uid(found))).orElse(""),
                null));
      }
    }
    var now = world.now();
    return new BackupContent(
        name, namespace, null, now, now.plusSeconds(30L * 24 * 3600), objects, volumes);
  }

  /** The same backup, as if {@code schedule} had made it. */
  public BackupContent madeBy(String byName) {
    return new BackupContent(name, namespace, byName, startedAt, expiresAt, objects, volumes);
  }

  /** The same backup, taken at another time. */
  public BackupContent takenAt(Instant start, Instant expires) {
    return new BackupContent(name, namespace, schedule, start, expires, objects, volumes);
  }

  /** The same backup with other volumes. */
  public BackupContent with(List<Volume> others) {
    return new BackupContent(name, namespace, schedule, startedAt, expiresAt, objects, others);
  }

  /** The same backup without a claim: neither the object nor its data. */
  public BackupContent without(String claim) {
    return new BackupContent(
        name,
        namespace,
        schedule,
        startedAt,
        expiresAt,
        objects.stream()
            .filter(object -> !(is(object, Kinds.PVC) && Json.name(object).equals(claim)))
            .toList(),
        volumes.stream().filter(volume -> !volume.claim().equals(claim)).toList());
  }

  List<ObjectNode> objects(Kind kind) {
    return objects.stream().filter(object -> is(object, kind)).toList();
  }

  Optional<ObjectNode> object(Kind kind, String named) {
    return objects(kind).stream().filter(object -> Json.name(object).equals(named)).findFirst();
  }

  Optional<Volume> volume(String claim) {
    return volumes.stream().filter(volume -> volume.claim().equals(claim)).findFirst();
  }

  /** Volumes that Velero fills through this pod: those with a PodVolumeBackup with a snapshot. */
  List<Volume> filled(String pod) {
    return volumes.stream()
        .filter(volume ->
            volume.method() == Method.FileSystem
                && volume.pod().equals(pod)
                && volume.snapshotId() != null
                && volume.skipped() == null)
        .toList();
  }

  static boolean is(JsonNode object, Kind kind) {
    return kind.of(Json.ref(object));
  }
}
