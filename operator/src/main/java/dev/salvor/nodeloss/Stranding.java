package dev.salvor.nodeloss;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.StrandedClaim.Verdict;
import dev.salvor.kube.Longhorn;
import dev.salvor.kube.NodeFit;
import dev.salvor.kube.Seen;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Whether a volume went with the node (volumes-and-databases.md 4.2). A volume is stranded if no
 * node that is left satisfies its node affinity and something names the lost node as the one that
 * had it. That no node satisfies it is never enough: a label may just have been taken off.
 *
 * @param node name of the lost node
 * @param since creation of the Node object that has the name now; null if none has, or if it is the
 *     lost one
 */
record Stranding(String node, @org.jspecify.annotations.Nullable Instant since, Topology all) {
  /** Written by the scheduler on a claim that waits for its first consumer. */
  private static final String SELECTED = "volume.kubernetes.io/selected-node";

  private static final String LOCAL_PATH = "local.path.provisioner/selected-node";

  /** A verdict and what speaks for it. */
  record Ruling(Verdict verdict, String reason) {}

  /** Empty for a volume that a node serves, or could. */
  Optional<Ruling> of(Seen volume) {
    var handle = Longhorn.handle(volume);
    if (handle.isPresent()) return new ReplicaRuling(node, since, all).of(volume, handle.get());
    if (volume.at("/spec/nodeAffinity/required/nodeSelectorTerms").isEmpty())
      return Optional.empty();
    var servers = all.nodes().stream().filter(one -> NodeFit.fits(volume, one)).toList();
    var others = servers.stream().filter(one -> !one.name().equals(node)).toList();
    if (!others.isEmpty()) return Optional.empty();
    if (!servers.isEmpty()) return namesake(volume);
    return Optional.of(
        attribution(volume)
            .map(why -> new Ruling(Verdict.Stranded, "no other node has it: " + why))
            .orElseGet(() ->
                new Ruling(
                    Verdict.Unknown,
                    "no node satisfies its node affinity, but nothing names " + node)));
  }

  /** Only the Node object of that name satisfies it: the lost one, or one that has its name. */
  private Optional<Ruling> namesake(Seen volume) {
    if (since == null)
      return Optional.of(
          new Ruling(
              Verdict.Stranded, "no other node has it: its node affinity is that of " + node));
    var made = volume.time("/metadata/creationTimestamp");
    return made.isPresent() && made.get().isBefore(since)
        ? Optional.of(
            new Ruling(
                Verdict.Stranded,
                "it is older than the machine that has the name " + node + " now"))
        : Optional.empty();
  }

  /** What names the lost node once its Node object, with its labels, is gone. */
  private Optional<String> attribution(Seen volume) {
    for (var term : volume.at("/spec/nodeAffinity/required/nodeSelectorTerms")) {
      for (var part : new String[] {"matchExpressions", "matchFields"}) {
        for (var expression : term.path(part)) {
          if (expression.path("operator").asText().equals("In")
              && has(expression.path("values"), node))
            return Optional.of(
                "its node affinity is " + expression.path("key").asText() + "=" + node);
        }
      }
    }
    if (volume.annotation(LOCAL_PATH).equals(node))
      return Optional.of("its provisioner made it on " + node);
    var claim = all.claimOf(volume);
    if (claim.isEmpty()) return Optional.empty();
    if (claim.get().annotation(SELECTED).equals(node))
      return Optional.of("the scheduler chose " + node + " for it");
    return all.users(claim.get()).stream()
        .filter(pod -> pod.text("/spec/nodeName").equals(node))
        .findFirst()
        .map(pod -> "pod " + pod.name() + " used it on " + node);
  }

  private static boolean has(JsonNode values, String value) {
    return StreamSupport.stream(values.spliterator(), false)
        .anyMatch(one -> one.asText().equals(value));
  }
}
