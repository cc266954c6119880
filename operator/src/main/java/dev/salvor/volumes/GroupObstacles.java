package dev.salvor.volumes;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.NodeFit;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;

/**
 * What the claims of a database forbid. Its copy is made by the database's own operator in the same
 * namespace, so what matters differs from {@link ClaimObstacles}: nothing is mounted by us, and
 * claims that are broken are a reason to recover, not to refuse.
 */
record GroupObstacles(ClusterReader cluster, String database) {
  /** Of a claim that is exchanged. */
  List<Obstacle> exchanged(ClaimView claim, List<Seen> nodes) {
    var found = dropped(claim);
    var volume = PvView.named(cluster, claim.volumeName());
    var source = new ArrayList<Obstacle>();
    ClaimObstacles.source(claim, source);
    for (var obstacle : source)
      found.add(obstacle.but("use spec.strategy: Beside and take the copy into use yourself"));
    ClaimObstacles.git(claim, volume, found);
    var behind = PvView.behind(cluster, claim);
    if (claim.lost() || !claim.bound() || volume.isEmpty())
      found.add(
          Obstacle.warning(
              claim.lost() || claim.bound() ? "ClaimLost" : "ClaimNotBound",
              "claim "
                  + claim.name()
                  + (claim.lost() || claim.bound()
                      ? " has lost its volume " + claim.volumeName()
                      : " has no volume")
                  + ": it gets the recovered one, and there is nothing to undo to",
              "if the storage may come back wait for it; else approve"));
    else if (behind.isEmpty())
      found.add(
          Obstacle.swap(
              "ClaimNotBound",
              "claim "
                  + claim.name()
                  + " and its volume "
                  + claim.volumeName()
                  + " do not belong to each other",
              "look at both: kubectl get pvc,pv; or use spec.strategy: Beside"));
    else if (!NodeFit.anyFits(behind.get().seen(), nodes))
      found.add(
          Obstacle.warning(
              "NodeGone",
              "the data of claim "
                  + claim.name()
                  + " is on a node that does not exist any more (volume "
                  + claim.volumeName()
                  + "): an undo would need that node",
              "bring the node back if you may want to undo; else approve"));
    return found;
  }

  /** Of a claim that is deleted and not made again. */
  List<Obstacle> dropped(ClaimView claim) {
    var found = new ArrayList<Obstacle>();
    var owner = claim.seen().label(Group.CLUSTER);
    if (!owner.isEmpty() && !owner.equals(database))
      found.add(
          Obstacle.all(
              "DatabaseClaim",
              "claim " + claim.name() + " belongs to CloudNativePG Cluster " + owner,
              "find out which Cluster uses it: kubectl -n "
                  + claim.seen().namespace()
                  + " get pvc "
                  + claim.name()
                  + " --show-labels"));
    ClaimObstacles.finalizers(claim, found);
    return found;
  }
}
