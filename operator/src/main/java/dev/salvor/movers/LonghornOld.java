package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Longhorn;
import dev.salvor.kube.Seen;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The volume that the claim has now, where it is Longhorn's; read once. */
final class LonghornOld {
  private final Optional<Seen> persistentVolume;
  private final String handle;
  private final Optional<Seen> volume;
  private final boolean gone;

  LonghornOld(ClusterReader cluster, Facts facts) {
    var old = facts.volumes().isEmpty() ? null : facts.volumes().getFirst().old();
    this.persistentVolume =
        old == null
            ? Optional.empty()
            : cluster
                .get(Kinds.PV.ref(old.name()))
                .filter(seen -> seen.uid().equals(old.uid()))
                .filter(seen -> Longhorn.handle(seen).isPresent());
    this.handle = persistentVolume.flatMap(Longhorn::handle).orElse("");
    this.volume =
        handle.isEmpty()
            ? Optional.empty()
            : cluster.list(Kinds.LONGHORN_VOLUME, "").stream()
                .filter(seen -> seen.name().equals(handle))
                .findFirst();
    this.gone = !handle.isEmpty() && gone(cluster, volume, handle);
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
    return volume;
  }

  /** True if the claim's data is on no node that is left: there is nothing to go back to. */
  boolean gone() {
    return gone;
  }

  private static boolean gone(ClusterReader cluster, Optional<Seen> volume, String handle) {
    if (volume.isEmpty()) return true;
    var nodes = cluster.list(Kinds.NODE, "").stream().map(Seen::name).collect(Collectors.toSet());
    var replicas =
        cluster.list(
            Kinds.LONGHORN_REPLICA, volume.get().namespace(), Map.of(Longhorn.VOLUME, handle));
    return Longhorn.replicas(replicas, nodes, null, null).gone();
  }
}
