package dev.salvor.nodeloss;

import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Longhorn;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The objects that decide who had data where, read once. */
final class Topology {
  private static final Set<String> OVER = Set.of("Succeeded", "Failed");

  private final List<Seen> nodes;
  private final List<Seen> volumes;
  private final List<Seen> claims;
  private final List<Seen> pods;
  private final Map<String, Seen> volumesByName;
  private final Map<String, Seen> claimsByUid;
  private final Map<String, List<Seen>> podsByClaim = new HashMap<>();
  private final Map<Ref, Seen> databases;
  private final Map<Ref, Seen> galeras;
  private final Replicated replicated;

  /**
   * @param databases Clusters of CloudNativePG
   * @param mariadbs MariaDBs of mariadb-operator
   * @param replicated volumes of Longhorn
   */
  Topology(
      List<Seen> nodes,
      List<Seen> volumes,
      List<Seen> claims,
      List<Seen> pods,
      List<Seen> databases,
      List<Seen> mariadbs,
      Replicated replicated) {
    this.nodes = nodes;
    this.volumes = volumes;
    this.claims = claims;
    this.pods = pods;
    this.volumesByName = by(volumes, Seen::name);
    this.claimsByUid = by(claims, Seen::uid);
    this.databases = by(databases, Seen::ref);
    this.galeras = by(mariadbs, Seen::ref);
    this.replicated = replicated;
    for (var pod : pods)
      for (var claim : claimsOf(pod))
        podsByClaim.computeIfAbsent(pod.namespace() + "/" + claim, _ -> new ArrayList<>()).add(pod);
  }

  static Topology read(ClusterReader cluster) {
    return new Topology(
        cluster.list(Kinds.NODE, ""),
        cluster.list(Kinds.PV, ""),
        cluster.list(Kinds.PVC, ""),
        cluster.list(Kinds.POD, ""),
        cluster.list(Kinds.CLUSTER, ""),
        cluster.list(Kinds.MARIADB, ""),
        Replicated.read(cluster));
  }

  List<Seen> nodes() {
    return nodes;
  }

  List<Seen> volumes() {
    return volumes;
  }

  List<Seen> claims() {
    return claims;
  }

  List<Seen> pods() {
    return pods;
  }

  Optional<Seen> node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** The claim that a volume is bound to, if it still is that one. */
  Optional<Seen> claimOf(Seen volume) {
    return Optional.ofNullable(claimsByUid.get(volume.text("/spec/claimRef/uid")))
        .filter(claim -> claim.text("/spec/volumeName").equals(volume.name()));
  }

  /** Pods that have the claim, whatever their state: one that is over keeps it, too. */
  List<Seen> users(Seen claim) {
    return podsByClaim.getOrDefault(claim.namespace() + "/" + claim.name(), List.of());
  }

  /** Pods of a node that have not come to their own end. */
  List<Seen> living(String node) {
    return pods.stream()
        .filter(pod -> pod.text("/spec/nodeName").equals(node))
        .filter(pod -> !OVER.contains(pod.text("/status/phase")))
        .toList();
  }

  /** A Cluster of CloudNativePG. */
  Optional<Seen> database(Ref ref) {
    return Optional.ofNullable(databases.get(ref));
  }

  Replicated replicated() {
    return replicated;
  }

  /** Name of the Longhorn volume behind a claim; empty if it has another one. */
  String handle(Seen claim) {
    return Optional.ofNullable(volumesByName.get(claim.text("/spec/volumeName")))
        .flatMap(Longhorn::handle)
        .orElse("");
  }

  /** A MariaDB. */
  Optional<Seen> galera(Ref ref) {
    return Optional.ofNullable(galeras.get(ref));
  }

  /** Claims that a pod has, by name or as its generic ephemeral volumes. */
  static Set<String> claimsOf(Seen pod) {
    var found = new LinkedHashSet<String>();
    for (var volume : pod.at("/spec/volumes")) {
      var claim = volume.at("/persistentVolumeClaim/claimName").asText();
      if (!claim.isEmpty()) found.add(claim);
      if (volume.has("ephemeral")) found.add(pod.name() + "-" + volume.path("name").asText());
    }
    return found;
  }

  /** Pods that have a claim now. */
  static List<Seen> pods(ClusterReader cluster, String namespace, String claim) {
    return cluster.list(Kinds.POD, namespace).stream()
        .filter(pod -> claimsOf(pod).contains(claim))
        .toList();
  }

  private static <K> Map<K, Seen> by(List<Seen> objects, Function<Seen, K> key) {
    return objects.stream().collect(Collectors.toMap(key, one -> one, (one, _) -> one));
  }
}
