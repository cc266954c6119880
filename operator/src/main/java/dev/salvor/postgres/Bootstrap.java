package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The Jobs that make a data directory. On a recovered volume they would rename it away or delete it
 * (swap.md 1.3, P1), so one that appears after the exchange stops everything.
 */
final class Bootstrap {
  private static final Set<String> ROLES = Set.of("initdb", "full-recovery", "snapshot-recovery");

  private Bootstrap() {}

  /** Such a Job of this Cluster. */
  static Optional<Seen> job(ClusterReader cluster, CnpgCluster live) {
    return live.owned(cluster, Kinds.JOB).stream()
        .filter(job -> ROLES.contains(job.label(Cnpg.JOB_ROLE)))
        .filter(live::owns)
        .findFirst();
  }

  /**
   * Such a Job that is not older than the exchanged claims: one from the Cluster's own birth may
   * have been left, and one that is to recover in place has no exchanged claims.
   */
  static Optional<Seen> afterExchange(ClusterReader cluster, Facts facts, CnpgCluster live) {
    var exchanged =
        facts.volumes().stream()
            .filter(volume -> volume.copy() != null)
            .flatMap(volume ->
                cluster
                    .get(Kinds.PVC.ref(live.namespace(), volume.claim()))
                    .filter(claim -> !claim.uid().equals(volume.claimUid()))
                    .flatMap(claim -> claim.time("/metadata/creationTimestamp"))
                    .stream())
            .min(Instant::compareTo);
    if (exchanged.isEmpty()) return Optional.empty();
    return job(cluster, live)
        .filter(job ->
            job.time("/metadata/creationTimestamp")
                .filter(made -> made.isBefore(exchanged.get()))
                .isEmpty());
  }

  static Outcome appeared(Seen job, String what) {
    return Outcome.failed(
        "InitdbAppeared",
        job.ref().text()
            + ", role "
            + job.label(Cnpg.JOB_ROLE)
            + ", makes a new data directory where the recovered one is mounted"
            + (what.isEmpty() ? "" : ". " + what),
        "stop it at once: kubectl -n "
            + job.namespace()
            + " annotate cluster "
            + job.label(Cnpg.CLUSTER)
            + " "
            + Cnpg.RECONCILIATION
            + "=disabled; kubectl -n "
            + job.namespace()
            + " delete job "
            + job.name()
            + ". Then look what is on the volumes before anything is started: the recovered ones"
            + " and the old ones are all kept (kubectl get pv -l recovery.salvor.dev/run)");
  }
}
