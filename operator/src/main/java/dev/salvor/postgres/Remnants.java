package dev.salvor.postgres;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a Cluster. A claim or a Job that goes only slowly would be taken for its own by
 * another Cluster of that name, by label, by owner's name or by its mere name (postgres.md 1.5 R1,
 * R2, R4): so all three are asked.
 *
 * @param uid of the Cluster; null to ask by label and name only
 */
record Remnants(ClusterReader cluster, String namespace, String name, @Nullable String uid) {
  /** Poolers' pods carry the label too and stay. */
  private static final List<Kind> OWNED =
      List.of(Kinds.JOB, Kinds.POD, Kinds.PVC, Kinds.SERVICE, Kinds.SECRET, Kinds.LEASE);

  /** The Cluster itself first, then everything that is its own, in the order of the kinds. */
  static List<Seen> of(ClusterReader cluster, String namespace, String name, @Nullable String uid) {
    return new Remnants(cluster, namespace, name, uid).all();
  }

  /** {@code Pod shop/db-r1-1, Secret shop/db-r1-ca and 3 more}. */
  static String names(List<Seen> left) {
    var first = left.stream().limit(3).map(seen -> seen.ref().text());
    var more = left.size() - 3;
    return first.collect(Collectors.joining(", ")) + (more > 0 ? " and " + more + " more" : "");
  }

  private List<Seen> all() {
    var self = cluster.get(CnpgCluster.ref(namespace, name)).stream();
    var owned =
        OWNED.stream()
            .flatMap(kind -> cluster.list(kind, namespace).stream().filter(seen -> mine(seen)));
    return java.util.stream.Stream.concat(self, owned).toList();
  }

  private boolean mine(Seen seen) {
    if (Kinds.POD.of(seen.ref()) && seen.label(Cnpg.POD_ROLE).equals("pooler")) return false;
    if (uid != null && seen.ownedBy(uid)) return true;
    // what another living Cluster owns is not ours, whatever its name
    if (!seen.at("/metadata/ownerReferences").isEmpty() && foreign(seen)) return false;
    var kind = seen.ref().kind();
    if (kind.equals("Secret") || kind.equals("Service"))
      return uid == null && nameOfItsOwn(seen.name());
    return seen.label(Cnpg.CLUSTER).equals(name) || instanceName(seen.name());
  }

  private boolean foreign(Seen seen) {
    for (var owner : seen.at("/metadata/ownerReferences"))
      if (owner.path("kind").asText().equals("Cluster") && owner.path("name").asText().equals(name))
        return false;
    return !seen.label(Cnpg.CLUSTER).equals(name);
  }

  /** {@code db-1}, {@code db-1-wal}, {@code db-1-tbs-x}, {@code db-1-full-recovery}; Lease db. */
  private boolean instanceName(String other) {
    return other.equals(name)
        || Pattern.matches(
            Pattern.quote(name)
                + "-[0-9]+(-wal|-tbs-.+|-initdb|-pgbasebackup|-full-recovery|-snapshot-recovery|-import|-join.*|-[a-z0-9]{5})?",
            other);
  }

  /** Services and Secrets that CloudNativePG makes for every Cluster. */
  private boolean nameOfItsOwn(String other) {
    return Pattern.matches(
        Pattern.quote(name) + "-(rw|ro|r|any|app|superuser|ca|server|replication)", other);
  }
}
