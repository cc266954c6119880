package dev.salvor.recovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.ConsumerFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.Plan;
import dev.salvor.api.Plan.Target;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Quantity;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a NamespaceRestore: its hashes, its targets, and its words. A pure function of the
 * recovery and its facts.
 */
final class Plans {
  private Plans() {}

  /** Covers intent, recovery, cluster, namespace and every target with its UID. */
  static String hash(Run run, Facts facts) {
    return Json.hash(content(run, facts));
  }

  /** Covers the plan and the proven pairs on top of it. */
  static String swapHash(Run run, Facts facts) {
    var content = content(run, facts);
    var pairs = content.putArray("pairs");
    for (var volume : facts.volumes()) {
      var copy = volume.copy();
      if (copy != null)
        pairs
            .addObject()
            .put("claim", volume.claim())
            .put("copy", copy.uid())
            .put("bytes", copy.bytes());
    }
    content.set(
        "checks",
        Json.MAPPER.valueToTree(
            facts.checks().stream().map(check -> check.name() + "=" + check.passed()).toList()));
    return Json.hash(content);
  }

  private static ObjectNode content(Run run, Facts facts) {
    var content =
        Json.object()
            .put("intent", facts.intent())
            .put("recovery", run.uid())
            .put("strategy", Objects.toString(facts.strategy()));
    var target = facts.target();
    if (target != null) content.put("cluster", target.cluster()).put("namespace", target.uid());
    var backup = facts.backup();
    if (backup != null) content.put("backup", backup.uid());
    var volumes = content.putArray("volumes");
    for (var volume : facts.volumes()) {
      var one = volumes.addObject().put("claim", volume.claim()).put("uid", volume.claimUid());
      var old = volume.old();
      if (old != null) one.put("old", old.uid());
      var from = volume.content();
      if (from != null) one.put("snapshot", from.snapshotId());
    }
    var others = content.putArray("others");
    facts.consumers().forEach(one -> others.add(one.ref().text() + " " + one.uid()));
    facts.workloads().forEach(one -> others.add(one.ref().text() + " " + one.uid()));
    facts.owners().forEach(one -> others.add(one.ref().text() + " " + one.uid()));
    return content;
  }

  /** The forward plan. {@code approve} is the hash that is asked for now; null while none is. */
  static Plan forward(
      NamespaceRestore restore,
      Run run,
      String velero,
      Facts facts,
      boolean complete,
      boolean proven,
      @Nullable String approve,
      Instant now) {
    var strategy = facts.strategy();
    var backup = facts.backup();
    var loss =
        backup == null
            ? null
            : Words.age(Duration.between(backup.startedAt(), now))
                + " since "
                + Words.at(backup.startedAt());
    return new Plan(
        hash(run, facts),
        strategy == Strategy.Swap && proven ? swapHash(run, facts) : null,
        approve,
        complete,
        summary(restore, facts, proven),
        strategy == null ? null : strategy.name(),
        backup == null ? null : backup.name(),
        loss,
        outage(facts),
        targets(restore, run, velero, facts));
  }

  /** The plan of an undo; what it loses is what was written since the exchange. */
  static Plan undo(Run run, Facts facts, @Nullable String approve) {
    var claims = facts.volumes().stream().map(VolumeFacts::claim).collect(Collectors.joining(", "));
    var targets = new ArrayList<Target>();
    for (var volume : facts.volumes()) addPair(targets, volume, facts.knownTarget().namespace());
    addHeld(targets, facts);
    return new Plan(
        hash(run, facts),
        null,
        approve,
        true,
        "Exchange the volumes of "
            + claims
            + " back to those from before the recovery. No data is copied. Everything written since the recovery"
            + " is lost to the claims, and stays on the retained volumes until they are released.",
        Strategy.Swap.name(),
        null,
        "all that was written since the recovery",
        outage(facts),
        targets);
  }

  private static String outage(Facts facts) {
    if (facts.consumers().isEmpty() && facts.workloads().isEmpty())
      return "none: nothing uses the claims";
    return facts.strategy() == Strategy.Swap
        ? "the stop and start of the workloads plus about 10s, whatever the amount of data"
        : "the whole restore: the workloads are stopped until the data is back";
  }

  private static String summary(NamespaceRestore restore, Facts facts, boolean proven) {
    var lines = new ArrayList<String>();
    var target = facts.target();
    var backup = facts.backup();
    var what =
        restore.getSpec().effectiveScope() == Scope.Namespace
            ? "everything in namespace "
            : "the volumes of namespace ";
    lines.add(
        "Restore "
            + what
            + (target == null ? "?" : target.namespace())
            + " from "
            + (backup == null
                ? "a backup that is not chosen yet"
                : "backup " + backup.name() + " of " + Words.at(backup.startedAt()))
            + ".");
    if (facts.strategy() == Strategy.Swap) {
      lines.add(
          proven
              ? "The copy beside is complete and proven; on approval the workloads stop, the volumes are exchanged under the same claim names, the workloads start."
              : "The copy is made beside, while the workloads run; nothing is exchanged before it is proven and approved.");
      lines.add("The volumes from before are kept; undo exchanges them back.");
    } else if (facts.strategy() == Strategy.InPlace) {
      lines.add(
          "In place: GitOps is held, workloads are stopped, claims are deleted (their volumes are kept for an undo), then the restore runs.");
    }
    for (var volume : facts.volumes()) {
      var content = volume.content();
      lines.add(
          "- "
              + volume.claim()
              + ": "
              + (content == null
                  ? "nothing in the backup"
                  : Quantity.text(content.bytes()) + " by " + content.method())
              + (volume.copy() == null ? "" : ", proven on " + volume.provenCopy().name()));
    }
    for (var check : facts.checks())
      lines.add(
          "- check "
              + check.name()
              + " on "
              + check.backup()
              + ": "
              + (check.passed() ? "passed" : "failed"));
    for (var finding : facts.findings()) {
      lines.add(
          (finding.severity() == Finding.Severity.Refusal ? "! " : "~ ")
              + finding.message()
              + ". "
              + finding.remedy());
    }
    return String.join("\n", lines);
  }

  private static List<Target> targets(
      NamespaceRestore restore, Run run, String velero, Facts facts) {
    var target = facts.target();
    if (target == null) return List.of();
    var targets = new ArrayList<Target>();
    var namespace = target.namespace();
    var attempt = facts.restore().attempt();
    if (facts.strategy() == Strategy.Swap) {
      targets.add(
          new Target(
              "Create",
              Kinds.NAMESPACE.ref(run.shadow(namespace, attempt)),
              null,
              "shadow namespace, removed before the exchange"));
    }
    targets.add(
        new Target("Create", Kinds.RESTORE.ref(velero, run.restoreName(attempt)), null, null));
    addHeld(targets, facts);
    for (var volume : facts.volumes()) addPair(targets, volume, namespace);
    for (var workload : facts.workloads())
      targets.add(
          new Target("Delete", workload.ref(), workload.uid(), "and restored from the backup"));
    if (restore.getSpec().effectiveScope() == Scope.Namespace) {
      targets.add(
          new Target(
              "Create",
              Kinds.NAMESPACE.ref(namespace),
              target.uid(),
              "everything in the backup of this namespace"));
    }
    return targets;
  }

  static void addHeld(List<Target> targets, Facts facts) {
    for (var owner : facts.owners()) {
      targets.add(
          new Target(
              owner.alreadyHeld() ? "Watch" : "Hold", owner.ref(), owner.uid(), owner.why()));
    }
    for (var schedule : facts.schedules())
      targets.add(new Target("Pause", schedule.ref(), schedule.uid(), null));
    for (var consumer : facts.consumers()) targets.add(standStill(consumer));
  }

  private static Target standStill(ConsumerFacts consumer) {
    var replicas = consumer.replicas();
    if (Kinds.POD.of(consumer.ref())) {
      return new Target("Delete", consumer.ref(), consumer.uid(), "finished, but keeps its claim");
    }
    if (replicas != null) {
      return new Target("Scale", consumer.ref(), consumer.uid(), "to 0, then back to " + replicas);
    }
    return new Target("Hold", consumer.ref(), consumer.uid(), "suspended, then as before");
  }

  static void addPair(List<Target> targets, VolumeFacts volume, String namespace) {
    var old = volume.old();
    var copy = volume.copy();
    if (old != null)
      targets.add(
          new Target("Retain", Kinds.PV.ref(old.name()), old.uid(), "holds the data from before"));
    if (volume.claimUid() != null) {
      var note =
          copy == null
              ? "deleted and created again"
              : "deleted and created again on " + copy.name();
      targets.add(
          new Target(
              "Exchange", Kinds.PVC.ref(namespace, volume.claim()), volume.claimUid(), note));
    }
  }
}
