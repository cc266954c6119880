package dev.salvor.testkit.models;

import java.util.Set;

/**
 * cluster_create.go createPrimaryInstance: the claims and the Job that makes the first primary. The
 * Cluster counts as initialized as soon as the Job exists (seen on 1.30.0).
 */
final class CnpgFirstPrimary {
  private final CnpgCluster cluster;
  private final Set<CnpgMishap> mishaps;

  CnpgFirstPrimary(CnpgCluster cluster, Set<CnpgMishap> mishaps) {
    this.cluster = cluster;
    this.mishaps = mishaps;
  }

  void create() {
    if (cluster.isInitialized()) {
      cluster.phase(
          Cnpg.UNRECOVERABLE,
          "One or more instances were previously created, but no PersistentVolumeClaims (PVCs)"
              + " exist. The cluster is in an unrecoverable state. To resolve this, restore the"
              + " cluster from a recent backup.");
      cluster.save();
      return;
    }
    if (CnpgObjects.leaving(cluster, 1)) return;
    CnpgStatus.generated(cluster, 1);
    CnpgObjects.claims(cluster, 1);
    var role = cluster.at("/spec/bootstrap/recovery").isObject() ? Cnpg.RECOVERY : Cnpg.INITDB;
    if (mishaps.remove(CnpgMishap.FIRST_JOB_LOST)) {
      cluster.phase(Cnpg.FIRST_PRIMARY, "Creating primary instance " + cluster.instance(1));
      cluster.save();
      return;
    }
    cluster.status().put("targetPrimary", cluster.instance(1));
    cluster.status().put("targetPrimaryTimestamp", cluster.world.now().toString());
    cluster.phase(Cnpg.FIRST_PRIMARY, "Creating primary instance " + cluster.instance(1));
    cluster.save();
    var job = CnpgObjects.job(cluster, 1, role);
    if (role.equals(Cnpg.RECOVERY) && mishaps.contains(CnpgMishap.RECOVERY_PENDING))
      Json.set(job, "/spec/template/spec/nodeSelector/kubernetes.io~1hostname", "no-such-node");
    if (cluster.world.look(Json.ref(job)).isEmpty()) cluster.world.create(job);
    cluster.condition("Initialized", true, "BootstrapCompleted", "Bootstrap completed");
    cluster.save();
  }
}
