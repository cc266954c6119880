package dev.salvor.testkit.models;

import dev.salvor.kube.Seen;
import dev.salvor.testkit.models.PgData.Fork;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The designated primary of a replica cluster that reads an archive only (docs/experiments.md 3): a
 * standby that restores one segment after the other, follows every timeline whose history file
 * appears, and archives what it restored into its own lineage ({@code archive_mode=always}).
 */
final class CnpgFollowers {
  private final ArchiveModel archive;
  private final Set<CnpgMishap> mishaps;

  CnpgFollowers(ArchiveModel archive, Set<CnpgMishap> mishaps) {
    this.archive = archive;
    this.mishaps = mishaps;
  }

  /** Replays what has come. */
  void follow(CnpgCluster cluster, Seen pod, PgData data) {
    var source = source(cluster);
    if (source.isEmpty()) return;
    var log = new PgLog(cluster.world.now(), pod.name(), plugin(cluster));
    while (!mishaps.contains(CnpgMishap.FOLLOWER_STUCK) && (next(source.get(), data, log))) {}
    log.wal(PgData.wal(data.timeline, data.segment), false);
    write(cluster, pod, log);
  }

  /**
   * The end of it: what is in the archive is read once more, and the timeline is left where the
   * last segment ends.
   */
  void promote(CnpgCluster cluster, Seen pod, PgData data) {
    follow(cluster, pod, data);
    var log = new PgLog(cluster.world.now(), pod.name(), plugin(cluster));
    log.postgres("LOG", "received promote request");
    log.postgres("LOG", "redo done at " + PgData.lsn(data.segment * PgData.SEGMENT - 0x48));
    var newest = source(cluster).map(one -> one.newestTimeline(data.timeline)).orElse(0L);
    var fresh = Math.max(newest, data.timeline) + 1;
    data.leave(fresh, data.segment * PgData.SEGMENT, "no recovery target specified");
    log.postgres("LOG", "selected new timeline ID: " + fresh);
    log.postgres("LOG", "archive recovery complete");
    write(cluster, pod, log);
  }

  private boolean next(PgLineage source, PgData data, PgLog log) {
    // a newer history wins over a segment that the old timeline has as well
    var history = source.histories.get(data.timeline + 1);
    var fork =
        history == null
            ? Optional.<Fork>empty()
            : history.forks().stream()
                .filter(one -> one.timeline() == data.timeline)
                .filter(one -> one.lsn() / PgData.SEGMENT <= data.segment)
                .findFirst();
    if (history != null && fork.isPresent()) {
      var reached = fork.get().lsn() / PgData.SEGMENT;
      data.commits.removeIf(commit -> commit.lsn() >= fork.get().lsn());
      data.forks = new ArrayList<>(history.forks());
      data.timeline = history.timeline();
      data.segment = reached;
      data.archived = Math.min(data.archived, reached);
      data.historyArchived = false;
      return true;
    }
    var segment = source.segment(data.timeline, data.segment);
    if (segment.isEmpty()) return false;
    log.wal(segment.get().name(), true);
    log.postgres("LOG", "restored log file \"" + segment.get().name() + "\" from archive");
    var known = data.commits.isEmpty() ? -1 : data.commits.getLast().lsn();
    for (var commit : segment.get().commits()) if (commit.lsn() > known) data.commits.add(commit);
    data.segment++;
    return true;
  }

  private Optional<PgLineage> source(CnpgCluster cluster) {
    return cluster
        .external(cluster.spec("/replica/source"))
        .map(prefix -> archive.lineage(prefix.destinationPath(), prefix.serverName()));
  }

  private static boolean plugin(CnpgCluster cluster) {
    return cluster
        .external(cluster.spec("/replica/source"))
        .map(CnpgCluster.Prefix::plugin)
        .orElse(true);
  }

  private static void write(CnpgCluster cluster, Seen pod, PgLog log) {
    var logs = cluster.world.podLogs();
    logs.set(pod.ref(), "postgres", String.join("\n", log.main));
    logs.set(pod.ref(), Cnpg.SIDECAR, String.join("\n", log.plugin));
  }

  /** A base backup begins in the last segment that was replayed, and ends where replay is. */
  static List<Long> bounds(PgData data) {
    var end = data.segment * PgData.SEGMENT;
    return List.of(end - PgData.SEGMENT + 0x28, end - 0x10);
  }
}
