package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.Json.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Velero server of 1.18 with its node-agents: one worker for Restores, which also handles their
 * deletion; a PodVolumeRestore for each volume of a pod that the Restore itself created; data moved
 * over several rounds.
 */
public final class VeleroModel implements Model {
  /** {@code status.failureReason} of a Restore that was running when the server started. */
  public static final String RESTARTED =
      "found a restore with status \"InProgress\" during the server starting, mark it as \"Failed\"";

  static final String FINALIZER = "restores.velero.io/external-resources-finalizer";

  private final String namespace;
  private final String urls;
  private final Map<String, BackupContent> bucket = new LinkedHashMap<>();
  private final Map<String, byte[]> published = new LinkedHashMap<>();
  private final Set<Mishap> mishaps = EnumSet.noneOf(Mishap.class);
  private final Map<String, RestoreRun> runs = new LinkedHashMap<>();
  private final NodeAgents nodeAgents;
  private int busyRounds = 5;
  private @Nullable Instant checkedAt;

  /**
   * A server that looks into {@code namespace}.
   *
   * @param urls what the addresses of downloads begin with; the bytes behind them are {@link
   *     #published}
   */
  public VeleroModel(String namespace, String urls) {
    this.namespace = namespace;
    this.urls = urls;
    this.nodeAgents = new NodeAgents(namespace, mishaps);
  }

  /** Makes things go wrong from here on. */
  public VeleroModel with(Mishap... more) {
    mishaps.addAll(List.of(more));
    return this;
  }

  /** Makes it go right again. */
  public VeleroModel without(Mishap mishap) {
    mishaps.remove(mishap);
    return this;
  }

  /** The bytes behind the download addresses. */
  public Map<String, byte[]> published() {
    return published;
  }

  /** Server, storage location, worker pods on every node. */
  public void install(World world) {
    VeleroInstallation.into(world, namespace);
  }

  /** Puts a backup into the bucket and shows it in the cluster. */
  public void store(World world, BackupContent backup) {
    bucket.put(backup.name(), backup);
    BackupObjects.create(world, namespace, backup);
  }

  @Override
  public void act(World world) {
    if (mishaps.contains(Mishap.SERVER_HANGS)) return;
    checkLocations(world);
    if (!mishaps.contains(Mishap.DOWNLOADS_UNANSWERED)) answerDownloads(world);
    if (mishaps.contains(Mishap.SERVER_RESTARTS) && nodeAgents.movedBytes(world)) restart(world);
    skipOnce(world);
    work(world);
    finish(world);
    nodeAgents.act(world, bucket);
  }

  /** The server process ends and starts: what was InProgress is Failed, its children cancelled. */
  public void restart(World world) {
    mishaps.remove(Mishap.SERVER_RESTARTS);
    for (var restore : world.list(Kinds.RESTORE, namespace)) {
      if (!phase(restore).equals("InProgress")) continue;
      status(restore)
          .put("phase", "Failed")
          .put("failureReason", RESTARTED)
          .put("completionTimestamp", world.now().toString());
      world.update(restore);
      for (var kind : List.of(Kinds.POD_VOLUME_RESTORE, Kinds.DATA_DOWNLOAD)) {
        for (var child : world.list(kind, namespace)) {
          if (!Json.label(child, "velero.io/restore-uid").equals(Json.uid(restore))
              || NodeAgents.ended(child)) continue;
          Json.at(child, "/spec").put("cancel", true);
          world.update(child);
        }
      }
      runs.remove(Json.uid(restore));
    }
  }

  private void work(World world) {
    if (mishaps.contains(Mishap.ANOTHER_RESTORE_FIRST) && busyRounds > 0) {
      occupy(world);
      return;
    }
    var restores = world.list(Kinds.RESTORE, namespace);
    var running = restores.stream().filter(one -> phase(one).equals("InProgress")).findFirst();
    if (running.isPresent()) {
      var restore = running.get();
      var run = runs.get(Json.uid(restore));
      if (run == null) {
        restart(world);
      } else {
        deleteBackup(world, restore);
        run.go(world, restore);
      }
      return;
    }
    for (var restore : restores) {
      if (Json.terminating(restore)) forget(world, restore);
    }
    restores.stream()
        .filter(one -> !Json.terminating(one) && List.of("", "New").contains(phase(one)))
        .min(
            Comparator.comparing((ObjectNode one) -> text(one, "/metadata/creationTimestamp"))
                .thenComparing(Json::name))
        .ifPresent(next -> start(world, next));
  }

  private void start(World world, ObjectNode restore) {
    var content = Optional.ofNullable(bucket.get(text(restore, "/spec/backupName")));
    var invalid = validate(world, restore, content);
    if (!invalid.isEmpty()) {
      status(restore).put("phase", "FailedValidation");
      Json.at(restore, "/status").putArray("validationErrors").add(invalid);
      world.update(restore);
      return;
    }
    var finalizers = Json.at(restore, "/metadata").withArray("finalizers");
    if (finalizers.isEmpty()) finalizers.add(FINALIZER);
    var configMap =
        world.get(Kinds.CONFIG_MAP.ref(namespace, text(restore, "/spec/resourceModifier/name")));
    var modifier = configMap.map(ResourceModifier::of).orElse(ResourceModifier.none());
    runs.put(
        Json.uid(restore),
        new RestoreRun(namespace, content.orElseThrow(), modifier, Set.copyOf(mishaps)));
    status(restore).put("phase", "InProgress").put("startTimestamp", world.now().toString());
    world.update(restore);
  }

  /** The validation error, as the server words it (restore_controller.go validateAndComplete). */
  private String validate(World world, ObjectNode restore, Optional<BackupContent> content) {
    var name = text(restore, "/spec/backupName");
    var backup = world.get(Kinds.BACKUP.ref(namespace, name));
    if (backup.isEmpty() || content.isEmpty())
      return "Error retrieving backup: backups.velero.io \"" + name + "\" not found";
    var location =
        world.get(
            Kinds.BACKUP_STORAGE_LOCATION.ref(
                namespace, text(backup.get(), "/spec/storageLocation")));
    if (location.isEmpty()) return "Backup storage location not found";
    if (!text(location.get(), "/status/phase").equals("Available"))
      return "The BSL " + Json.name(location.get()) + " is unavailable, cannot retrieve the backup";
    var modifier = text(restore, "/spec/resourceModifier/name");
    if (modifier.isEmpty()) return "";
    var configMap = world.get(Kinds.CONFIG_MAP.ref(namespace, modifier));
    if (configMap.isEmpty())
      return "failed to get resource modifiers configmap " + namespace + "/" + modifier;
    try {
      ResourceModifier.of(configMap.get());
      return "";
    } catch (IllegalArgumentException e) {
      return "Error in parsing resource modifiers provided in configmap: " + e.getMessage();
    }
  }

  private void finish(World world) {
    for (var restore : world.list(Kinds.RESTORE, namespace)) {
      var run = runs.get(Json.uid(restore));
      if (run == null || !run.finish(world, restore)) continue;
      runs.remove(Json.uid(restore));
    }
  }

  private void forget(World world, ObjectNode restore) {
    var finalizers = Json.at(restore, "/metadata").withArray("finalizers");
    if (finalizers.isEmpty()) return;
    finalizers.removeAll();
    runs.remove(Json.uid(restore));
    world.update(restore);
  }

  private void deleteBackup(World world, ObjectNode restore) {
    if (!mishaps.remove(Mishap.BACKUP_DELETED)) return;
    var name = text(restore, "/spec/backupName");
    bucket.remove(name);
    world.delete(Kinds.BACKUP.ref(namespace, name));
  }

  private void occupy(World world) {
    var ref = Kinds.RESTORE.ref(namespace, "somebody-elses");
    busyRounds--;
    var there = world.get(ref);
    if (there.isEmpty()) {
      var restore = Json.manifest(Kinds.RESTORE, namespace, "somebody-elses");
      Json.set(restore, "/spec/backupName", "another");
      status(restore).put("phase", "InProgress").put("startTimestamp", world.now().toString());
      world.create(restore);
    } else if (busyRounds == 0) {
      var restore = there.get();
      status(restore).put("phase", "Completed").put("completionTimestamp", world.now().toString());
      world.update(restore);
    }
  }

  private void checkLocations(World world) {
    var wanted = mishaps.contains(Mishap.LOCATION_UNAVAILABLE) ? "Unavailable" : "Available";
    var now = world.now();
    var due = checkedAt == null || checkedAt.plusSeconds(60).isBefore(now);
    for (var location : world.list(Kinds.BACKUP_STORAGE_LOCATION, namespace)) {
      if (!due && text(location, "/status/phase").equals(wanted)) continue;
      status(location)
          .put("phase", wanted)
          .put("lastValidationTime", now.toString())
          .put("lastSyncedTime", now.toString());
      world.update(location);
    }
    if (due) checkedAt = now;
  }

  /** {@code skipImmediately} is taken back once it was obeyed (velero schedule_controller.go). */
  private void skipOnce(World world) {
    for (var schedule : world.list(Kinds.SCHEDULE, namespace)) {
      if (!schedule.at("/spec/skipImmediately").asBoolean()
          || schedule.at("/spec/paused").asBoolean()) continue;
      Json.at(schedule, "/spec").put("skipImmediately", false);
      status(schedule).put("lastSkipped", world.now().toString());
      world.update(schedule);
    }
  }

  private void answerDownloads(World world) {
    for (var request : world.list(Kinds.DOWNLOAD_REQUEST, namespace)) {
      var expires = text(request, "/status/expiration");
      if (!expires.isEmpty() && Instant.parse(expires).isBefore(world.now()))
        world.delete(Json.ref(request));
      if (!phase(request).isEmpty() && !phase(request).equals("New")) continue;
      var backup = bucket.get(text(request, "/spec/target/name"));
      if (backup == null) continue;
      var kind = text(request, "/spec/target/kind");
      var url = urls + kind + "/" + backup.name();
      published.computeIfAbsent(
          url,
          key ->
              switch (kind) {
                case "BackupContents" -> BackupFiles.contents(backup);
                case "BackupVolumeInfos" -> BackupFiles.volumeInfos(backup);
                default -> BackupFiles.gzip("{}");
              });
      status(request)
          .put("phase", "Processed")
          .put("downloadURL", url)
          .put("expiration", world.now().plusSeconds(600).toString());
      world.update(request);
    }
  }

  static String phase(ObjectNode object) {
    return text(object, "/status/phase");
  }

  static ObjectNode status(ObjectNode object) {
    return Json.at(object, "/status");
  }
}
