package dev.salvor.recovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Plan;
import dev.salvor.api.Plan.Target;
import dev.salvor.api.SourceFacts;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeRecovery;
import dev.salvor.api.VolumeRecoverySpec;
import dev.salvor.engine.Journal;
import dev.salvor.kube.Json;
import dev.salvor.kube.Run;
import dev.salvor.movers.BindVolume;
import dev.salvor.movers.RestoreVolume;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The plan of a VolumeRecovery: a pure function of the recovery and its facts. */
final class VolumePlans {
  private VolumePlans() {}

  /** Covers what the plan of every exchange covers, the source, and who of VolSync is paused. */
  static String hash(Run run, Facts facts) {
    var content = with(Plans.hash(run, facts), facts);
    var source = facts.source();
    var settings = source == null ? null : source.settings();
    // where the mover is to run depends on which pods there are just now
    if (settings != null) content.set("settings", settings.deepCopy().without("moverAffinity"));
    return Json.hash(content);
  }

  /** Covers the plan and the proven pair on top of it. */
  static String swapHash(Run run, Facts facts) {
    return Json.hash(with(Plans.swapHash(run, facts), facts));
  }

  private static ObjectNode with(String hash, Facts facts) {
    var content = Json.object().put("plan", hash);
    var source = facts.source();
    if (source == null) return content;
    content.put("source", source.uid());
    var writers = content.putArray("writers");
    source.writers().forEach(one -> writers.add(one.uid()));
    return content;
  }

  static Optional<Plan> of(
      VolumeRecovery recovery, Journal<Facts> journal, boolean undo, Instant now) {
    var run = VolumeRecoverySteps.run(recovery);
    var facts = journal.facts();
    if (facts.target() == null) return Optional.empty();
    if (undo) {
      var asks = running(journal, "AwaitUndoApproval") ? hash(run, facts) : null;
      return Optional.of(undo(run, recovery.getSpec(), facts, asks));
    }
    var proven = journal.in("PlanSwap", Journal.State.DONE);
    var approve =
        running(journal, "AwaitApproval")
            ? swapHash(run, facts)
            : running(journal, "AwaitPlanApproval") ? hash(run, facts) : null;
    var source = facts.source();
    return Optional.of(
        new Plan(
            hash(run, facts),
            proven ? swapHash(run, facts) : null,
            approve,
            journal.in("PlanRecovery", Journal.State.DONE),
            summary(recovery.getSpec(), facts, proven),
            facts.strategy() == null ? null : facts.strategy().name(),
            source == null || recovery.getSpec().source().job() != null
                ? null
                : source.ref().name(),
            loss(recovery.getSpec(), source, now),
            outage(facts),
            targets(run, recovery.getSpec(), facts)));
  }

  private static Plan undo(
      Run run, VolumeRecoverySpec spec, Facts facts, @Nullable String approve) {
    var targets = new ArrayList<Target>();
    for (var volume : facts.volumes())
      Plans.addPair(targets, volume, facts.knownTarget().namespace());
    addHeld(targets, facts);
    targets.addAll(FollowUps.targets(spec.source().job(), run, facts.knownTarget().namespace()));
    return new Plan(
        hash(run, facts),
        null,
        approve,
        true,
        "Exchange the volume of the claim back to the one from before the recovery. No data is copied."
            + " Everything written since the recovery is lost to the claim, and stays on the retained"
            + " volume until it is released.",
        Strategy.Swap.name(),
        null,
        "all that was written since the recovery",
        outage(facts),
        targets);
  }

  private static boolean running(Journal<Facts> journal, String step) {
    return journal.in(step, Journal.State.RUNNING);
  }

  /** Until the snapshot is known, the least that will be lost. */
  private static @Nullable String loss(
      VolumeRecoverySpec spec, @Nullable SourceFacts source, Instant now) {
    if (source == null) return null;
    var snapshot = source.snapshot();
    var at = snapshot == null ? null : snapshot.takenAt();
    if (at != null) return Words.age(Duration.between(at, now)) + " since " + Words.at(at);
    var newest = source.newest();
    var volSync = spec.source().volSync();
    if (spec.source().job() != null)
      return "what was written since the state that your Job restores";
    var asOf = volSync == null ? null : volSync.restoreAsOf();
    var latest = newest == null || asOf != null && asOf.isBefore(newest) ? asOf : newest;
    return latest == null
        ? "not known before the restore: the source has made no backup yet"
        : "at least " + Words.age(Duration.between(latest, now)) + " since " + Words.at(latest);
  }

  private static String outage(Facts facts) {
    return facts.consumers().isEmpty()
        ? "none: nothing uses the claim"
        : "the stop and start of the workloads plus about 10s, whatever the amount of data";
  }

  private static String summary(VolumeRecoverySpec spec, Facts facts, boolean proven) {
    var lines = new ArrayList<String>();
    var source = facts.source();
    lines.add(
        "Restore claim "
            + spec.persistentVolumeClaim()
            + " of namespace "
            + facts.knownTarget().namespace()
            + from(spec, source));
    lines.add(
        proven
            ? "The copy beside is restored and proven; on approval the workloads stop, the volumes are exchanged under the same claim name, the workloads start."
            : "A new claim is filled beside, while the workloads run; nothing is exchanged before that is proven and approved.");
    lines.add(
        facts.strategy() == Strategy.InPlace
            ? "There is no undo: the volume from before is gone or out of reach."
            : "The volume from before is kept; undo exchanges it back.");
    var snapshot = source == null ? null : source.snapshot();
    if (snapshot != null)
      lines.add(
          "- snapshot "
              + snapshot.id()
              + (snapshot.takenAt() == null ? "" : " of " + Words.at(snapshot.takenAt())));
    for (var finding : facts.findings())
      lines.add(
          (finding.severity() == Finding.Severity.Refusal ? "! " : "~ ")
              + finding.message()
              + ". "
              + finding.remedy());
    return String.join("\n", lines);
  }

  private static String from(VolumeRecoverySpec spec, @Nullable SourceFacts source) {
    if (spec.source().job() != null) return " by a Job of yours.";
    if (source == null) return ".";
    if (spec.source().longhorn() != null)
      return " from Backup "
          + source.ref().name()
          + " of Longhorn (BackupTarget "
          + source.repository()
          + (source.newest() == null ? "" : ", snapshot of " + Words.at(source.newest()))
          + ").";
    return " from ReplicationSource "
        + source.ref().name()
        + " ("
        + source.mover()
        + ", repository of Secret "
        + source.repository()
        + ").";
  }

  private static List<Target> targets(Run run, VolumeRecoverySpec spec, Facts facts) {
    var targets = new ArrayList<Target>();
    targets.add(
        new Target(
            "Create",
            RestoreVolume.claim(facts, run),
            null,
            "filled beside, removed before the exchange; its volume takes the place"));
    var longhorn = spec.source().longhorn() != null;
    targets.add(
        new Target(
            "Create",
            RestoreVolume.mover(facts, run, spec.source()),
            null,
            longhorn ? "made of the backup" : "restores once, then removed"));
    if (longhorn)
      targets.add(
          new Target(
              "Create", BindVolume.volume(facts, run), null, "takes the place of the old one"));
    addHeld(targets, facts);
    for (var volume : facts.volumes())
      Plans.addPair(targets, volume, facts.knownTarget().namespace());
    targets.addAll(FollowUps.targets(spec.source().job(), run, facts.knownTarget().namespace()));
    return targets;
  }

  private static void addHeld(List<Target> targets, Facts facts) {
    Plans.addHeld(targets, facts);
    var source = facts.source();
    if (source == null) return;
    for (var writer : source.writers())
      targets.add(new Target("Pause", writer.ref(), writer.uid(), "while the claim is exchanged"));
  }
}
