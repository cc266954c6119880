package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

/** The end of strategy Beside: the copy is the person's from now on, without a mark of ours. */
public record LeaveCopy(ClusterWriter cluster, Run run) implements Step.Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var known = facts.postgres().knownCopy();
    var there = CnpgCluster.read(cluster, namespace, known.name(), known.uid());
    if (there.isEmpty())
      return Outcome.failed(
          "CopyVanished",
          "Cluster " + known.name() + " was deleted while it was needed",
          "Find out who deletes Clusters in this namespace (GitOps pruning?), then try again");
    var copy = there.get().seen();
    var edit = copy.edit().label(Marks.RUN, null).annotate(Marks.HELD_BY, null);
    if (!edit.isEmpty()) {
      cluster.write(edit.write());
      return Outcome.wrote("took the marks off " + copy.ref().text());
    }
    var own = known.name() + "-app";
    var secret = copy.at("/spec/bootstrap/recovery/secret/name").asText(own);
    return Outcome.done(
        "connect to host "
            + known.name()
            + "-rw."
            + namespace
            + " with Secret "
            + secret
            + "; when nobody needs it any more: kubectl -n "
            + namespace
            + " delete cluster.postgresql.cnpg.io "
            + known.name());
  }
}
