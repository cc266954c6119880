package dev.salvor.postgres;

import dev.salvor.api.Victim;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Optional;

/** Deletes a copy by UID and waits until nothing it owned is left, one move at a time. */
record CopyRemoval(ClusterWriter cluster, Destroyer destroyer) {
  /** Empty once the Cluster and everything it owned is gone. */
  Optional<Outcome> next(String namespace, String name, String uid) {
    var victim = new Victim(CnpgCluster.ref(namespace, name), uid);
    switch (destroyer.destroy(victim)) {
      case MARKED, DELETED -> {
        return Optional.of(Outcome.wrote("removing " + victim.ref().text()));
      }
      case TERMINATING, GONE -> {}
    }
    return waiting(
        victim.ref().text(),
        Remnants.of(cluster, namespace, name, uid).stream()
            .filter(seen -> !Kinds.CLUSTER.of(seen.ref()) || seen.uid().equals(uid))
            .toList());
  }

  /** The same for a Cluster that is gone and whose UID nobody wrote down. */
  Optional<Outcome> rest(String namespace, String name) {
    return waiting(
        CnpgCluster.ref(namespace, name).text(),
        Remnants.of(cluster, namespace, name, null).stream()
            .filter(seen -> !Kinds.CLUSTER.of(seen.ref()))
            .filter(seen -> !seen.at("/metadata/ownerReferences").isEmpty())
            .toList());
  }

  private static Optional<Outcome> waiting(String text, List<Seen> left) {
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Outcome.waiting(
                "waiting until what is left of " + text + " is gone: " + Remnants.names(left)));
  }
}
