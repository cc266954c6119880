package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.api.SafetyBackup;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * The last Backup of the living Cluster, in its old lineage. It switches the WAL segment, so that
 * everything committed up to now is in the archive. The old volumes are kept as well: with
 * IfPossible a failure is said and passed over, unless the newest moment of a living Cluster is
 * wanted: then it holds the WAL that nothing else puts into the archive.
 */
public record TakeSafetyBackup(ClusterWriter cluster, Run run, SafetyBackup wanted)
    implements Step.Act<Facts> {
  /** A backup that nobody insists on does not hold up a recovery for longer. */
  private static final Duration PATIENCE = Duration.ofHours(4);

  /** So long archiving may fail before it is taken for broken. */
  private static final Duration BLOCKED = Duration.ofMinutes(10);

  @Override
  public Duration deadline() {
    return Duration.ofHours(24);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    if (wanted == SafetyBackup.Skip) return Outcome.done("not wanted");
    var database = facts.postgres().knownDatabase();
    var namespace = facts.knownTarget().namespace();
    var uid = database.uid();
    var living =
        uid != null
            && CnpgCluster.read(cluster, namespace, database.name(), uid)
                .filter(live -> live.readyInstances() > 0 && !live.primary().isEmpty())
                .isPresent();
    if (!living) return without("no instance of Cluster " + database.name() + " is ready", false);
    var point = facts.postgres().point();
    // a copy that follows has its own proof that nothing is missing
    var follows = facts.postgres().follow() != null;
    var newest = !follows && point != null && point.type() == RecoveryTarget.Type.Latest;
    var archive = database.knownArchive();
    var backup =
        new BackupRun(
            cluster,
            run,
            namespace,
            Names.safetyBackup(run, facts),
            name -> BackupManifest.of(run, name, namespace, database.name(), archive));
    return switch (backup.next()) {
      case BackupRun.State.Asked(var name) -> Outcome.wrote("asked for Backup " + name);
      case BackupRun.State.Going(var story) -> going(story, moment, PATIENCE, newest);
      case BackupRun.State.Blocked(var story) -> going(story, moment, BLOCKED, newest);
      case BackupRun.State.Completed(var name, var _) ->
          Outcome.done("everything up to now is in lineage " + archive.serverName() + ", " + name);
      case BackupRun.State.Failed(var why) -> without(why, newest);
    };
  }

  private Outcome going(String story, Moment moment, Duration patience, boolean insist) {
    return moment.running().compareTo(patience) > 0
        ? without(story + ", for too long", insist)
        : Outcome.waiting(story, Duration.ofSeconds(5));
  }

  private Outcome without(String why, boolean insist) {
    return insist || wanted == SafetyBackup.Required
        ? Outcome.failed(
            "SafetyBackupFailed",
            "there is no last backup of the present state: " + why,
            "Mend what it names, then try again; or give a target.time, and leave safetyBackup out, in a new recovery")
        : Outcome.done("no last backup of the present state: " + why);
  }
}
