package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Longhorn;
import dev.salvor.kube.Seen;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The volume that the claim has now, where it is Longhorn's. */
final class LonghornOld {
  private final ClusterReader cluster;
  private final Optional<Seen> persistentVolume;
  private final String handle;

  LonghornOld(ClusterReader cluster, Facts facts) {
    this.cluster = cluster;
    var old = facts.volumes().isEmpty() ? null : facts.volumes().getFirst().old();
    this.persistentVolume =
        old == null
            ? Optional.empty()
            : cluster
                .get(Kinds.PV.ref(old.name()))
                .filter(seen -> seen.uid().equals(old.uid()))
                .filter(seen -> Longhorn.handle(seen).isPresent());
    this.handle = persistentVolume.flatMap(Longhorn::handle).orElse("");
  }

  Optional<Seen> persistentVolume() {
    return persistentVolume;
  }

  /** Name of the Longhorn volume; empty if the claim has none. */
  String handle() {
    return handle;
  }

  /** The Longhorn volume itself; wherever Longhorn is installed. */
  Optional<Seen> volume() {
    if (handle.isEmpty()) return Optional.empty();
    return cluster.list(Kinds.LONGHORN_VOLUME, "").stream()
        .filter(seen -> seen.name().equals(handle))
        .findFirst();
  }

  /** True if the claim's data is on no node that is left: there is nothing to go back to. */
  boolean gone() {
    if (handle.isEmpty()) return false;
    var volume = volume();
    if (volume.isEmpty()) return true;
    var nodes = cluster.list(Kinds.NODE, "").stream().map(Seen::name).collect(Collectors.toSet());
    var replicas =
        cluster.list(
            Kinds.LONGHORN_REPLICA, volume.get().namespace(), Map.of(Longhorn.VOLUME, handle));
    return Longhorn.replicas(replicas, nodes, null, null).gone();
  }
}
