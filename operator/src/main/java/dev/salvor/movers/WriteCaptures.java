package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.VolumeSource.Capture;
import dev.salvor.api.VolumeSource.RestoreJob;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;

/**
 * Writes what the Job has printed into the Secrets it belongs to, key by key, once the data that it
 * fits is exchanged. What the keys had is on record first, so that the undo can give it back.
 */
public record WriteCaptures(ClusterWriter cluster, Run run, RestoreJob job) implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var kept = CaptureKeeper.kept(cluster, run, namespace);
    if (kept.isEmpty())
      return Outcome.failed(
          "CapturesLost",
          CaptureKeeper.ref(run, namespace).text()
              + ", which kept what the Job has printed, is gone",
          "Make new credentials by hand and put them into the Secrets of spec.source.job.captures,"
              + " or set spec.abort: true to have the old volume back");
    if (!CaptureKeeper.recorded(kept.get())) return recorded(kept.get(), namespace);
    for (var name : secrets()) {
      var wrote = into(Kinds.SECRET.ref(namespace, name), kept.get());
      if (wrote.isPresent()) return wrote.get();
    }
    return Outcome.done("the Secrets have what the Job has printed: " + secrets().size());
  }

  private Outcome recorded(Seen keeper, String namespace) {
    var edit = keeper.edit();
    for (var i = 0; i < job.allCaptures().size(); i++) {
      var capture = job.allCaptures().get(i);
      var old = cluster.get(Kinds.SECRET.ref(namespace, capture.secret()));
      edit.set("/data/old-" + i, old.map(live -> live.at("/data").get(capture.key())).orElse(null));
    }
    CaptureKeeper.record(edit);
    cluster.write(edit.write());
    return Outcome.wrote("what the Secrets had is kept for the undo");
  }

  private Optional<Outcome> into(Ref ref, Seen keeper) {
    var live = cluster.get(ref);
    var wanted = wanted(ref.name(), keeper);
    if (live.isEmpty()) {
      var made = Json.object().put("apiVersion", "v1").put("kind", "Secret");
      made.putObject("metadata")
          .put("name", ref.name())
          .put("namespace", ref.namespace())
          .putObject("labels")
          .put(Marks.RUN, run.uid());
      var data = made.putObject("data");
      wanted.forEach(data::put);
      try {
        cluster.write(new Write.Create(made));
      } catch (ClusterException.AlreadyExists faster) {
        return Optional.of(Outcome.wrote(ref.text() + " is there, looking at it"));
      }
      return Optional.of(Outcome.wrote("made " + ref.text()));
    }
    if (live.get().terminating())
      return Optional.of(Outcome.pressing("waiting until " + ref.text() + " is gone"));
    var edit = live.get().edit();
    wanted.forEach((key, value) -> edit.set("/data/" + key, value));
    if (edit.isEmpty()) return Optional.empty();
    cluster.write(edit.write());
    return Optional.of(Outcome.wrote("changed " + ref.text()));
  }

  /** Key to value, of one Secret. */
  private LinkedHashMap<String, String> wanted(String secret, Seen keeper) {
    var wanted = new LinkedHashMap<String, String>();
    for (var i = 0; i < job.allCaptures().size(); i++) {
      var capture = job.allCaptures().get(i);
      if (capture.secret().equals(secret))
        wanted.put(capture.key(), CaptureKeeper.fresh(keeper, i));
    }
    return wanted;
  }

  private LinkedHashSet<String> secrets() {
    var names = new LinkedHashSet<String>();
    job.allCaptures().stream().map(Capture::secret).forEach(names::add);
    return names;
  }
}
