package dev.salvor.postgres;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One instance of a Cluster, as its claims tell.
 *
 * @param name as its claims have it, {@code db-2}
 * @param claims data first, then WAL, then tablespaces by name
 */
record Instance(String name, List<Seen> claims) {
  private static final Comparator<Seen> ORDER =
      Comparator.comparingInt((Seen claim) -> rank(claim)).thenComparing(Seen::name);

  Instance {
    claims = claims.stream().sorted(ORDER).toList();
  }

  /** Every instance of which a claim is left, by name. */
  static List<Instance> of(ClusterReader cluster, String namespace, String name) {
    var groups = new TreeMap<String, List<Seen>>();
    for (var claim : cluster.list(Kinds.PVC, namespace, Map.of(Cnpg.CLUSTER, name)))
      groups.computeIfAbsent(instance(claim), _ -> new ArrayList<>()).add(claim);
    return groups.entrySet().stream()
        .map(group -> new Instance(group.getKey(), group.getValue()))
        .toList();
  }

  List<String> names() {
    return claims.stream().map(Seen::name).toList();
  }

  /** {@code cnpg.io/nodeSerial}; 0 if no claim has it. */
  int serial() {
    for (var claim : claims) {
      var serial = claim.annotation(Cnpg.SERIAL);
      if (serial.matches("[0-9]{1,9}")) return Integer.parseInt(serial);
    }
    return 0;
  }

  /** True if every claim belongs to that very Cluster. */
  boolean ownedBy(String uid) {
    return claims.stream().allMatch(claim -> claim.ownedBy(uid));
  }

  /** The label, which CloudNativePG has set since 1.17; else what the claim's name begins with. */
  private static String instance(Seen claim) {
    var label = claim.label(Cnpg.INSTANCE);
    return label.isEmpty() ? claim.name().replaceFirst("-(wal|tbs-.*)$", "") : label;
  }

  private static int rank(Seen claim) {
    var rank = Cnpg.claimRoles().indexOf(claim.label(Cnpg.PVC_ROLE));
    return rank < 0 ? Cnpg.claimRoles().size() : rank;
  }
}
