package dev.salvor.nodeloss;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Longhorn;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Volumes of Longhorn and their replicas, by the name of the volume: their PersistentVolumes have
 * no node affinity, not even with data locality strict-local (volumes-and-databases.md 4.1).
 */
record Replicated(Map<String, Seen> volumes, Map<String, List<Seen>> replicas) {
  static final Replicated NONE = new Replicated(Map.of(), Map.of());

  static Replicated read(ClusterReader cluster) {
    return of(cluster.list(Kinds.LONGHORN_VOLUME, ""), cluster.list(Kinds.LONGHORN_REPLICA, ""));
  }

  static Replicated of(List<Seen> volumes, List<Seen> replicas) {
    return new Replicated(
        volumes.stream().collect(Collectors.toMap(Seen::name, one -> one, (one, _) -> one)),
        replicas.stream().collect(Collectors.groupingBy(one -> one.label(Longhorn.VOLUME))));
  }

  Optional<Seen> volume(String handle) {
    return Optional.ofNullable(volumes.get(handle));
  }

  List<Seen> of(String handle) {
    return replicas.getOrDefault(handle, List.of());
  }
}
