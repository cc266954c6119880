package dev.salvor.movers;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.api.VolumeSource.RestoreJob;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * The old volume is back, and with it the credentials that fit it. A key that somebody has changed
 * since is theirs.
 */
public record GiveBackCaptures(ClusterWriter cluster, Destroyer destroyer, Run run, RestoreJob job)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var kept = CaptureKeeper.kept(cluster, run, namespace).filter(CaptureKeeper::recorded);
    if (kept.isEmpty()) return Outcome.done("no Secret was changed");
    var left = new ArrayList<String>();
    for (var i = 0; i < job.allCaptures().size(); i++) {
      var capture = job.allCaptures().get(i);
      var live = cluster.get(Kinds.SECRET.ref(namespace, capture.secret()));
      if (live.isEmpty() || live.get().terminating()) continue;
      var value = live.get().at("/data").path(capture.key()).asText("");
      var old = CaptureKeeper.before(kept.get(), i);
      if (value.equals(old == null ? "" : old)) continue;
      if (!value.equals(CaptureKeeper.fresh(kept.get(), i))) {
        left.add(Captured.text(capture));
        continue;
      }
      var emptied = emptied(live.get(), kept.get());
      if (emptied.isPresent()) return emptied.get();
      var data = "/data/" + capture.key();
      cluster.write(
          live.get().edit().set(data, old == null ? null : TextNode.valueOf(old)).write());
      return Outcome.wrote("gave back " + Captured.text(capture));
    }
    return Outcome.done(
        left.isEmpty()
            ? "the Secrets are as they were"
            : "the Secrets are as they were, but for what somebody has changed since: "
                + String.join(", ", left));
  }

  /** One that this recovery has made, and nobody else has put anything into, goes. */
  private Optional<Outcome> emptied(Seen live, Seen keeper) {
    if (!live.label(Marks.RUN).equals(run.uid())) return Optional.empty();
    for (var entry : live.at("/data").properties())
      if (!ours(live.name(), entry.getKey(), entry.getValue().asText(), keeper))
        return Optional.empty();
    destroyer.destroy(new Victim(live.ref(), live.uid()));
    return Optional.of(Outcome.wrote("removing " + live.ref().text()));
  }

  private boolean ours(String secret, String key, String value, Seen keeper) {
    for (var i = 0; i < job.allCaptures().size(); i++) {
      var capture = job.allCaptures().get(i);
      if (capture.secret().equals(secret) && capture.key().equals(key))
        return CaptureKeeper.before(keeper, i) == null
            && CaptureKeeper.fresh(keeper, i).equals(value);
    }
    return false;
  }
}
