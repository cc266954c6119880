package dev.salvor.testkit.models;

import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Set;

/**
 * internal/controller/cluster_restore.go: a Cluster that was never initialized takes over every
 * claim with its label and a serial that has no owner at all (postgres.md R2, swap.md P3 to P6).
 */
final class CnpgAdoption {
  private final Set<CnpgMishap> mishaps;

  CnpgAdoption(Set<CnpgMishap> mishaps) {
    this.mishaps = mishaps;
  }

  /** False if the pass ends here. */
  boolean adopt(CnpgCluster cluster) {
    if (cluster.isInitialized()) return true;
    var orphans = orphans(cluster);
    if (orphans.isEmpty()) return true;
    deleteOrphanPods(cluster);
    var highest = orphans.stream().mapToInt(CnpgCluster::serial).max().orElseThrow();
    var primary = 0;
    for (var claim : orphans) {
      if (claim.label(Cnpg.INSTANCE_ROLE).equals(Cnpg.PRIMARY)) primary = CnpgCluster.serial(claim);
    }
    Json.remove(cluster.json, "/metadata/annotations/cnpg.io~1fencedInstances");
    deleteOrphanServices(cluster);
    CnpgStatus.generated(cluster, highest);
    cluster.status().put("targetPrimary", cluster.instance(primary == 0 ? highest : primary));
    cluster.status().put("targetPrimaryTimestamp", cluster.world.now().toString());
    cluster.condition("Initialized", true, "BootstrapCompleted", "Bootstrap completed");
    cluster.save();
    if (mishaps.remove(CnpgMishap.DIES_IN_ADOPTION)) return false;
    for (var claim : orphans) own(cluster, claim);
    return true;
  }

  private static List<Seen> orphans(CnpgCluster cluster) {
    return cluster.world.look(Kinds.PVC, cluster.namespace()).stream()
        .filter(claim -> claim.label(Cnpg.CLUSTER).equals(cluster.name()))
        .filter(claim -> claim.at("/metadata/ownerReferences").isEmpty())
        .filter(claim -> CnpgCluster.serial(claim) > 0)
        .toList();
  }

  private static void own(CnpgCluster cluster, Seen claim) {
    var owned = claim.json().deepCopy();
    Json.ownedBy(owned, cluster.json);
    Json.at(owned, "/metadata/labels").put(Cnpg.CLUSTER, cluster.name());
    Json.at(owned, "/metadata/annotations").put(Cnpg.PVC_STATUS, Cnpg.READY);
    cluster.world.update(owned);
  }

  private static void deleteOrphanPods(CnpgCluster cluster) {
    for (var pod : cluster.world.look(Kinds.POD, cluster.namespace())) {
      if (pod.label(Cnpg.CLUSTER).equals(cluster.name())
          && pod.at("/metadata/ownerReferences").isEmpty()) cluster.world.delete(pod.ref());
    }
  }

  private static void deleteOrphanServices(CnpgCluster cluster) {
    for (var suffix : List.of("-rw", "-ro", "-r")) {
      cluster
          .world
          .look(Kinds.SERVICE.ref(cluster.namespace(), cluster.name() + suffix))
          .filter(service -> service.at("/metadata/ownerReferences").isEmpty())
          .ifPresent(service -> cluster.world.delete(service.ref()));
    }
  }
}
