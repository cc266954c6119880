package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import dev.salvor.kube.Write;
import java.time.Duration;

/**
 * Creates the saved Secrets again before the Cluster, so that passwords and certificates are those
 * of before (swap.md 1.3 line 8). They have no owner any more and outlive the Cluster (P13).
 */
public record RestoreSecrets(ClusterWriter cluster, Run run) implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var kept = SavedSecrets.kept(cluster, run, facts.knownTarget().namespace());
    if (kept.isEmpty())
      return facts.postgres().knownDatabase().uid() == null
          ? Outcome.done("there was no Cluster whose Secrets could have been kept")
          : Outcome.failed(
              "SecretsNotSaved",
              SavedSecrets.ref(run, facts.knownTarget().namespace()).text()
                  + ", which kept the Secrets of the Cluster, is gone",
              "create the Secrets of the Cluster from your own records (passwords, CA) before you"
                  + " go on, or let CloudNativePG make new ones and give those to the consumers");
    var all = SavedSecrets.unpack(kept.get());
    for (var secret : all) {
      var create = new Write.Create(secret);
      var live = cluster.get(create.ref());
      if (live.isEmpty()) {
        try {
          cluster.write(create);
        } catch (ClusterException.AlreadyExists faster) {
          return Outcome.pressing("somebody else made " + create.ref().text());
        }
        return Outcome.wrote(create.ref().text() + " is back");
      }
      if (live.get().terminating()) return Outcome.pressing(create.ref().text() + " is going");
      if (!SavedSecrets.same(live.get(), secret))
        return Outcome.failed(
            "SecretDiffers",
            create.ref().text()
                + " was made by somebody meanwhile and is not the one the Cluster had; nothing was"
                + " overwritten",
            "decide which is right: delete it to have the saved one back, then raise spec.retry");
    }
    return Outcome.done(all.size() + " Secrets are as the Cluster had them");
  }
}
