package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.List;

/** Which Clusters are copies that this run made, and which name the next one can have. */
record CopyNames(ClusterReader cluster, Run run) {
  /** Copies of every attempt; the Cluster that is recovered is none, whatever marks it has. */
  List<Seen> made(Facts facts) {
    var name = facts.postgres().knownDatabase().name();
    return cluster
        .list(
            dev.salvor.kube.Kinds.CLUSTER,
            facts.knownTarget().namespace(),
            java.util.Map.of(Marks.RUN, run.uid()))
        .stream()
        .filter(seen -> !seen.name().equals(name))
        .toList();
  }

  /**
   * The facts with the first attempt whose name is free. CloudNativePG would take a claim of that
   * name for its own without a word (postgres.md 1.5 R4), so that nothing of it may be there.
   */
  Facts free(Facts facts) {
    if (facts.postgres().copy() != null) return facts;
    var next = facts;
    while (taken(next)) next = next.withRestore(next.restore().next());
    return next;
  }

  private boolean taken(Facts facts) {
    return !Remnants.of(cluster, facts.knownTarget().namespace(), Names.copy(facts), null)
        .isEmpty();
  }
}
