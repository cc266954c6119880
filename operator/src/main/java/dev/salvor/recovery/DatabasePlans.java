package dev.salvor.recovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Plan;
import dev.salvor.api.PostgresRecovery;
import dev.salvor.api.PostgresRecoverySpec;
import dev.salvor.api.Recoverable;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Journal;
import dev.salvor.kube.Json;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a PostgresRecovery: its hashes, its targets, and its words. A pure function of the
 * recovery and its facts.
 */
final class DatabasePlans {
  private static final String EXCHANGE =
      "the stop and start of the database and its consumers plus about 15s, whatever the amount of data";

  private static final String DRAINED =
      "the stop and start of the database and its consumers, the replay of its last WAL and the promotion of the copy, plus about 30s, whatever the amount of data";

  /** The ways of a PostgresRecovery, one runbook each. */
  enum Way {
    SWAP,
    DRAIN,
    ADOPT,
    BESIDE,
    IN_PLACE;

    static Way of(Facts facts) {
      var database = facts.postgres().database();
      if (facts.strategy() == Strategy.Beside) return BESIDE;
      if (facts.strategy() == Strategy.InPlace) return IN_PLACE;
      if (facts.postgres().follow() != null) return DRAIN;
      return database == null || database.canHibernate() ? SWAP : ADOPT;
    }

    /** What will happen, in a sentence. */
    String words(boolean proven) {
      return switch (this) {
        case BESIDE ->
            "A copy is recovered beside, proven, and left to you; production is not touched.";
        case IN_PLACE ->
            "No copy is made: on approval everything stands still, a last backup is taken if the database can, the Cluster is deleted (its volumes are kept) and made anew from the archive.";
        case SWAP ->
            proven
                ? "The copy is recovered and proven; on approval the database hibernates, its volumes are exchanged, it wakes on the recovered data."
                : BEFORE_PROOF;
        case DRAIN ->
            proven
                ? "The copy follows the database and is proven; on approval the database is shut down, the copy replays the last it wrote, is proven to have it and promoted, the volumes are exchanged, the database wakes on them."
                : "A copy is restored beside and follows the database; nothing of production is touched before the copy is proven and approved.";
        case ADOPT ->
            proven
                ? "The copy is recovered and proven; on approval what is left of the Cluster is deleted (its volumes are kept), and a new one of its name adopts the recovered volumes."
                : BEFORE_PROOF;
      };
    }

    private static final String BEFORE_PROOF =
        "A copy is recovered beside; nothing of production is touched before the copy is proven and approved.";
  }

  private DatabasePlans() {}

  static Optional<Plan> of(
      PostgresRecovery recovery, Journal<Facts> journal, boolean undo, Instant now) {
    var run = new Run(recovery.ref(), recovery.getMetadata().getUid());
    var facts = journal.facts();
    if (facts.postgres().database() == null) return Optional.empty();
    if (undo) {
      var waits = journal.in("AwaitUndoApproval", Journal.State.RUNNING);
      return Optional.of(undo(facts, hash(run, facts), waits));
    }
    var proven = journal.in("PlanSwap", Journal.State.DONE);
    // in place there is no copy whose proof would be approved
    var early = facts.strategy() == Strategy.InPlace ? "AwaitApproval" : "AwaitPlanApproval";
    var approve =
        journal.in(early, Journal.State.RUNNING)
            ? hash(run, facts)
            : journal.in("AwaitApproval", Journal.State.RUNNING) ? swapHash(run, facts) : null;
    var complete = journal.in("PlanRecovery", Journal.State.DONE);
    return Optional.of(forward(run, recovery.getSpec(), facts, complete, proven, approve, now));
  }

  /** Covers intent, recovery, cluster, the pinned point and every target with its UID. */
  static String hash(Run run, Facts facts) {
    return Json.hash(content(run, facts));
  }

  /** Covers the plan and the proven copy on top of it. */
  static String swapHash(Run run, Facts facts) {
    var content = content(run, facts);
    var copy = facts.postgres().copy();
    if (copy != null)
      content
          .put("copy", copy.uid())
          .put("copySystem", copy.systemId())
          .put("copyTimeline", copy.timeline());
    var pairs = content.putArray("pairs");
    for (var volume : facts.volumes()) {
      var filled = volume.copy();
      if (filled != null) pairs.addObject().put("claim", volume.claim()).put("copy", filled.uid());
    }
    content.set(
        "checks",
        Json.MAPPER.valueToTree(
            facts.checks().stream().map(check -> check.name() + "=" + check.passed()).toList()));
    return Json.hash(content);
  }

  private static ObjectNode content(Run run, Facts facts) {
    var known = facts.postgres();
    var content =
        Json.object()
            .put("intent", facts.intent())
            .put("recovery", run.uid())
            .put("strategy", Objects.toString(facts.strategy()))
            .put("lineage", known.lineage());
    var target = facts.target();
    if (target != null) content.put("cluster", target.cluster()).put("namespace", target.uid());
    var database = known.database();
    if (database != null)
      content.put("database", database.uid()).put("primary", database.primary());
    var point = known.point();
    if (point != null)
      content
          .put("source", point.serverName())
          .put("backup", point.backupId())
          .put("timeline", point.timeline())
          .put("target", point.type() + " " + point.value());
    var volumes = content.putArray("volumes");
    for (var volume : facts.volumes()) add(volumes.addObject(), volume);
    var dropped = content.putArray("dropped");
    for (var volume : known.dropped()) add(dropped.addObject(), volume);
    var others = content.putArray("others");
    facts.consumers().forEach(one -> others.add(one.ref().text() + " " + one.uid()));
    facts.schedules().forEach(one -> others.add(one.ref().text() + " " + one.uid()));
    facts.owners().forEach(one -> others.add(one.ref().text() + " " + one.uid()));
    return content;
  }

  private static void add(ObjectNode one, VolumeFacts volume) {
    one.put("claim", volume.claim()).put("uid", volume.claimUid());
    var old = volume.old();
    if (old != null) one.put("old", old.uid());
  }

  private static Plan forward(
      Run run,
      PostgresRecoverySpec spec,
      Facts facts,
      boolean complete,
      boolean proven,
      @Nullable String approve,
      Instant now) {
    var point = facts.postgres().point();
    var strategy = facts.strategy();
    return new Plan(
        hash(run, facts),
        proven ? swapHash(run, facts) : null,
        approve,
        complete,
        summary(facts, proven),
        strategy == null ? null : strategy.name(),
        point == null ? null : point.serverName() + "/" + point.backupId(),
        point == null ? null : loss(facts, point, now),
        outage(facts),
        DatabaseTargets.of(spec, facts));
  }

  private static String loss(Facts facts, RecoveryPoint point, Instant now) {
    if (Way.of(facts) == Way.DRAIN)
      return "nothing: whatever is committed before the database is shut down is in the copy, or the old volumes stay";
    if (point.type() == RecoveryTarget.Type.Time)
      return Words.age(Duration.between(Instant.parse(point.value()), now))
          + " since "
          + Words.at(Instant.parse(point.value()));
    var until = point.until();
    if (point.type() == RecoveryTarget.Type.Latest && until != null)
      return "what was committed after " + Words.at(until);
    return "what was committed after " + target(point);
  }

  private static String target(RecoveryPoint point) {
    return switch (point.type()) {
      case Latest -> "the newest moment of the archive";
      case Immediate -> "the end of base backup " + point.backupId();
      case Time -> String.valueOf(Words.at(Instant.parse(point.value())));
      case Lsn -> "WAL position " + point.value();
      case Xid -> "transaction " + point.value();
      case Name -> "restore point " + point.value();
    };
  }

  private static String outage(Facts facts) {
    return switch (Way.of(facts)) {
      case BESIDE -> "none: production is not touched";
      case IN_PLACE -> "the whole recovery: the database is gone until it has been recovered";
      case DRAIN -> DRAINED;
      case SWAP, ADOPT -> EXCHANGE;
    };
  }

  private static Plan undo(Facts facts, String hash, boolean waits) {
    var database = facts.postgres().knownDatabase();
    return new Plan(
        hash,
        null,
        waits ? hash : null,
        true,
        "Exchange the volumes of Cluster "
            + database.name()
            + " back to those from before the recovery, and archive to "
            + (database.archive() == null ? "where it did" : database.archive().serverName())
            + " again. No data is copied. Everything written since the recovery is lost to the database, and stays on"
            + " the retained volumes until they are released.",
        Strategy.Swap.name(),
        null,
        "all that was written since the recovery",
        EXCHANGE,
        DatabaseTargets.undo(facts));
  }

  private static String summary(Facts facts, boolean proven) {
    var lines = new ArrayList<String>();
    var known = facts.postgres();
    var point = known.point();
    lines.add(
        "Recover Cluster "
            + known.knownDatabase().name()
            + (point == null
                ? "; the moment is not chosen yet."
                : " to "
                    + (Way.of(facts) == Way.DRAIN ? "its newest moment" : target(point))
                    + ", from base backup "
                    + point.backupId()
                    + " of "
                    + point.serverName()
                    + " on timeline "
                    + point.timeline()
                    + "."));
    lines.add(Way.of(facts).words(proven));
    if (known.lineage() != null)
      lines.add(
          (Way.of(facts) == Way.BESIDE ? "The copy archives to " : "From then on it archives to ")
              + known.lineage()
              + "; the old archive stays.");
    for (var each : known.recoverable()) lines.add("- recoverable: " + words(each));
    for (var check : facts.checks())
      lines.add("- check " + check.name() + ": " + (check.passed() ? "passed" : "failed"));
    for (var finding : facts.findings())
      lines.add(
          (finding.severity() == Finding.Severity.Refusal ? "! " : "~ ")
              + finding.message()
              + ". "
              + finding.remedy());
    return String.join("\n", lines);
  }

  private static String words(Recoverable each) {
    var until = each.until();
    return each.lineage()
        + " from "
        + Words.at(each.from())
        + " to "
        + (until == null ? "?" : Words.at(until) + (each.exact() ? "" : " (upload time)"));
  }
}
