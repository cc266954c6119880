package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.api.PromotionFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.stream.Collectors;

/**
 * No Cluster has its primary among what is going to be deleted: CloudNativePG has failed over. The
 * claims of a primary are never deleted.
 */
public record AwaitFailover(ClusterReader cluster) implements Look<Facts> {
  private static final String TARGET = "/status/targetPrimary";

  /** On top of {@code spec.failoverDelay}: CloudNativePG needs less than two (postgres.md 3.2). */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @Override
  public Duration deadline() {
    // once a person had to be waited for, what they did takes its time, too
    return Duration.ofDays(2);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var promotions = new ArrayList<PromotionFacts>();
    for (var ref : Rows.rebuilt(facts)) {
      var seen = cluster.get(ref);
      if (seen.isEmpty())
        return Sight.refused(
            facts,
            "ClusterChanged",
            ref.text() + " is gone since the plan was made",
            "Raise spec.retry by one to look again.");
      var database = seen.get();
      var primary = database.text(TARGET);
      if (goes(facts, database)) {
        var patience = LIMIT.plusSeconds(database.number("/spec/failoverDelay", 0));
        if (moment.running().compareTo(patience) < 0)
          return Sight.notYet(
              "waiting for CloudNativePG to fail over: the primary of "
                  + ref.text()
                  + " is still "
                  + primary);
        switch (new Promotion(cluster, facts.knownNode().name()).of(database)) {
          case Promotion.Choice.Of(var promotion) -> promotions.add(promotion);
          case Promotion.Choice.Person(var why) -> {
            return Sight.person(
                "CloudNativePG does not fail over, the primary of "
                    + ref.text()
                    + " is still "
                    + primary
                    + ", and Salvor does not promote a replica: "
                    + why
                    + ". Promote one yourself: kubectl cnpg promote -n "
                    + ref.namespace()
                    + " "
                    + ref.name()
                    + " <instance>",
                Duration.ofSeconds(10));
          }
        }
      } else if (!primary.equals(database.text("/status/currentPrimary")))
        return Sight.notYet(ref.text() + " is failing over to " + primary);
    }
    return Sight.seen(
        facts.withNode(facts.knownNode().withPromotions(promotions)),
        promotions.isEmpty()
            ? "no primary is on " + facts.knownNode().name()
            : "no fail-over came, to be promoted: "
                + promotions.stream()
                    .map(one -> one.cluster().namespace() + "/" + one.instance())
                    .collect(Collectors.joining(", ")));
  }

  /** True while the primary is, or is to be, one that is lost. */
  static boolean goes(Facts facts, Seen database) {
    var instance = database.text(TARGET);
    return instance.isEmpty()
        || instance.equals("pending")
        || facts.knownNode().condemned().stream()
            .anyMatch(row ->
                row.namespace().equals(database.namespace()) && row.claim().equals(instance));
  }
}
