package dev.salvor.archive;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Finding.Severity;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns the target into a pinned base backup and a numeric timeline, or says why it cannot be
 * reached and what can. CloudNativePG left alone takes the newest backup of whatever timeline
 * (barman-cloud v0.5.1 pkg/catalog FindBackupInfo).
 */
public record SelectRecoveryPoint(
    ClusterReader cluster,
    Run run,
    Archives archives,
    RecoveryTarget goal,
    @Nullable String source,
    boolean unprovenAllowed)
    implements Look<Facts> {

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  private record Choice(@Nullable RecoveryPoint point, List<Finding> findings) {}

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    if (facts.postgres().database() == null)
      return Sight.seen(facts.withFindings(name(), List.of()), "no Cluster to recover");
    var read =
        new ArchiveRoom(cluster, archives)
            .read(facts, (reading, known) -> choose(reading, known, moment.now()));
    return switch (read) {
      // InspectArchive has said why
      case ArchiveRoom.Outcome.Refused<Choice> refused ->
          Sight.seen(
              facts
                  .withPostgres(facts.postgres().withPoint(null))
                  .withFindings(name(), inspected(facts) ? List.of() : refused.finding(name())),
              refused.message());
      case ArchiveRoom.Outcome.Read<Choice>(var choice) ->
          Sight.seen(
              facts
                  .withPostgres(facts.postgres().withPoint(choice.point()))
                  .withFindings(name(), choice.findings()),
              choice.point() == null
                  ? "the target cannot be reached"
                  : "base backup "
                      + choice.point().backupId()
                      + " of "
                      + choice.point().serverName()
                      + ", timeline "
                      + choice.point().timeline());
    };
  }

  private static boolean inspected(Facts facts) {
    return facts.findings().stream().anyMatch(finding -> finding.by().equals("InspectArchive"));
  }

  private Choice choose(ArchiveRoom.Reading reading, Facts facts, Instant now) {
    Answer.@Nullable Unreachable first = null;
    var system = facts.postgres().knownDatabase().systemId();
    for (var name : candidates(reading, facts)) {
      var lineage = reading.reader().read(name);
      switch (reading.recoverability(lineage).answer(goal, now)) {
        case Answer.Reachable reachable -> {
          var other = foreign(name, system, reachable);
          if (other == null) return chosen(lineage, reachable);
          if (first == null) first = other;
        }
        case Answer.Unreachable unreachable -> {
          if (first == null) first = unreachable;
        }
      }
    }
    if (first == null)
      first =
          new Answer.Unreachable(
              "NoUsableBackup",
              "the archive of Cluster " + facts.postgres().knownDatabase().name() + " is empty",
              "Set spec.source if it is under another serverName",
              null,
              null);
    return new Choice(null, List.of(refusal(first)));
  }

  /** Its own lineage first; for a moment before its beginning, those that it came from. */
  private List<String> candidates(ArchiveRoom.Reading reading, Facts facts) {
    if (source != null) return List.of(source);
    var own = facts.postgres().knownDatabase().knownArchive().serverName();
    var names = new ArrayList<String>(List.of(own));
    var looksBack =
        goal.type() != RecoveryTarget.Type.Latest && goal.type() != RecoveryTarget.Type.Name;
    if (looksBack)
      LineageNames.family(own, reading.reader().lineages()).stream()
          .filter(name -> !name.equals(own))
          .forEach(names::add);
    return names;
  }

  /** A base backup of another database under the same name. */
  private static Answer.@Nullable Unreachable foreign(
      String name, @Nullable String system, Answer.Reachable reachable) {
    var theirs = reachable.backup().systemId();
    if (system == null || theirs == null || system.equals(theirs)) return null;
    return new Answer.Unreachable(
        "WrongSystem",
        "base backup "
            + reachable.backup().id()
            + " of "
            + name
            + " is of another database: system identifier "
            + theirs
            + ", the Cluster has "
            + system,
        "Set spec.source to the lineage of this database, or strategy: Beside to look at the other one",
        null,
        null);
  }

  private Choice chosen(Lineage lineage, Answer.Reachable reachable) {
    var backup = reachable.backup();
    var findings = new ArrayList<Finding>();
    if (reachable.proof() != Answer.Proof.PROVEN && goal.type() == RecoveryTarget.Type.Time) {
      var sure = reachable.proof() == Answer.Proof.LIKELY || unprovenAllowed;
      findings.add(
          new Finding(
              name(),
              sure ? Severity.Warning : Severity.Refusal,
              "TargetUnproven",
              "the WAL of "
                  + lineage.serverName()
                  + " cannot be read, so nothing proves that a transaction ends after "
                  + goal.time(),
              "Take an earlier time, leave the target out to recover to the newest moment, or set spec.allowUnproven: true"));
    }
    var point =
        new RecoveryPoint(
            lineage.serverName(),
            backup.id(),
            reachable.timeline(),
            lineage.isFollowed(reachable.timeline()),
            lineage.newestTimeline(),
            goal.type(),
            goal.value(),
            goal.stopsBefore(),
            Objects.toString(backup.systemId(), ""),
            backup.major(),
            backup.bytes(),
            backup.endTime(),
            reachable.until(),
            reachable.proof() == Answer.Proof.PROVEN,
            backup.tablespaces().stream().map(BackupInfo.Tablespace::name).sorted().toList());
    return new Choice(point, findings);
  }

  private Finding refusal(Answer.Unreachable why) {
    var near = new ArrayList<String>();
    if (why.nearestBefore() != null) near.add("the nearest before is " + why.nearestBefore());
    if (why.nearestAfter() != null) near.add("the nearest after is " + why.nearestAfter());
    return new Finding(
        name(),
        Severity.Refusal,
        why.reason(),
        why.message() + (near.isEmpty() ? "" : "; " + String.join(", ", near)),
        why.remedy());
  }
}
