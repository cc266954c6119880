package dev.salvor.nodeloss;

import dev.salvor.api.BackupChoice;
import dev.salvor.api.VolumeSource.Longhorn;
import dev.salvor.api.VolumeSource.VolSync;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.LonghornBackup;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Surroundings;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * Which Velero backups have the data of a claim: those with a completed PodVolumeBackup for it
 * (velero v1.18 pkg/podvolume/backupper.go, annotation {@code velero.io/pvc-name}). Backups by CSI
 * snapshot or data mover do not say so in the cluster; a person names them.
 *
 * @param byClaim {@code namespace/name} of a claim -> names of the backups that have it
 * @param sources all ReplicationSources (restic, kopia) by {@code namespace/name}, also those that
 *     have made no backup yet
 * @param replicated {@code namespace/name} of a claim -> the ReplicationSource with the newest
 *     backup of it (restic, kopia; volsync v0.14.0 api/v1alpha1)
 * @param longhorn all Backups of Longhorn, newest first
 */
record Backups(
    Map<String, Seen> usable,
    Map<String, Set<String>> byClaim,
    Map<String, Seen> sources,
    Map<String, Seen> replicated,
    List<LonghornBackup> longhorn) {
  /** Without VolSync and Longhorn. */
  Backups(Map<String, Seen> usable, Map<String, Set<String>> byClaim) {
    this(usable, byClaim, Map.of(), Map.of(), List.of());
  }

  private static final String NAME = "velero.io/backup-name";

  static Backups read(ClusterReader cluster, Surroundings around) {
    var usable =
        cluster.list(Kinds.BACKUP, around.velero()).stream()
            .filter(backup -> backup.text("/status/phase").equals("Completed"))
            .filter(backup -> !backup.terminating())
            .collect(Collectors.toMap(Seen::name, backup -> backup));
    var byClaim =
        cluster.list(Kinds.POD_VOLUME_BACKUP, around.velero()).stream()
            .filter(one -> one.text("/status/phase").equals("Completed"))
            .filter(one -> usable.containsKey(one.label(NAME)))
            .collect(
                Collectors.groupingBy(
                    one ->
                        one.text("/spec/pod/namespace")
                            + "/"
                            + one.annotation("velero.io/pvc-name"),
                    Collectors.mapping(
                        one -> one.label(NAME), Collectors.toCollection(TreeSet::new))));
    var sources = new HashMap<String, Seen>();
    for (var source : cluster.list(Kinds.REPLICATION_SOURCE, ""))
      if (source.has("/spec/restic") || source.has("/spec/kopia"))
        sources.put(source.namespace() + "/" + source.name(), source);
    var replicated =
        sources.values().stream()
            .filter(source -> source.has("/status/lastSyncTime"))
            .collect(
                Collectors.toMap(
                    source -> source.namespace() + "/" + source.text("/spec/sourcePVC"),
                    source -> source,
                    BinaryOperator.maxBy(Comparator.comparing(Backups::synced))));
    return new Backups(
        usable, Map.copyOf(byClaim), Map.copyOf(sources), replicated, LonghornBackup.all(cluster));
  }

  /** The newest that has all of these claims; empty if none has. */
  Optional<Seen> newest(List<String> claims) {
    return usable.values().stream()
        .filter(backup ->
            claims.stream()
                .allMatch(claim -> byClaim.getOrDefault(claim, Set.of()).contains(backup.name())))
        .max(Comparator.comparing(Backups::started));
  }

  /** The one a person chose; empty if it is not there or not usable. */
  Optional<Seen> chosen(BackupChoice choice) {
    var name = choice.name();
    if (name != null) return Optional.ofNullable(usable.get(name));
    var limit = choice.notAfter();
    return usable.values().stream()
        .filter(backup ->
            choice.schedule() == null
                || backup.label("velero.io/schedule-name").equals(choice.schedule()))
        .filter(backup -> limit == null || !started(backup).isAfter(limit))
        .max(Comparator.comparing(Backups::started));
  }

  /** The ReplicationSource of the claim, if no backup of Velero is newer than its last one. */
  Optional<Seen> replicated(String claim) {
    var velero = newest(List.of(claim)).map(Backups::started).orElse(Instant.MIN);
    return Optional.ofNullable(replicated.get(claim)).filter(one -> synced(one).isAfter(velero));
  }

  /**
   * Longhorn's newest backup of the claim, if nobody has a newer one.
   *
   * @param handle its Longhorn volume; empty for another one, which it is not restored into
   */
  Optional<LonghornBackup> longhorn(String claim, String handle) {
    if (handle.isEmpty()) return Optional.empty();
    var velero = newest(List.of(claim)).map(Backups::started).orElse(Instant.MIN);
    var volSync = Optional.ofNullable(replicated.get(claim)).map(Backups::synced);
    return LonghornBackup.newest(longhorn, claim, handle, Instant.MAX)
        .filter(one -> one.takenAt().isAfter(velero))
        .filter(one -> one.takenAt().isAfter(volSync.orElse(Instant.MIN)));
  }

  /** The one of Longhorn that a person asks for; empty if it is not there or not usable. */
  Optional<LonghornBackup> chosen(Longhorn wanted, String claim, String handle) {
    var until = wanted.notAfter();
    if (wanted.backup() == null)
      return LonghornBackup.newest(longhorn, claim, handle, until == null ? Instant.MAX : until);
    return longhorn.stream()
        .filter(one -> one.name().equals(wanted.backup()) && one.usable())
        // the recovery of its own takes none of another namespace
        .filter(one -> one.ofNamespace(claim, handle))
        .findFirst();
  }

  /** The one a person named; empty if it is not there. */
  Optional<Seen> source(String namespace, String name) {
    return Optional.ofNullable(sources.get(namespace + "/" + name));
  }

  /** The moment that is restored, as far as it is known before the repository is read. */
  static Optional<Instant> reached(Seen source, VolSync wanted) {
    var previous = wanted.previous();
    if (previous != null && previous > 0) return Optional.empty();
    var limit = wanted.restoreAsOf();
    return source
        .time("/status/lastSyncTime")
        .map(last -> limit != null && limit.isBefore(last) ? limit : last);
  }

  static Instant synced(Seen source) {
    return source.time("/status/lastSyncTime").orElse(Instant.EPOCH);
  }

  static Instant started(Seen backup) {
    return backup.time("/status/startTimestamp").orElse(Instant.EPOCH);
  }
}
