package dev.salvor.testkit.models;

import dev.salvor.kube.Seen;
import dev.salvor.testkit.World;
import dev.salvor.testkit.models.CnpgCluster.Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The instance manager in every pod of an instance: starts PostgreSQL, promotes and demotes it,
 * streams, archives, and writes its part of the Cluster's status.
 */
final class CnpgInstances implements Program {
  /** All that the condition says, whatever the cause. */
  private static final String FAILURE =
      "unexpected failure invoking barman-cloud-wal-archive: exit status 1";

  private static final String EMPTY = "Expected empty archive";
  private static final Duration FIRST_ARCHIVE = Duration.ofSeconds(3);
  private static final Duration START = Duration.ofSeconds(2);

  private final ArchiveModel archive;
  private final Set<CnpgMishap> mishaps;
  private final CnpgFollowers followers;
  private final Set<String> stopped = new HashSet<>();
  private final Map<String, Instant> openSince = new HashMap<>();
  private Duration archiveTimeout = Duration.ofMinutes(5);

  CnpgInstances(ArchiveModel archive, Set<CnpgMishap> mishaps) {
    this.archive = archive;
    this.mishaps = mishaps;
    this.followers = new CnpgFollowers(archive, mishaps);
  }

  void archiveTimeout(Duration timeout) {
    archiveTimeout = timeout;
  }

  @Override
  public Optional<State> state(World world, Seen pod, String container, Duration age) {
    if (!container.equals("postgres") || pod.label(Cnpg.CLUSTER).isEmpty()) return Optional.empty();
    if (age.compareTo(START) < 0) return Optional.of(new State.Running(false));
    var obstacle = CnpgVolumes.obstacle(world, pod);
    if (!obstacle.isEmpty()) {
      var log = new PgLog(world.now(), pod.name(), true);
      log.postgres("FATAL", obstacle);
      world.podLogs().set(pod.ref(), container, String.join("\n", log.main));
      return Optional.of(new State.Exited(1));
    }
    var fenced =
        CnpgCluster.find(world, pod.namespace(), pod.label(Cnpg.CLUSTER))
            .map(cluster -> Json.annotation(cluster.json, Cnpg.FENCED))
            .orElse("");
    return Optional.of(
        new State.Running(!fenced.contains("\"*\"") && !fenced.contains("\"" + pod.name() + "\"")));
  }

  /** One round of all instance managers of a cluster. */
  void act(CnpgCluster cluster) {
    shutDown(cluster);
    var target = cluster.status("targetPrimary");
    var current = cluster.status("currentPrimary");
    var old = current.equals(target) ? Optional.<Seen>empty() : running(cluster, current);
    if (old.isPresent()) {
      demote(cluster, old.get());
      return;
    }
    var primary = running(cluster, target);
    if (primary.isEmpty()) return;
    var data = data(cluster, primary.get());
    data.down = false;
    var status = cluster.status();
    if (cluster.isReplica() && data.standby) {
      followers.follow(cluster, primary.get(), data);
      status.put("currentPrimary", target).put("systemID", data.systemId);
      archiveComplete(cluster, data);
      CnpgVolumes.write(cluster.world, primary.get(), data);
      cluster.save();
      return;
    }
    if (data.standby && cluster.at("/spec/replica").isObject())
      followers.promote(cluster, primary.get(), data);
    else if (data.standby) promote(cluster, primary.get(), data);
    if (!current.equals(target))
      status
          .put("currentPrimary", target)
          .put("currentPrimaryTimestamp", cluster.world.now().toString());
    status.put("timelineID", (int) data.timeline).put("systemID", data.systemId);
    var reported = status.putObject("instancesReportedState");
    for (var pod : cluster.pods()) {
      if (Pods.isReady(pod))
        reported
            .putObject(pod.name())
            .put("isPrimary", pod.name().equals(target))
            .put("timeLineID", (int) data.timeline);
    }
    archive(cluster, data);
    CnpgVolumes.write(cluster.world, primary.get(), data);
    stream(cluster, target, data);
    cluster.save();
  }

  /** The pod of the primary that takes writes, with its data directory. */
  Optional<Seen> writable(CnpgCluster cluster) {
    var current = cluster.status("currentPrimary");
    return running(cluster, current)
        .filter(_ -> current.equals(cluster.status("targetPrimary")))
        .filter(pod -> !data(cluster, pod).standby);
  }

  /** The pod whose PostgreSQL a Backup is taken of: also that of a replica cluster. */
  Optional<Seen> serving(CnpgCluster cluster) {
    return cluster.isReplica()
        ? running(cluster, cluster.status("currentPrimary"))
        : writable(cluster);
  }

  PgData data(CnpgCluster cluster, Seen pod) {
    return CnpgVolumes.read(cluster.world, cluster.namespace(), pod.name()).orElseThrow();
  }

  private static Optional<Seen> running(CnpgCluster cluster, String instance) {
    return cluster.pod(instance).filter(Pods::isReady);
  }

  /** A primary that is stopped closes its segment and waits until everything is archived. */
  private void shutDown(CnpgCluster cluster) {
    var leaving = cluster.pod(cluster.status("currentPrimary")).filter(Seen::terminating);
    if (leaving.isEmpty() || !Pods.condition(leaving.get(), "Ready")) return;
    var pod = leaving.get();
    var found = CnpgVolumes.read(cluster.world, cluster.namespace(), pod.name());
    if (found.isEmpty() || found.get().standby || !stopped.add(pod.uid())) return;
    var data = found.get();
    if (data.hasOpenCommits()) data.switchWal();
    data.down = true;
    archive(cluster, data);
    CnpgVolumes.write(cluster.world, pod, data);
    stream(cluster, pod.name(), data);
    cluster.save();
    var log = new PgLog(cluster.world.now(), pod.name(), true);
    log.postgres("LOG", "database system is shut down");
    log.operator("PostgreSQL instance shut down");
    log.controlData(data);
    cluster.world.podLogs().set(pod.ref(), "postgres", String.join("\n", log.main));
  }

  /** Shut down cleanly: what is complete is archived, then it follows. */
  private void demote(CnpgCluster cluster, Seen pod) {
    var data = data(cluster, pod);
    if (!data.standby) {
      data.switchWal();
      archive(cluster, data);
      stream(cluster, pod.name(), data);
      data.standby = true;
      CnpgVolumes.write(cluster.world, pod, data);
    }
    cluster.status().put("currentPrimary", cluster.status("targetPrimary"));
    cluster.status().put("currentPrimaryTimestamp", cluster.world.now().toString());
    cluster.save();
  }

  private void promote(CnpgCluster cluster, Seen pod, PgData data) {
    if (cluster.condition("ContinuousArchiving").equals("True")
        && !mishaps.contains(CnpgMishap.MARKER_STAYS)) data.marker = false;
    data.promote(data.timeline + 1, "no recovery target specified");
    CnpgVolumes.write(cluster.world, pod, data);
  }

  /** Replicas have what the primary has; one of another system is left as it is. */
  private void stream(CnpgCluster cluster, String primary, PgData data) {
    for (var pod : cluster.pods()) {
      if (pod.name().equals(primary) || !Pods.isReady(pod)) continue;
      var own = data(cluster, pod);
      if (!own.systemId.equals(data.systemId)) continue;
      var copy = data.copy(own.dir);
      copy.standby = true;
      copy.marker = own.marker;
      CnpgVolumes.write(cluster.world, pod, copy);
    }
  }

  /**
   * Closes a segment when it is time, and archives what is complete. The first one goes some
   * seconds after the primary is up, so that the condition appears, mostly after the Cluster is
   * healthy.
   */
  void archive(CnpgCluster cluster, PgData data) {
    var prefix = cluster.archive();
    if (prefix.isEmpty()) return;
    var never = cluster.condition("ContinuousArchiving").isEmpty();
    var since = cluster.status("currentPrimaryTimestamp");
    if (never
        && (since.isEmpty()
            || cluster.world.now().isBefore(Instant.parse(since).plus(FIRST_ARCHIVE)))) return;
    if (never || due(cluster, data)) data.switchWal();
    archiveComplete(cluster, data);
  }

  private void archiveComplete(CnpgCluster cluster, PgData data) {
    var prefix = cluster.archive();
    if (prefix.isEmpty() || !data.hasUnarchived()) return;
    var error = tryToArchive(cluster, prefix.get(), data);
    if (error.isEmpty()) {
      data.marker = false;
      cluster.condition(
          "ContinuousArchiving",
          true,
          "ContinuousArchivingSuccess",
          "Continuous archiving is working");
    } else {
      cluster.condition("ContinuousArchiving", false, "ContinuousArchivingFailing", FAILURE);
      complain(cluster, prefix.get(), error);
    }
  }

  /** The reason is in a log only, that of the sidecar or of PostgreSQL's own container. */
  private static void complain(CnpgCluster cluster, Prefix prefix, String error) {
    var pod = cluster.pod(cluster.status("targetPrimary"));
    if (pod.isEmpty()) return;
    var log = new PgLog(cluster.world.now(), pod.get().name(), prefix.plugin());
    if (error.equals(EMPTY))
      log.barman(
          "barman-cloud-check-wal-archive",
          "ERROR: WAL archive check failed for server " + prefix.serverName() + ": " + EMPTY);
    else
      log.barman(
          "barman-cloud-wal-archive", "ERROR: Barman cloud WAL archiver exception: " + error);
    var logs = cluster.world.podLogs();
    if (prefix.plugin()) logs.set(pod.get().ref(), Cnpg.SIDECAR, String.join("\n", log.plugin));
    else logs.set(pod.get().ref(), "postgres", String.join("\n", log.main));
  }

  private String tryToArchive(CnpgCluster cluster, Prefix prefix, PgData data) {
    if (prefix.destinationPath().isEmpty())
      return "ObjectStore.barmancloud.cnpg.io \"" + prefix.store() + "\" not found";
    if (mishaps.contains(CnpgMishap.ARCHIVING_FAILS)) return "Unable to locate credentials";
    var lineage = archive.lineage(prefix.destinationPath(), prefix.serverName());
    if (data.marker && !lineage.isEmpty() && !cluster.annotated(Cnpg.SKIP_EMPTY_CHECK, "enabled"))
      return EMPTY;
    lineage.archive(data, cluster.world.now());
    return "";
  }

  private boolean due(CnpgCluster cluster, PgData data) {
    var key = Json.uid(cluster.json) + data.segment;
    if (!data.hasOpenCommits()) return false;
    var since = openSince.computeIfAbsent(key, _ -> cluster.world.now());
    return !cluster.world.now().isBefore(since.plus(archiveTimeout));
  }
}
