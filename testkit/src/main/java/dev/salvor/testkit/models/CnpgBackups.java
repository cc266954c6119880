package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.World;
import dev.salvor.testkit.models.CnpgCluster.Prefix;
import dev.salvor.testkit.models.PgLineage.Base;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/**
 * The Backup controller and the backup side of the barman plugin: takes a base backup of the
 * primary, switches the WAL, waits until that is archived (postgres.md 1.12).
 */
final class CnpgBackups {
  private static final Duration TIME = Duration.ofSeconds(3);

  private final ArchiveModel archive;
  private final CnpgInstances instances;
  private final Set<CnpgMishap> mishaps;

  CnpgBackups(ArchiveModel archive, CnpgInstances instances, Set<CnpgMishap> mishaps) {
    this.archive = archive;
    this.instances = instances;
    this.mishaps = mishaps;
  }

  void act(World world) {
    for (var cluster : world.look(Kinds.CLUSTER, ""))
      CnpgCluster.find(world, cluster.namespace(), cluster.name()).ifPresent(this::forget);
    for (var seen : world.look(Kinds.DATABASE_BACKUP, "")) {
      if (Set.of("completed", "failed", "invalid backup definition")
          .contains(seen.text("/status/phase"))) continue;
      if (seen.annotation(Cnpg.RECONCILIATION).equals("disabled")) continue;
      CnpgCluster.find(world, seen.namespace(), seen.text("/spec/cluster/name"))
          .filter(cluster -> !cluster.annotated(Cnpg.RECONCILIATION, "disabled"))
          .ifPresent(cluster -> backup(cluster, seen));
    }
  }

  /**
   * The plugin deletes Backups of this Cluster, by its UID, that are not in the catalog of the
   * lineage in use (plugin-barman-cloud retention.go): after a change of serverName all former
   * ones.
   */
  private void forget(CnpgCluster cluster) {
    var prefix = cluster.archive().filter(Prefix::plugin);
    if (prefix.isEmpty() || instances.writable(cluster).isEmpty()) return;
    var lineage = archive.lineage(prefix.get().destinationPath(), prefix.get().serverName());
    for (var backup : cluster.world.look(Kinds.DATABASE_BACKUP, cluster.namespace())) {
      if (backup.text("/status/phase").equals("completed")
          && backup.text("/status/pluginMetadata/clusterUID").equals(Json.uid(cluster.json))
          && lineage.base(backup.text("/status/backupId")).isEmpty())
        cluster.world.delete(backup.ref());
    }
  }

  private void backup(CnpgCluster cluster, Seen seen) {
    var backup = seen.json().deepCopy();
    var status = Json.at(backup, "/status");
    var method = seen.text("/spec/method");
    var prefix = cluster.archive();
    if (prefix.isEmpty() || prefix.get().plugin() != method.equals("plugin")) {
      status
          .put("phase", "failed")
          .put("error", "no barmanObjectStore section defined on the target cluster");
      cluster.world.update(backup);
      return;
    }
    var primary = instances.serving(cluster);
    if (primary.isEmpty()) return;
    if (status.path("startedAt").asText().isEmpty()) {
      start(cluster, backup, primary.get(), prefix.get());
      return;
    }
    var started = Instant.parse(status.path("startedAt").asText());
    if (mishaps.contains(CnpgMishap.BACKUP_FAILS)) {
      fail(cluster, backup);
    } else if (mishaps.contains(CnpgMishap.BACKUP_WAITS_FOR_ARCHIVING)
        || cluster.condition("ContinuousArchiving").equals("False")) {
      status.put("phase", "walArchivingFailing");
      cluster.world.update(backup);
    } else if (!cluster.world.now().isBefore(started.plus(TIME))) {
      complete(cluster, backup, primary.get(), prefix.get());
    } else {
      status.put("phase", "running");
      cluster.world.update(backup);
    }
  }

  private void start(CnpgCluster cluster, ObjectNode backup, Seen primary, Prefix prefix) {
    var data = instances.data(cluster, primary);
    var now = cluster.world.now().truncatedTo(ChronoUnit.SECONDS);
    var lineage = archive.lineage(prefix.destinationPath(), prefix.serverName());
    if (lineage.base(ArchiveModel.id(now)).isPresent()) return;
    // a standby cannot: it begins where it last replayed a checkpoint
    if (!data.standby) data.switchWal();
    CnpgVolumes.write(cluster.world, primary, data);
    var begin = data.standby ? CnpgFollowers.bounds(data).getFirst() : data.end();
    var status = Json.at(backup, "/status");
    status
        .put("phase", "started")
        .put("method", Json.text(backup, "/spec/method"))
        .put("startedAt", now.toString())
        .put("reconciliationStartedAt", now.toString())
        .put("beginLSN", PgData.lsn(begin))
        .put("beginWal", PgData.wal(data.timeline, begin / PgData.SEGMENT));
    var on =
        Json.text(backup, "/spec/target").equals("primary") ? primary : standby(cluster, primary);
    status
        .putObject("instanceID")
        .put("podName", on.name())
        .put("ContainerID", "containerd://" + on.uid());
    cluster.world.update(backup);
    cluster.condition("LastBackupSucceeded", false, "BackupStarted", "New Backup starting up");
    cluster.save();
  }

  /** The default target is prefer-standby. */
  private static Seen standby(CnpgCluster cluster, Seen primary) {
    return cluster.pods().stream()
        .filter(pod -> Pods.isReady(pod) && !pod.name().equals(primary.name()))
        .findFirst()
        .orElse(primary);
  }

  private void complete(CnpgCluster cluster, ObjectNode backup, Seen primary, Prefix prefix) {
    var data = instances.data(cluster, primary);
    var status = Json.at(backup, "/status");
    var begin = Instant.parse(status.path("startedAt").asText());
    var end = cluster.world.now().truncatedTo(ChronoUnit.SECONDS);
    var beginLsn = PgData.lsn(status.path("beginLSN").asText());
    var endLsn = data.standby ? CnpgFollowers.bounds(data).getLast() : data.end() + 0x40;
    var snapshot = data.copy(data.dir);
    snapshot.standby = false;
    if (!data.standby) data.segment = endLsn / PgData.SEGMENT + 1;
    var id = ArchiveModel.id(begin);
    var name = "backup-" + id.replace("T", "");
    var base = new Base(id, name, snapshot, beginLsn, endLsn, begin, end, Cnpg.MAJOR, true);
    archive.lineage(prefix.destinationPath(), prefix.serverName()).bases.add(base);
    if (!data.standby) instances.archive(cluster, data);
    CnpgVolumes.write(cluster.world, primary, data);
    status
        .put("phase", "completed")
        .put("backupId", id)
        .put("backupName", name)
        .put("stoppedAt", end.toString())
        .put("reconciliationTerminatedAt", end.toString())
        .put("beginWal", base.beginWal())
        .put("endWal", base.endWal())
        .put("endLSN", PgData.lsn(endLsn))
        .put("online", true)
        .put("majorVersion", Cnpg.MAJOR);
    if (prefix.plugin()) {
      status
          .putObject("pluginMetadata")
          .put("timeline", Long.toString(data.timeline))
          .put("version", "0.14.0")
          .put("name", Cnpg.PLUGIN)
          .put("displayName", "BarmanCloudInstance")
          .put("clusterUID", Json.uid(cluster.json))
          .put("pluginName", Cnpg.PLUGIN);
    } else {
      status
          .put("destinationPath", prefix.destinationPath())
          .put("serverName", prefix.serverName());
    }
    cluster.world.update(backup);
    cluster.condition("LastBackupSucceeded", true, "LastBackupSucceeded", "Backup was successful");
    cluster.save();
    window(cluster, prefix);
  }

  /** {@code status.serverRecoveryWindow} of the ObjectStore (postgres.md 1.13). */
  private void window(CnpgCluster cluster, Prefix prefix) {
    if (!prefix.plugin()) return;
    var bases = archive.lineage(prefix.destinationPath(), prefix.serverName()).bases;
    cluster
        .world
        .get(Kinds.OBJECT_STORE.ref(cluster.namespace(), prefix.store()))
        .ifPresent(store -> {
          Json.at(store, "/status/serverRecoveryWindow")
              .putObject(prefix.serverName())
              .put("firstRecoverabilityPoint", bases.getFirst().end().toString())
              .put("lastSuccessfulBackupTime", bases.getLast().end().toString());
          cluster.world.update(store);
        });
  }

  private static void fail(CnpgCluster cluster, ObjectNode backup) {
    var error = "unexpected failure invoking barman-cloud-backup: exit status 4";
    Json.at(backup, "/status")
        .put("phase", "failed")
        .put("error", error)
        .put("stoppedAt", cluster.world.now().toString());
    cluster.world.update(backup);
    cluster.condition("LastBackupSucceeded", false, "LastBackupFailed", error);
    cluster.save();
  }
}
