package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.util.List;
import java.util.Optional;

/** The copy that follows the living primary through its archive, as the cluster shows it now. */
record Follower(CnpgCluster copy) {
  private static final int LINES = 1000;

  /** The copy on record; empty if it is gone or going. */
  static Optional<Follower> read(ClusterReader cluster, Run run, Facts facts) {
    var known = facts.postgres().knownCopy();
    return CnpgCluster.read(cluster, facts.knownTarget().namespace(), known.name(), known.uid())
        .filter(copy -> copy.seen().label(Marks.RUN).equals(run.uid()))
        .filter(copy -> !copy.seen().terminating())
        .map(Follower::new);
  }

  /** Where {@link #read} finds nothing. */
  static Outcome.Failed vanished(Facts facts) {
    return new Outcome.Failed(
        "CopyVanished",
        "Cluster " + facts.postgres().knownCopy().name() + " was deleted while it was needed",
        "Find out who deletes Clusters in this namespace (GitOps pruning?), then try again");
  }

  /**
   * Name of the last WAL segment that it fetched, as the logs of its instance say; empty if they do
   * not go back so far.
   */
  String lastSegment(ClusterReader cluster) {
    var last = "";
    for (var pod : InstancePods.of(cluster, copy)) {
      if (!pod.label(Cnpg.JOB_ROLE).isEmpty()) continue;
      for (var list : List.of("/spec/initContainers", "/spec/containers"))
        for (var container : pod.at(list)) {
          var name = container.path("name").asText();
          if (name.equals(InstancePods.CONTAINER) || name.equals(Cnpg.PLUGIN_CONTAINER))
            last =
                WalSegments.later(last, WalSegments.fetched(cluster.log(pod.ref(), name, LINES)));
        }
    }
    return last;
  }
}
