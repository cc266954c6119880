package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * No Cluster has its primary among what is going to be deleted: CloudNativePG has failed over. The
 * claims of a primary are never deleted.
 */
public record AwaitFailover(ClusterReader cluster) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var doomed =
        facts.knownNode().condemned().stream()
            .map(row -> row.namespace() + "/" + row.claim())
            .collect(Collectors.toSet());
    for (var ref : Rows.rebuilt(facts)) {
      var seen = cluster.get(ref);
      if (seen.isEmpty())
        return Sight.refused(
            facts,
            "ClusterChanged",
            ref.text() + " is gone since the plan was made",
            "Raise spec.retry by one to look again.");
      var primary = primary(seen.get());
      if (goes(seen.get(), primary, doomed))
        return Sight.notYet(
            "waiting for CloudNativePG to fail over: the primary of "
                + ref.text()
                + " is still "
                + primary
                + "; kubectl cnpg promote -n "
                + ref.namespace()
                + " "
                + ref.name()
                + " <instance> does it by hand");
      if (!primary.equals(seen.get().text("/status/currentPrimary")))
        return Sight.notYet(ref.text() + " is failing over to " + primary);
    }
    return Sight.seen(facts, "no primary is on " + facts.knownNode().name());
  }

  private static String primary(Seen database) {
    return database.text("/status/targetPrimary");
  }

  private static boolean goes(Seen database, String instance, Set<String> doomed) {
    return instance.isEmpty()
        || instance.equals("pending")
        || doomed.contains(database.namespace() + "/" + instance);
  }
}
