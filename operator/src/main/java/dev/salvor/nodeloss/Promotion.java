package dev.salvor.nodeloss;

import dev.salvor.api.PromotionFacts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Optional;

/**
 * Who may become the primary of a Cluster whose fail-over has not come (postgres.md 1.9, 3.2). The
 * API server does not know how far a replica is, only its timeline; so one is chosen only if there
 * is one, and never where CloudNativePG may have a reason to wait.
 */
record Promotion(ClusterReader cluster, String lost) {
  /** The choice, or why a person has to make it. */
  sealed interface Choice {
    /** This one. */
    record Of(PromotionFacts promotion) implements Choice {}

    /** Nobody, for a reason as a sentence. */
    record Person(String why) implements Choice {}
  }

  Choice of(Seen database) {
    var veto = veto(database);
    if (veto.isPresent()) return new Choice.Person(veto.get());
    var ready = serving(database);
    var newest = ready.stream().mapToLong(pod -> timeline(database, pod)).max().orElse(0);
    var ahead = ready.stream().filter(pod -> timeline(database, pod) == newest).toList();
    if (ahead.isEmpty()) return new Choice.Person("no replica is ready on a living node");
    if (ahead.size() > 1)
      return new Choice.Person(
          "several replicas are ready, and only you can tell which is ahead (kubectl cnpg status)");
    var pod = ahead.getFirst();
    return new Choice.Of(new PromotionFacts(database.ref(), database.uid(), pod.name(), pod.uid()));
  }

  /** The instances that serve by the word of their kubelets, whatever CloudNativePG has noted. */
  List<Seen> serving(Seen database) {
    return cluster.list(Kinds.POD, database.namespace()).stream()
        .filter(pod -> pod.label("cnpg.io/cluster").equals(database.name()))
        .filter(pod -> pod.label("cnpg.io/podRole").equals("instance"))
        .filter(this::serves)
        .toList();
  }

  /** True for an instance that is up on a node that is up. */
  boolean serves(Seen pod) {
    return !pod.terminating()
        && pod.isTrue("Ready")
        && !pod.text("/spec/nodeName").equals(lost)
        && cluster
            .get(Kinds.NODE.ref(pod.text("/spec/nodeName")))
            .filter(node -> node.isTrue("Ready"))
            .isPresent();
  }

  /** What CloudNativePG may be waiting for with good reason, or what makes two primaries. */
  Optional<String> veto(Seen database) {
    if (database.flag("/spec/postgresql/synchronous/failoverQuorum")
        || database.annotation("alpha.cnpg.io/failoverQuorum").equals("true"))
      return Optional.of("it fails over by quorum only");
    if (database.flag("/spec/replica/enabled") || database.has("/spec/replica/primary"))
      return Optional.of("it follows another Cluster");
    if (!database.annotation("cnpg.io/fencedInstances").isEmpty())
      return Optional.of("instances of it are fenced");
    var old = database.text("/status/currentPrimary");
    if (old.isEmpty()) return Optional.of("it has never had a primary");
    return cluster
        .get(Kinds.POD.ref(database.namespace(), old))
        .filter(pod -> !pod.text("/spec/nodeName").isEmpty())
        .filter(pod -> !pod.text("/spec/nodeName").equals(lost))
        .map(pod -> "its primary " + old + " may still run on node " + pod.text("/spec/nodeName"));
  }

  private static long timeline(Seen database, Seen pod) {
    return database.number("/status/instancesReportedState/" + pod.name() + "/timeLineID", 0);
  }
}
