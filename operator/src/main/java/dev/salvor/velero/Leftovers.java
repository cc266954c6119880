package dev.salvor.velero;

import dev.salvor.api.Facts;
import dev.salvor.api.Victim;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an earlier attempt left in the namespace itself. It must go first: Velero fills no volume of
 * a pod or claim that exists already (velero.md K1, K14, K17).
 */
record Leftovers(ClusterReader cluster, Destroyer destroyer, Run run, Restoring mode) {
  /** In this order: what makes pods, the pods, what they hold. */
  private static final List<Kind> WORKLOADS =
      List.of(
          Kinds.CRON_JOB,
          Kinds.DEPLOYMENT,
          Kinds.STATEFUL_SET,
          Kinds.DAEMON_SET,
          Kinds.JOB,
          Kinds.REPLICA_SET);

  /** The next move; empty once nothing is left. */
  Optional<Outcome> next(Facts facts) {
    if (mode == Restoring.BESIDE) return Optional.empty();
    var namespace = facts.knownTarget().namespace();
    var kinds = new ArrayList<Kind>();
    if (mode == Restoring.NAMESPACE) kinds.addAll(WORKLOADS);
    kinds.add(Kinds.POD);
    kinds.add(Kinds.PVC);
    for (var kind : kinds) {
      var left = new ArrayList<Seen>();
      for (var attempt = 1; attempt < facts.restore().attempt(); attempt++)
        left.addAll(
            cluster.list(
                kind,
                namespace,
                Map.of(VeleroRestore.NAME_LABEL, LabelValue.of(run.restoreName(attempt)))));
      for (var object : left) {
        var victim = new Victim(object.ref(), object.uid());
        switch (destroyer.destroy(victim)) {
          case MARKED, DELETED -> {
            return Optional.of(
                Outcome.wrote("removing " + object.ref().text() + " of an earlier attempt"));
          }
          case TERMINATING, GONE -> {}
        }
      }
      if (!left.isEmpty())
        return Optional.of(
            Outcome.waiting(
                "waiting until "
                    + left.getFirst().ref().text()
                    + " of an earlier attempt is gone"));
    }
    return Optional.empty();
  }
}
