package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.VolumeSource.RestoreJob;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Has ExternalSecrets fetch anew: any change of an annotation does that, and their manual names
 * this one (external-secrets v0.16 docs/introduction/faq.md, "force-sync"). Waits a minute for
 * them; a store that does not answer is no reason to keep GitOps held.
 */
public record SyncExternalSecrets(ClusterWriter cluster, RestoreJob job) implements Act<Facts> {
  private static final String MARK = "force-sync";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Before v0.16. */
  private static final Kind OLD =
      new Kind("external-secrets.io/v1beta1", "ExternalSecret", "externalsecrets", true);

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var at = moment.started().truncatedTo(ChronoUnit.SECONDS);
    var mark = at.toString();
    var late = new ArrayList<String>();
    for (var name : job.allExternalSecrets()) {
      var live = find(cluster, facts.knownTarget().namespace(), name);
      if (live.isEmpty()) continue;
      if (!live.get().annotation(MARK).equals(mark)) {
        cluster.write(live.get().edit().annotate(MARK, mark).write());
        return Outcome.wrote(live.get().ref().text() + " is to fetch anew");
      }
      if (live.get().time("/status/refreshTime").orElse(Instant.MIN).isBefore(at)) late.add(name);
    }
    if (late.isEmpty()) return Outcome.done("fetched anew: " + job.allExternalSecrets().size());
    if (moment.running().compareTo(PATIENCE) < 0)
      return Outcome.waiting("waiting for ExternalSecrets: " + String.join(", ", late));
    return Outcome.done("not fetched anew within a minute: " + String.join(", ", late));
  }

  static Optional<Seen> find(ClusterReader cluster, String namespace, String name) {
    return cluster
        .get(Kinds.EXTERNAL_SECRET.ref(namespace, name))
        .or(() -> cluster.get(OLD.ref(namespace, name)));
  }
}
