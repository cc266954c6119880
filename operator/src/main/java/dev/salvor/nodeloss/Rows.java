package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.api.Ref;
import dev.salvor.api.StrandedClaim;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.api.Victim;
import dev.salvor.kube.Kinds;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Parts of the map, as the acts need them. */
final class Rows {
  /** What a recovery of its own deletes and restores. */
  private static final Set<Way> BY_CHILD =
      Set.of(Way.Velero, Way.Postgres, Way.VolSync, Way.Longhorn, Way.Job);

  private Rows() {}

  /** Rows whose claims are deleted by this recovery itself. */
  static List<StrandedClaim> deletedHere(Facts facts) {
    return facts.knownNode().condemned().stream().filter(row -> !byChild(row)).toList();
  }

  static boolean byChild(StrandedClaim row) {
    return BY_CHILD.contains(row.way());
  }

  /** Clusters that make new instances of what is left of them. */
  static List<Ref> rebuilt(Facts facts) {
    return List.copyOf(
        new LinkedHashSet<>(
            facts.knownNode().going(Way.Replica).stream()
                .map(StrandedClaim::owner)
                .filter(Objects::nonNull)
                .toList()));
  }

  static Victim claim(StrandedClaim row) {
    return new Victim(Kinds.PVC.ref(row.namespace(), row.claim()), row.uid());
  }

  /** Pods that have stranded claims which are given up, and those that only stand in the way. */
  static List<Victim> pods(Facts facts) {
    var pods = new ArrayList<Victim>();
    facts.knownNode().condemned().forEach(row -> pods.addAll(row.pods()));
    pods.addAll(facts.knownNode().stuck());
    return pods.stream().distinct().toList();
  }
}
