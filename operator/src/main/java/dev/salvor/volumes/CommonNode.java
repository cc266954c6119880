package dev.salvor.volumes;

import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.NodeFit;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether every pod that runs now will find one node with all its volumes (swap.md N1): the copies
 * of two claims may have been filled on two nodes, if they were backed up through two pods. Found
 * out while production still runs, because afterwards the pod could not start at all.
 */
final class CommonNode {
  private CommonNode() {}

  /** One obstacle for each pod that would not. */
  static List<Obstacle> obstacles(
      ClusterReader cluster, String namespace, List<VolumeFacts> volumes, List<Seen> nodes) {
    var found = new ArrayList<Obstacle>();
    for (var pod : cluster.list(Kinds.POD, namespace)) {
      if (Set.of("Succeeded", "Failed").contains(pod.text("/status/phase"))) continue;
      var claims = ClaimView.usedBy(pod);
      var future =
          claims.stream()
              .flatMap(claim -> future(cluster, namespace, claim, volumes).stream())
              .toList();
      if (future.size() < 2
          || nodes.stream()
              .anyMatch(node -> future.stream().allMatch(pv -> NodeFit.fits(pv, node)))) continue;
      found.add(
          Obstacle.all(
              "CopiesApart",
              "no node has all the volumes that pod "
                  + pod.name()
                  + " would have after the exchange: "
                  + String.join(", ", future.stream().map(Seen::name).toList())
                  + " for claims "
                  + String.join(", ", claims),
              "use spec.strategy: InPlace in a new recovery; nothing was touched, and the copy is"
                  + " kept for spec.prepare.keepFor"));
    }
    return found;
  }

  private static Optional<Seen> future(
      ClusterReader cluster, String namespace, String claim, List<VolumeFacts> volumes) {
    for (var volume : volumes) {
      var copy = volume.copy();
      if (volume.claim().equals(claim) && copy != null)
        return PvView.read(cluster, copy).map(PvView::seen);
    }
    return ClaimView.read(cluster, namespace, claim)
        .flatMap(live -> PvView.named(cluster, live.volumeName()))
        .map(PvView::seen);
  }
}
