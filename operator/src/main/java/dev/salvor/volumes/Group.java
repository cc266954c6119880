package dev.salvor.volumes;

import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The claims of one CloudNativePG Cluster. Those of the primary are exchanged; those of the other
 * instances are dropped, because CloudNativePG joins new replicas to the recovered primary.
 */
record Group(ClusterReader cluster, Run run, String namespace) {
  /** On every claim of a Cluster (cloudnative-pg pkg/utils/labels_annotations.go). */
  static final String CLUSTER = "cnpg.io/cluster";

  /**
   * The claims to drop with the volumes behind them, as they are now. What was dropped before and
   * is still kept by this run stays on record, or nobody would release it.
   */
  List<VolumeFacts> dropped(Facts facts, DatabaseFacts database) {
    var dropped = new ArrayList<VolumeFacts>();
    var volumes = new HashSet<String>();
    for (var name : database.others()) {
      var claim = ClaimView.read(cluster, namespace, name);
      if (claim.isEmpty()) continue;
      var behind = PvView.behind(cluster, claim.get()).map(PvView::facts);
      behind.ifPresent(pv -> volumes.add(pv.uid()));
      dropped.add(new VolumeFacts(name, claim.get().uid(), null, behind.orElse(null), null, null));
    }
    for (var before : facts.postgres().dropped()) {
      var old = before.old();
      if (old == null || volumes.contains(old.uid())) continue;
      if (PvView.read(cluster, old).filter(pv -> pv.heldBy(run)).isPresent()) dropped.add(before);
    }
    return dropped;
  }

  /** Claims that say they are of the Cluster and have none of these names. */
  List<ClaimView> besides(DatabaseFacts database) {
    var names = new HashSet<>(database.claims());
    names.addAll(database.others());
    return all(database.name()).filter(claim -> !names.contains(claim.name())).toList();
  }

  /** Claims that say they are of the Cluster and are not on record. */
  List<ClaimView> unrecorded(Facts facts, DatabaseFacts database) {
    var known = uids(facts);
    return all(database.name()).filter(claim -> !known.contains(claim.uid())).toList();
  }

  private Stream<ClaimView> all(String name) {
    return cluster.list(Kinds.PVC, namespace, Map.of(CLUSTER, name)).stream().map(ClaimView::new);
  }

  private static Set<String> uids(Facts facts) {
    var known = new HashSet<String>();
    Stream.concat(facts.volumes().stream(), facts.postgres().dropped().stream())
        .forEach(volume -> {
          if (volume.claimUid() != null) known.add(volume.claimUid());
        });
    return known;
  }
}
