package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.SourceFacts.Snapshot;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Longhorn;
import dev.salvor.kube.Redaction;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The proof that the volume was restored (longhorn-manager v1.12.1 controller/volume_controller.go,
 * checkAndFinishVolumeRestore): Longhorn takes {@code restoreRequired} away only when the engine
 * has the backup that was asked for and every replica that was scheduled is complete; then it
 * detaches the volume. That alone is not trusted (S6): the volume must still be of that backup and
 * of its size, and a replica must say that it is complete.
 */
public record AwaitLonghorn(ClusterReader cluster, Run run) implements Look<Facts> {
  @Override
  public String name() {
    return "AwaitVolumeData";
  }

  @Override
  public Duration deadline() {
    return Duration.ofHours(24);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var ref = RestoreLonghorn.volume(facts, run);
    var seen = cluster.get(ref);
    if (seen.isEmpty() || seen.get().terminating()) return Proving.vanished(facts, ref);
    var volume = seen.get();
    var source = facts.knownSource();
    var wanted = Objects.requireNonNull(source.settings()).path("volume");
    if (!volume.text("/spec/fromBackup").equals(wanted.path("fromBackup").asText()))
      return Proving.changed(
          facts, ref.text() + " is not made from " + source.ref().text() + " any more");
    var engines = of(Kinds.LONGHORN_ENGINE, volume);
    var restore = volume.condition("Restore");
    // with an empty reason it is only over; controller/volume_controller.go
    if (volume.text("/status/robustness").equals("faulted")
        && restore.path("status").asText().equals("False")
        && restore.path("reason").asText().equals("RestoreFailure"))
      return Sight.refused(
          facts,
          "RestoreFailed",
          ref.text()
              + " failed: "
              + Redaction.of(restore.path("message").asText() + errors(engines)),
          "Mend what it names, then raise spec.retry by one; nothing of production was changed");
    var over =
        volume.flag("/status/restoreInitiated")
            && !volume.flag("/status/restoreRequired")
            && volume.text("/status/state").equals("detached");
    return over ? judge(facts, volume, engines, moment) : Sight.notYet(standing(volume, engines));
  }

  private Sight<Facts> judge(Facts facts, Seen volume, List<Seen> engines, Moment moment) {
    var source = facts.knownSource();
    var wanted = Objects.requireNonNull(source.settings()).path("volume").path("size").asText();
    if (!volume.text("/spec/size").equals(wanted))
      return unproven(
          facts,
          volume.ref().text()
              + " has "
              + volume.text("/spec/size")
              + " bytes, its backup was of "
              + wanted);
    // Longhorn forgets it when the engine stops (datastore, ResetMonitoringEngineStatus)
    var other =
        engines.stream()
            .map(engine -> engine.text("/status/lastRestoredBackup"))
            .filter(restored -> !restored.isEmpty() && !restored.equals(source.ref().name()))
            .findFirst();
    if (other.isPresent())
      return unproven(facts, "the engine of " + volume.ref().text() + " restored " + other.get());
    var complete =
        of(Kinds.LONGHORN_REPLICA, volume).stream()
            .filter(Longhorn::filled)
            .filter(replica -> replica.text("/spec/failedAt").isEmpty())
            .count();
    if (complete == 0)
      return unproven(facts, "no replica of " + volume.ref().text() + " says that it is complete");
    return Sight.seen(
        facts
            .withSource(source.withSnapshot(new Snapshot(source.ref().name(), source.newest())))
            .withTimes(facts.times().withProvenAt(moment.now())),
        source.ref().text() + " was restored, complete replicas: " + complete);
  }

  private static Sight<Facts> unproven(Facts facts, String why) {
    return Sight.refused(
        facts,
        "RestoreUnproven",
        "Longhorn reports a success, but " + why,
        "Raise spec.retry by one to restore again; if that repeats itself, look at the events of"
            + " the volume while it is restored");
  }

  private List<Seen> of(Kind kind, Seen volume) {
    return cluster.list(kind, volume.namespace(), Map.of(Longhorn.VOLUME, volume.name()));
  }

  /** Why it is not over, as far as can be seen. */
  private static String standing(Seen volume, List<Seen> engines) {
    var text = new StringBuilder(volume.ref().text()).append(" is ");
    var state = volume.text("/status/state");
    text.append(state.isEmpty() ? "new" : state);
    var progress = new ArrayList<Integer>();
    for (var engine : engines)
      for (var replica : engine.at("/status/restoreStatus"))
        progress.add(replica.path("progress").asInt());
    progress.stream()
        .mapToInt(Integer::intValue)
        .min()
        .ifPresent(percent -> text.append(", restored ").append(percent).append(" %"));
    text.append(Redaction.of(errors(engines)));
    for (var type : List.of("Scheduled", "WaitForBackingImage")) {
      var condition = volume.condition(type);
      var bad = type.equals("Scheduled") ? "False" : "True";
      if (!condition.path("status").asText().equals(bad)) continue;
      text.append(": ").append(condition.path("reason").asText());
      if (!condition.path("message").asText("").isEmpty())
        text.append(", ").append(condition.path("message").asText());
    }
    if (volume.text("/status/robustness").equals("degraded"))
      text.append(
          ", degraded: while a replica is missing the restore does not end; make room for it, or"
              + " abort and give fewer spec.source.longhorn.numberOfReplicas");
    return text.toString();
  }

  private static String errors(List<Seen> engines) {
    var text = new StringBuilder();
    for (var engine : engines)
      for (var replica : engine.at("/status/restoreStatus"))
        if (!replica.path("error").asText("").isEmpty())
          text.append(": ").append(replica.path("error").asText());
    return text.toString();
  }
}
