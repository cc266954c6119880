package dev.salvor.nodeloss;

import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What speaks for the loss of a node right now.
 *
 * @param uid UID of its Node object; null if there is none
 * @param back it answers: it is not lost
 * @param early it has been silent, but not for long enough
 * @param confirmed a person has said that the machine is off
 */
record Evidence(
    @Nullable String uid,
    boolean back,
    boolean early,
    boolean confirmed,
    @Nullable Instant lastSeen,
    String text) {
  /** A kubelet renews its Lease every ten seconds and is given up after forty. */
  static final Duration SILENCE = Duration.ofMinutes(10);

  private static final String LEASES = "kube-node-lease";
  private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

  static Evidence read(ClusterReader cluster, NodeLossRecoverySpec spec, Instant now) {
    var name = spec.nodeName();
    var node = cluster.get(Kinds.NODE.ref(name));
    var seen =
        cluster
            .get(Kinds.LEASE.ref(LEASES, name))
            .flatMap(lease -> lease.time("/spec/renewTime"))
            .orElse(null);
    var word = name.equals(spec.confirmNodeLost());
    if (node.isEmpty())
      return new Evidence(null, false, false, word, seen, "Node " + name + " does not exist");
    var uid = node.get().uid();
    if (spec.newMachine())
      return new Evidence(
          uid,
          false,
          false,
          word,
          seen,
          "another machine has the name "
              + name
              + " since "
              + node.get().text("/metadata/creationTimestamp"));
    if (node.get().isTrue("Ready"))
      return new Evidence(uid, true, false, false, seen, "Node " + name + " is Ready");
    var silent = seen == null ? SILENCE : Duration.between(seen, now);
    var text =
        "Node " + name + " is not Ready, its kubelet silent for " + silent.toMinutes() + " min";
    if (silent.compareTo(SILENCE) < 0)
      return new Evidence(
          uid,
          false,
          true,
          word || tainted(node.get()),
          seen,
          text + "; it may come back, waiting for " + SILENCE.toMinutes() + " min of silence");
    return new Evidence(uid, false, false, word || tainted(node.get()), seen, text);
  }

  private static boolean tainted(Seen node) {
    for (var taint : node.at("/spec/taints")) {
      if (taint.path("key").asText().equals(OUT_OF_SERVICE)) return true;
    }
    return false;
  }
}
