package dev.salvor.gitops;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes on the Cluster which lineage it archives to, so that the API server (admission policy of
 * the chart) refuses a Git that has not heard of it: GitOps can then be given back without the risk
 * that WAL goes into the old lineage.
 *
 * <p>It comes before the lineage is changed: put on behind that, a hold reverted in between could
 * change it back unseen. Until then every update but Salvor's own is refused, as the Cluster still
 * names the other lineage. CloudNativePG is not in the way: it writes status and pods, and the
 * Cluster itself only for defaults where its webhook is off and against a scale-down below {@code
 * maxSyncReplicas} (v1.30.0 cluster_controller.go, cluster_scale.go), and tries again.
 *
 * @param lineage the serverName that holds from now on; null takes the guard off
 */
public record GuardLineage(
    ClusterWriter cluster, String name, Function<Facts, Optional<String>> lineage)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    return mark(facts, lineage.apply(facts));
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return mark(facts, Optional.empty());
  }

  private Outcome mark(Facts facts, Optional<String> value) {
    var seen = database(facts);
    if (seen.isEmpty()) return Outcome.done("there is no Cluster to guard");
    var edit = seen.get().edit().annotate(Marks.LINEAGE, value.orElse(null));
    if (edit.isEmpty())
      return Outcome.done(
          value
              .map(name -> "the Cluster archives to " + name + " and nowhere else")
              .orElse("the archive is not guarded any more"));
    cluster.write(edit.write());
    return Outcome.wrote(
        value
            .map(name -> "guarding the archive: " + name + " and nowhere else")
            .orElse("taking the guard off the archive"));
  }

  private Optional<Seen> database(Facts facts) {
    var database = facts.postgres().database();
    var target = facts.target();
    if (database == null || target == null) return Optional.empty();
    return cluster
        .get(Kinds.CLUSTER.ref(target.namespace(), database.name()))
        .filter(seen -> !seen.terminating());
  }
}
