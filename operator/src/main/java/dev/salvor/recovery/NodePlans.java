package dev.salvor.recovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.NodeFacts;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.api.Plan;
import dev.salvor.api.Plan.Target;
import dev.salvor.api.Ref;
import dev.salvor.api.StrandedClaim;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.engine.Journal;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.nodeloss.StartRecoveries;
import dev.salvor.nodeloss.StartResets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The plan of a NodeLossRecovery: a pure function of its facts. */
final class NodePlans {
  private static final List<String> HEAD =
      List.of("CLAIM", "SIZE", "CLASS", "VERDICT", "WAY", "FROM", "LOSS");

  private NodePlans() {}

  static Optional<Plan> of(
      Run run, NodeLossRecoverySpec spec, Journal<Facts> journal, Instant now) {
    var facts = journal.facts();
    var node = facts.node();
    if (node == null) return Optional.empty();
    var complete = journal.in("PlanRecovery", Journal.State.DONE);
    var waits = journal.in("AwaitApproval", Journal.State.RUNNING);
    var hash = hash(run, facts);
    return Optional.of(
        new Plan(
            hash,
            null,
            waits ? hash : null,
            complete,
            summary(facts, node, now),
            null,
            null,
            loss(node, now),
            "nothing that still runs is stopped, but for what a restore needs",
            targets(run, spec, facts)));
  }

  /** Covers the node, every claim, volume and pod with its UID, and the way of each. */
  static String hash(Run run, Facts facts) {
    var node = facts.knownNode();
    ObjectNode content =
        Json.object()
            .put("intent", facts.intent())
            .put("recovery", run.uid())
            .put("node", node.name())
            .put("nodeUid", node.uid());
    var rows = content.putArray("rows");
    for (var row : node.claims()) {
      if (row.condemned())
        rows.add(row.uid() + " " + row.volumeUid() + " " + row.way() + " " + row.source());
    }
    return Json.hash(content);
  }

  /** The map as a table, widest cell first known; one line per claim. */
  static String table(NodeFacts node, Instant now) {
    var lines = new ArrayList<List<String>>();
    lines.add(HEAD);
    for (var row : node.claims())
      lines.add(
          List.of(
              row.text(),
              text(row.size()),
              text(row.storageClass()),
              row.verdict().name(),
              row.way().name(),
              text(row.source()),
              loss(row, now)));
    var widths =
        IntStream.range(0, HEAD.size())
            .map(column ->
                lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0))
            .toArray();
    return lines.stream()
        .map(line ->
            IntStream.range(0, line.size())
                .mapToObj(column ->
                    line.get(column) + " ".repeat(widths[column] - line.get(column).length()))
                .collect(Collectors.joining("  "))
                .stripTrailing())
        .collect(Collectors.joining("\n"));
  }

  private static String summary(Facts facts, NodeFacts node, Instant now) {
    var lines = new ArrayList<String>();
    lines.add(node.evidence() + ".");
    lines.add(
        node.claims().isEmpty()
            ? "No claim had its volume on it alone: nothing is restored."
            : table(node, now));
    for (var row : node.claims())
      lines.add((row.condemned() ? "- " : "~ ") + row.text() + ": " + row.reason() + ".");
    if (!node.stuck().isEmpty())
      lines.add(
          "Forgotten, so that their controllers start them elsewhere: "
              + node.stuck().stream()
                  .map(pod -> pod.ref().namespace() + "/" + pod.ref().name())
                  .collect(Collectors.joining(", "))
              + ".");
    for (var database : databases(node))
      lines.add(
          "If "
              + database.namespace()
              + "/"
              + database.name()
              + " does not fail over by itself, the one replica that is ready is promoted; of several,"
              + " you promote one. If its WAL archiving does not go on, an ArchiveReset mends it: in"
              + " its lineage where that is whole; if the archive has a gap or diverged, with a new"
              + " base backup, and if need be a new lineage (serverName), which Git then has to name.");
    for (var helper : node.helpers())
      lines.add(
          "First, to run elsewhere: " + helper.what() + ", " + helper.pod().ref().text() + ".");
    for (var finding : facts.findings()) {
      if (finding.severity() == Finding.Severity.Refusal)
        lines.add("! " + finding.message() + ". " + finding.remedy());
    }
    return String.join("\n", lines);
  }

  /** Those that make new instances of what is left of them. */
  private static List<Ref> databases(NodeFacts node) {
    return node.going(Way.Replica).stream()
        .map(StrandedClaim::owner)
        .flatMap(Stream::ofNullable)
        .distinct()
        .toList();
  }

  /** The worst of all. */
  private static String loss(NodeFacts node, Instant now) {
    var empty = node.going(Way.Empty);
    if (!empty.isEmpty())
      return "everything in "
          + empty.stream().map(StrandedClaim::text).collect(Collectors.joining(", "));
    return node.condemned().stream()
        .filter(row -> row.backedUpAt() != null)
        .min(java.util.Comparator.comparing(StrandedClaim::backedUpAt))
        .map(row -> "at most " + loss(row, now) + ", of " + row.text())
        .orElse("nothing that was archived or replicated");
  }

  private static String loss(StrandedClaim row, Instant now) {
    var at = row.backedUpAt();
    return switch (row.way()) {
      case Replica, Galera, Cache -> "none";
      case Empty -> "all";
      case Postgres -> "what was not archived";
      case Report -> "";
      case Job -> "what its source lacks";
      case Velero, VolSync, Longhorn ->
          at == null ? "unknown" : Words.age(Duration.between(at, now));
    };
  }

  private static List<Target> targets(Run run, NodeLossRecoverySpec spec, Facts facts) {
    var node = facts.knownNode();
    var targets = new ArrayList<Target>();
    for (var child : StartRecoveries.of(facts, run, spec))
      targets.add(new Target("Create", child, null, "what it does is in its own plan"));
    for (var reset : StartResets.of(facts, run, spec))
      targets.add(new Target("Create", reset, null, "only if its WAL archiving does not go on"));
    for (var database : databases(node))
      targets.add(
          new Target("Change", database, null, "told whom to promote, only if no fail-over comes"));
    for (var database : node.galera())
      targets.add(
          new Target(
              "Hold",
              database.ref(),
              database.uid(),
              "told in which member to begin anew, only if it has lost its quorum and its operator"
                  + " does not find one by itself; taken back"));
    if (Boolean.TRUE.equals(spec.deleteNodeObject()) && node.uid() != null)
      targets.add(new Target("Delete", Kinds.NODE.ref(node.name()), node.uid(), null));
    for (var row : node.condemned()) {
      targets.add(
          new Target(
              "Delete", Kinds.PVC.ref(row.namespace(), row.claim()), row.uid(), row.way().name()));
      targets.add(
          row.way() == Way.Longhorn
              ? new Target("Retain", Kinds.PV.ref(row.volume()), row.volumeUid(), null)
              : new Target("Delete", Kinds.PV.ref(row.volume()), row.volumeUid(), null));
      row.pods().forEach(pod -> targets.add(new Target("Delete", pod.ref(), pod.uid(), null)));
    }
    for (var helper : node.helpers())
      targets.add(
          new Target("Delete", helper.pod().ref(), helper.pod().uid(), helper.what() + ", first"));
    node.stuck().forEach(pod -> targets.add(new Target("Delete", pod.ref(), pod.uid(), null)));
    return targets;
  }

  private static String text(@org.jspecify.annotations.Nullable String value) {
    return value == null || value.isEmpty() ? "-" : value;
  }
}
