package dev.salvor.postgres;

import dev.salvor.api.DatabaseFacts.Archive;
import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * The first base backup of the new lineage, taken from the copy: without one nothing written after
 * the exchange could be recovered (swap.md P9). The undo of the copy removes the object.
 */
public record BackUpCopy(ClusterWriter cluster, Run run) implements Step.Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofHours(24);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var copy = facts.postgres().knownCopy();
    var old = facts.postgres().knownDatabase().knownArchive();
    var archive =
        new Archive(old.objectStore(), old.destinationPath(), facts.postgres().knownLineage());
    var backup =
        new BackupRun(
            cluster,
            run,
            namespace,
            Names.firstBackup(run, facts),
            name -> BackupManifest.of(run, name, namespace, copy.name(), archive));
    return switch (backup.next()) {
      case BackupRun.State.Asked(var name) -> Outcome.wrote("asked for Backup " + name);
      case BackupRun.State.Going(var story) -> Outcome.waiting(story, Duration.ofSeconds(5));
      case BackupRun.State.Blocked(var story) -> Outcome.waiting(story, Duration.ofSeconds(5));
      case BackupRun.State.Completed(var name, var id) ->
          Outcome.done(
              "lineage "
                  + archive.serverName()
                  + " has its first base backup"
                  + (id.isEmpty() ? ", Backup " + name : ", " + id));
      case BackupRun.State.Failed(var why) ->
          Outcome.failed(
              "FirstBackupFailed",
              "the new lineage has no base backup: " + why,
              "Mend what it names (the bucket, its credentials, room), then try again");
    };
  }
}
