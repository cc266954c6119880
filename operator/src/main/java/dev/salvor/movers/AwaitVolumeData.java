package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.SourceFacts.Snapshot;
import dev.salvor.api.VolumeFacts.Content;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Redaction;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;

/**
 * The proof that the copy was filled, by what the mover printed: VolSync calls it a success, too,
 * if there was nothing to restore (volsync#1211), and repeats what fails for ever (S6).
 */
public record AwaitVolumeData(ClusterReader cluster, Run run) implements Look<Facts> {
  private static final int LOG_LINES = 5;

  @Override
  public Duration deadline() {
    return Duration.ofHours(24);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var ref = RestoreVolume.destination(facts, run);
    var seen = cluster.get(ref);
    if (seen.isEmpty()) return Proving.vanished(facts, ref);
    var restore = seen.get();
    if (restore.flag(PauseReplication.PAUSED)
        || !restore.text("/spec/trigger/manual").equals(RestoreVolume.TRIGGER))
      return Proving.changed(facts, ref.text() + " was paused or triggered by somebody else");
    var result = restore.text("/status/latestMoverStatus/result");
    var log = new MoverLog(restore.text("/status/latestMoverStatus/logs"));
    // its Job has used up all its tries; VolSync would begin anew, for ever
    if (result.equals("Failed"))
      return Sight.refused(
          facts,
          "RestoreFailed",
          "the mover of " + ref.text() + " failed: " + Redaction.of(log.text()),
          "Mend what it names, then raise spec.retry by one");
    var over =
        restore.text("/status/lastManualSync").equals(RestoreVolume.TRIGGER)
            && restore.has("/status/lastSyncTime");
    if (!over || !result.equals("Successful")) return Sight.notYet(standing(restore));
    return judge(facts, log, moment);
  }

  private Sight<Facts> judge(Facts facts, MoverLog log, Moment moment) {
    var source = facts.knownSource();
    if (log.foundNothing())
      return Sight.refused(
          facts,
          "EmptyRestore",
          "the repository of Secret "
              + source.repository()
              + " has no snapshot that fits; VolSync calls that a success, and left the copy empty",
          "Check that the Secret leads to the repository that has the backups, and"
              + " spec.source.volSync.restoreAsOf and previous; nothing of production was changed");
    var restored = log.restored(source.mover());
    if (restored.isEmpty())
      return Sight.refused(
          facts,
          "RestoreUnproven",
          "VolSync reports a success, but not what it has restored: "
              + (log.text().isBlank() ? "it has no log of its mover" : Redaction.of(log.text())),
          "Raise spec.retry by one to restore again; if that repeats itself, look at the log of the"
              + " mover while it runs");
    var snapshot = restored.get();
    var volumes =
        facts.volumes().stream().map(volume -> volume.withContent(content(snapshot))).toList();
    return Sight.seen(
        facts
            .withVolumes(volumes)
            .withSource(source.withSnapshot(snapshot))
            .withTimes(facts.times().withProvenAt(moment.now())),
        "snapshot "
            + snapshot.id()
            + (snapshot.takenAt() == null ? "" : " of " + snapshot.takenAt())
            + " was restored");
  }

  private static Content content(Snapshot snapshot) {
    return new Content(Method.VolSync, null, null, snapshot.id(), -1, null);
  }

  /** Why it is not over, as far as can be seen. */
  private String standing(Seen restore) {
    var text = new StringBuilder(restore.ref().text());
    text.append(" is at work");
    for (var condition : restore.at("/status/conditions"))
      if (condition.path("reason").asText().equals("Error"))
        text.append(": ").append(condition.path("message").asText());
    var mover = PauseReplication.mover(cluster, restore);
    if (mover.isEmpty()) return text.append(", its mover has no pod yet").toString();
    var pod = mover.get();
    text.append(", ").append(Proving.standing(pod));
    if (!pod.text("/status/phase").equals("Failed")) return text.toString();
    var container = pod.text("/spec/containers/0/name");
    return text.append(", and will be tried again: ")
        .append(
            Redaction.of(
                cluster.log(Kinds.POD.ref(pod.namespace(), pod.name()), container, LOG_LINES)))
        .toString();
  }
}
