package dev.salvor.velero;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import dev.salvor.kube.Write;
import java.time.Duration;
import java.time.Instant;

/**
 * Asks Velero for the list of objects and volumes in the backup, which only the bucket has. There
 * is nothing to take back: Velero deletes the requests itself.
 */
public record DownloadContents(ClusterWriter cluster, Surroundings around, Run run)
    implements Step.Act<Facts> {
  /** How long Velero may take; it never answers for a file or a location that is not there. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var backup = facts.backup();
    if (backup == null) return Outcome.done("no backup was chosen");
    if (!InspectBackup.reachable(facts))
      return Outcome.done("not asked for: what was found of the backup forbids the recovery");
    if (InspectBackup.inspected(facts)) return Outcome.done("contents are known already");
    var waiting = "";
    for (var kind : Download.KINDS) {
      var request = Download.of(cluster, around.velero(), run, kind, backup.name(), moment.now());
      if (request.isEmpty()) return ask(kind, facts, moment.started());
      if (!request.get().ready()) waiting = kind;
    }
    if (waiting.isEmpty()) return Outcome.done("contents of backup " + backup.name() + " at hand");
    // InspectBackup tells people; it reports together with everything else that was found
    if (moment.running().compareTo(PATIENCE) > 0)
      return Outcome.done("Velero gave no " + waiting + " in " + PATIENCE.toMinutes() + " minutes");
    // Velero answers within a second; a person waits for the plan
    return Outcome.waiting(
        "waiting for Velero to give " + waiting + " of " + backup.name(), Duration.ofMillis(500));
  }

  private Outcome ask(String kind, Facts facts, Instant started) {
    var backup = facts.knownBackup();
    var json = JsonNodeFactory.instance;
    var manifest = json.objectNode();
    manifest.put("apiVersion", Kinds.DOWNLOAD_REQUEST.apiVersion());
    manifest.put("kind", Kinds.DOWNLOAD_REQUEST.kind());
    var name =
        run.restoreName(facts.restore().attempt())
            + (kind.equals(Download.CONTENTS) ? "-contents-" : "-volumes-")
            + LabelValue.hash(backup.name()).substring(0, 6);
    // an expired request keeps its name until Velero deletes it
    for (var bucket = 0; bucket < 20; bucket++) {
      var candidate = name + "-" + Long.toString(started.getEpochSecond(), 36) + "-" + bucket;
      if (cluster.get(Kinds.DOWNLOAD_REQUEST.ref(around.velero(), candidate)).isPresent()) continue;
      manifest
          .putObject("metadata")
          .put("name", candidate)
          .put("namespace", around.velero())
          .putObject("labels")
          .put(Marks.RUN, run.uid());
      manifest.putObject("spec").putObject("target").put("kind", kind).put("name", backup.name());
      try {
        cluster.write(new Write.Create(manifest));
      } catch (ClusterException.AlreadyExists race) {
        return Outcome.waiting("asking Velero for " + kind);
      }
      return Outcome.wrote("asked Velero for " + kind + " of backup " + backup.name());
    }
    return Outcome.waiting("waiting for Velero to delete expired DownloadRequests");
  }
}
