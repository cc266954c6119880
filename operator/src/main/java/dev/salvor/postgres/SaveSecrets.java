package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import dev.salvor.kube.Write;
import java.time.Duration;

/**
 * Keeps copies of every Secret that the Cluster owns before it is deleted (swap.md 1.3 line 4).
 * Nothing is overwritten once the Cluster is going.
 */
public record SaveSecrets(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var kept = SavedSecrets.kept(cluster, run, namespace);
    var live = Recorded.read(cluster, facts);
    if (live.isEmpty())
      return Outcome.done(
          kept.isPresent()
              ? "the Cluster is going, its Secrets are kept"
              : "there is no Cluster whose Secrets could be kept: CloudNativePG will make new ones");
    var owned = SavedSecrets.owned(cluster, live.get());
    if (kept.isEmpty()) {
      try {
        cluster.write(new Write.Create(SavedSecrets.manifest(run, namespace, owned)));
      } catch (ClusterException.AlreadyExists taken) {
        return Outcome.failed(
            "SecretTaken",
            SavedSecrets.ref(run, namespace).text() + " exists and is not of this recovery",
            "delete it, then raise spec.retry");
      }
      return Outcome.wrote(owned.size() + " Secrets of the Cluster kept");
    }
    var data = SavedSecrets.data(owned);
    if (!kept.get().at("/data").equals(data) && !(data.isEmpty() && !kept.get().has("/data"))) {
      cluster.write(kept.get().edit().set("/data", data).write());
      return Outcome.wrote("Secrets of the Cluster had changed and are kept as they are now");
    }
    return Outcome.done(
        owned.size() + " Secrets of the Cluster are kept in " + kept.get().ref().text());
  }

  /** While the Cluster lives its own Secrets are there; else the copies are the only ones. */
  @Override
  public Outcome undo(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var kept = SavedSecrets.kept(cluster, run, namespace);
    if (kept.isEmpty()) return Outcome.done("no Secrets are kept");
    for (var saved : SavedSecrets.unpack(kept.get())) {
      var ref = new Write.Create(saved).ref();
      if (cluster.get(ref).filter(live -> !live.terminating()).isEmpty())
        return Outcome.done(
            kept.get().ref().text() + " stays: it has the only copy of " + ref.text());
    }
    destroyer.destroy(new Victim(kept.get().ref(), kept.get().uid()));
    return Outcome.wrote("removing the kept Secrets");
  }
}
