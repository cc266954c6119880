package dev.salvor.nodeloss;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/** The objects that decide who had data where, read once. */
record Topology(
    List<Seen> nodes,
    List<Seen> volumes,
    List<Seen> claims,
    List<Seen> pods,
    List<Seen> databases,
    List<Seen> statefulSets) {
  private static final Set<String> OVER = Set.of("Succeeded", "Failed");

  static Topology read(ClusterReader cluster) {
    return new Topology(
        cluster.list(Kinds.NODE, ""),
        cluster.list(Kinds.PV, ""),
        cluster.list(Kinds.PVC, ""),
        cluster.list(Kinds.POD, ""),
        cluster.list(Kinds.CLUSTER, ""),
        cluster.list(Kinds.STATEFUL_SET, ""));
  }

  Optional<Seen> node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** The claim that a volume is bound to, if it still is that one. */
  Optional<Seen> claimOf(Seen volume) {
    return claims.stream()
        .filter(claim ->
            claim.uid().equals(volume.text("/spec/claimRef/uid"))
                && claim.text("/spec/volumeName").equals(volume.name()))
        .findFirst();
  }

  /** Pods that have the claim, whatever their state: one that is over keeps it, too. */
  List<Seen> users(Seen claim) {
    return pods.stream()
        .filter(pod -> pod.namespace().equals(claim.namespace()) && mounts(pod, claim.name()))
        .toList();
  }

  /** Pods of a node that have not come to their own end. */
  List<Seen> living(String node) {
    return pods.stream()
        .filter(pod -> pod.text("/spec/nodeName").equals(node))
        .filter(pod -> !OVER.contains(pod.text("/status/phase")))
        .toList();
  }

  Optional<Seen> database(String namespace, String name) {
    return databases.stream()
        .filter(one -> one.namespace().equals(namespace) && one.name().equals(name))
        .findFirst();
  }

  /** True if a pod has a claim, by name or as its generic ephemeral volume. */
  static boolean mounts(Seen pod, String claim) {
    return StreamSupport.stream(pod.at("/spec/volumes").spliterator(), false)
        .anyMatch(volume ->
            volume.at("/persistentVolumeClaim/claimName").asText().equals(claim)
                || volume.has("ephemeral")
                    && (pod.name() + "-" + volume.path("name").asText()).equals(claim));
  }

  /** Pods that have a claim now. */
  static List<Seen> pods(ClusterReader cluster, String namespace, String claim) {
    return cluster.list(Kinds.POD, namespace).stream().filter(pod -> mounts(pod, claim)).toList();
  }
}
