package dev.salvor.testkit.models;

import dev.salvor.kube.Seen;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What runs in the pods of the operator's Jobs: initdb, full-recovery, join. */
final class CnpgJobs implements Program {
  private final ArchiveModel archive;
  private final Set<CnpgMishap> mishaps;
  private final Map<String, Integer> exits = new HashMap<>();
  private Duration recovery = Duration.ofSeconds(2);
  private long systems = 7_400_000_000_000_000_000L;
  private int directories;

  CnpgJobs(ArchiveModel archive, Set<CnpgMishap> mishaps) {
    this.archive = archive;
    this.mishaps = mishaps;
  }

  /** How long a recovery takes. */
  void recovery(Duration time) {
    recovery = time;
  }

  @Override
  public Optional<State> state(World world, Seen pod, String container, Duration age) {
    if (container.equals("controldata")) return controlData(world, pod, age);
    var role = pod.label(Cnpg.JOB_ROLE);
    if (role.isEmpty() || !container.equals(role)) return Optional.empty();
    var cluster = CnpgCluster.find(world, pod.namespace(), pod.label(Cnpg.CLUSTER));
    if (cluster.isEmpty()) return Optional.of(new State.Running(true));
    var needed = role.equals(Cnpg.RECOVERY) ? recovery : KubeletModel.RUN;
    if (age.compareTo(needed) < 0) {
      if (role.equals(Cnpg.RECOVERY)) begun(world, pod, container);
      return Optional.of(new State.Running(true));
    }
    var code = exits.computeIfAbsent(pod.uid(), _ -> run(cluster.get(), pod, container) ? 0 : 1);
    return Optional.of(new State.Exited(code));
  }

  /** {@code pg_controldata} on a volume, by a Job of whoever mounts it. */
  private static Optional<State> controlData(World world, Seen pod, Duration age) {
    if (age.compareTo(KubeletModel.RUN) < 0) return Optional.of(new State.Running(true));
    var claim = Pods.claims(pod).stream().findFirst().orElse("");
    var data = CnpgVolumes.read(world, pod.namespace(), claim);
    var said = data.map(PgLog::control).orElse("pg_controldata: error: could not open file");
    world.podLogs().set(pod.ref(), "controldata", said);
    return Optional.of(new State.Exited(data.isPresent() ? 0 : 1));
  }

  private boolean run(CnpgCluster cluster, Seen pod, String role) {
    var log =
        new PgLog(
            cluster.world.now(),
            pod.name(),
            cluster
                .external(cluster.spec("/bootstrap/recovery/source"))
                .map(CnpgCluster.Prefix::plugin)
                .orElse(true));
    var data =
        switch (role) {
          case Cnpg.RECOVERY -> recover(cluster, log);
          case Cnpg.JOIN -> join(cluster, log);
          default -> initdb(cluster, pod, log);
        };
    data.ifPresent(made -> CnpgVolumes.write(cluster.world, pod, made));
    var logs = cluster.world.podLogs();
    logs.set(pod.ref(), role, String.join("\n", log.main));
    if (!log.plugin.isEmpty()) logs.set(pod.ref(), Cnpg.SIDECAR, String.join("\n", log.plugin));
    return data.isPresent();
  }

  private static void begun(World world, Seen pod, String container) {
    var log = new PgLog(world.now(), pod.name(), false);
    log.operator("Restore through plugin detected, proceeding...");
    if (world.podLogs().tail(pod.ref(), container, 1).isEmpty())
      world.podLogs().set(pod.ref(), container, String.join("\n", log.main));
  }

  /** A data directory that is there is renamed, or deleted if it is none: the data are lost. */
  private Optional<PgData> initdb(CnpgCluster cluster, Seen pod, PgLog log) {
    if (CnpgVolumes.read(cluster.world, pod.namespace(), pod.label(Cnpg.INSTANCE)).isPresent())
      log.operator("PGData already exists, renaming the folder");
    log.operator("Creating new data directory");
    return Optional.of(new PgData(directory(), Long.toString(++systems)));
  }

  private Optional<PgData> join(CnpgCluster cluster, PgLog log) {
    var primary = cluster.pod(cluster.status("currentPrimary")).filter(Pods::isReady);
    var data =
        primary.flatMap(pod -> CnpgVolumes.read(cluster.world, cluster.namespace(), pod.name()));
    if (data.isEmpty()) {
      log.error("Error joining node", "primary is not ready");
      return Optional.empty();
    }
    // the end of pg_basebackup closes a segment of the primary (do_pg_backup_stop)
    data.get().switchWal();
    CnpgVolumes.write(cluster.world, primary.get(), data.get());
    var copy = data.get().copy(directory());
    copy.standby = true;
    copy.marker = true;
    return Optional.of(copy);
  }

  private Optional<PgData> recover(CnpgCluster cluster, PgLog log) {
    if (mishaps.remove(CnpgMishap.RECOVERY_FAILS_ONCE)) {
      log.barman(
          "barman",
          "ERROR: Barman cloud backup list exception: An error occurred (403) when calling the"
              + " HeadBucket operation: Forbidden");
      log.pluginFailed("exit status 4");
      return Optional.empty();
    }
    if (mishaps.contains(CnpgMishap.RECOVERY_FAILS)) {
      log.barman(
          "barman-cloud-restore", "ERROR: Barman cloud restore exception: No space left on device");
      log.pluginFailed("exit status 1");
      return Optional.empty();
    }
    var name = cluster.spec("/bootstrap/recovery/source");
    var source = cluster.external(name);
    if (source.isEmpty()) {
      log.restoreFailed("missing external cluster: " + name);
      return Optional.empty();
    }
    var own =
        cluster.annotated(Cnpg.SKIP_EMPTY_CHECK, "enabled")
            ? null
            : cluster
                .archive()
                .map(prefix -> archive.lineage(prefix.destinationPath(), prefix.serverName()))
                .orElse(null);
    return new PgRecovery(
            archive.lineage(source.get().destinationPath(), source.get().serverName()),
            own,
            cluster.at("/spec/bootstrap/recovery/recoveryTarget"),
            mishaps.contains(CnpgMishap.HISTORY_REFUSED),
            log)
        .run(directory(), cluster.isReplica());
  }

  private String directory() {
    return "d" + ++directories;
  }
}
