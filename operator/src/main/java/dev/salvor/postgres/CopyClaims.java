package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.kube.ClusterReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which claim of the copy takes the place of which claim of the primary. Their names tell: the
 * instance's, then {@code -wal} or {@code -tbs-<tablespace>} (cloudnative-pg v1.30.0
 * pkg/reconciler/persistentvolumeclaim).
 */
record CopyClaims(ClusterReader cluster) {
  /** Claim of the primary -> claim of the copy; empty if they do not match one to one. */
  Optional<Map<String, String>> pairs(Facts facts, CnpgCluster copy) {
    var database = facts.postgres().knownDatabase();
    var primary = database.primary() == null ? database.name() + "-1" : database.primary();
    var instance =
        Instance.of(cluster, copy.namespace(), copy.name()).stream()
            .filter(one -> one.name().equals(copy.primary()))
            .findFirst();
    if (instance.isEmpty() || instance.get().claims().isEmpty()) return Optional.empty();
    var pairs = new TreeMap<String, String>();
    for (var claim : instance.get().names()) {
      if (!claim.startsWith(copy.primary())) return Optional.empty();
      pairs.put(primary + claim.substring(copy.primary().length()), claim);
    }
    // of a Cluster that is gone nobody knows what claims it had
    var same =
        database.claims().isEmpty() || pairs.keySet().equals(new java.util.TreeSet<>(known(facts)));
    return same ? Optional.of(Map.copyOf(pairs)) : Optional.empty();
  }

  private static List<String> known(Facts facts) {
    return facts.postgres().knownDatabase().claims();
  }
}
