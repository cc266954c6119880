package dev.salvor.postgres;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.PostgresRecoverySpec;
import dev.salvor.api.Strategy;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import java.util.Optional;

/**
 * What a person asked for wins; else Swap, where there is something to exchange and room for a
 * copy.
 */
record StrategyChoice(ClusterReader cluster, PostgresRecoverySpec spec) {
  Strategy of(Facts facts) {
    var wanted = spec.strategy();
    if (wanted != null) return wanted;
    var settled = facts.strategy();
    // once there is a copy it was made for the exchange
    if (facts.postgres().copy() != null && settled != null) return settled;
    var database = facts.postgres().knownDatabase();
    if (database.uid() == null || volumesLost(facts, database)) return Strategy.InPlace;
    return new CopyRoom(cluster).lacking(facts).isPresent() ? Strategy.InPlace : Strategy.Swap;
  }

  /** No claim of the primary, or one that lost its volume. */
  private boolean volumesLost(Facts facts, DatabaseFacts database) {
    if (database.claims().isEmpty()) return true;
    var namespace = facts.knownTarget().namespace();
    return database.claims().stream()
        .map(name -> cluster.get(Kinds.PVC.ref(namespace, name)))
        .flatMap(Optional::stream)
        .anyMatch(claim -> claim.text("/status/phase").equals("Lost"));
  }
}
