package dev.salvor.nodeloss;

import dev.salvor.api.StrandedClaim.Verdict;
import dev.salvor.kube.Longhorn;
import dev.salvor.kube.Seen;
import dev.salvor.nodeloss.Stranding.Ruling;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a volume of Longhorn went with the node. Degraded is not lost: with a replica elsewhere
 * it starts there by itself. Where it cannot be told it is reported, never deleted.
 *
 * @param node name of the lost node
 * @param since as in {@link Stranding}
 */
record ReplicaRuling(String node, @Nullable Instant since, Topology all) {
  /** Empty for a volume that the node had nothing of. */
  Optional<Ruling> of(Seen persistentVolume, String handle) {
    var volume = all.replicated().volume(handle);
    var replicas = all.replicated().of(handle);
    if (volume.isEmpty() || replicas.stream().noneMatch(Longhorn::filled))
      return used(persistentVolume)
          ? ruling(
              Verdict.Unknown,
              volume.isEmpty()
                  ? "Longhorn does not know its volume " + handle
                  : "Longhorn knows no replica with its data")
          : Optional.empty();
    var nodes =
        all.nodes().stream()
            .map(Seen::name)
            .filter(name -> since != null || !name.equals(node))
            .collect(Collectors.toSet());
    var where = Longhorn.replicas(replicas, nodes, node, since);
    if (!where.lost().contains(node)) return Optional.empty();
    if (where.gone())
      return ruling(
          Verdict.Stranded,
          "no other node has it: its replicas with data were on "
              + String.join(", ", where.lost()));
    if (where.healthy().isEmpty())
      return ruling(
          Verdict.Unknown,
          "its replicas on "
              + String.join(", ", where.failed())
              + " have failed, and Longhorn may salvage them");
    var ready = where.healthy().stream().filter(this::ready).toList();
    if (ready.isEmpty())
      return ruling(
          Verdict.Unknown,
          "its other replicas are on "
              + String.join(", ", where.healthy())
              + ", which are not Ready either");
    var state = volume.get().text("/status/robustness");
    return ruling(
        Verdict.SelfHealing,
        "Longhorn has a replica on "
            + String.join(", ", ready)
            + " and serves it from there"
            + (state.isEmpty() ? "" : "; it calls it " + state));
  }

  private boolean ready(String name) {
    return all.node(name)
        .filter(one -> one.condition("Ready").path("status").asText("True").equals("True"))
        .isPresent();
  }

  private boolean used(Seen persistentVolume) {
    return all.claimOf(persistentVolume)
        .filter(claim ->
            all.users(claim).stream().anyMatch(pod -> pod.text("/spec/nodeName").equals(node)))
        .isPresent();
  }

  private static Optional<Ruling> ruling(Verdict verdict, String reason) {
    return Optional.of(new Ruling(verdict, reason));
  }
}
