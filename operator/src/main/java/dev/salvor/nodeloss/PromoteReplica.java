package dev.salvor.nodeloss;

import static dev.salvor.engine.Outcome.done;
import static dev.salvor.engine.Outcome.failed;
import static dev.salvor.engine.Outcome.wrote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.PromotionFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;

/**
 * Tells CloudNativePG who is to be the primary, as {@code kubectl cnpg promote} does and no more
 * (cloudnative-pg v1.30 internal/cmd/plugin/promote/promote.go): {@code currentPrimary} is written
 * by the instance itself, once it has been promoted.
 */
public record PromoteReplica(ClusterWriter cluster) implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var node = facts.knownNode();
    var promotion = new Promotion(cluster, node.name());
    for (var one : node.promotions()) {
      var live = cluster.get(one.cluster()).filter(seen -> seen.uid().equals(one.uid()));
      // told so before, or CloudNativePG has chosen by itself after all
      if (live.isEmpty() || !AwaitFailover.goes(facts, live.get())) continue;
      var pod =
          cluster
              .get(Kinds.POD.ref(live.get().namespace(), one.instance()))
              .filter(seen -> seen.uid().equals(one.pod()) && promotion.serves(seen));
      var veto = promotion.veto(live.get());
      if (pod.isEmpty() || veto.isPresent())
        return failed(
            "PromotionRefused",
            one.cluster().text()
                + " was not told to promote "
                + one.instance()
                + ": "
                + veto.orElse("that one is not ready any more"),
            "Raise spec.retry by one to look again, or promote one yourself: kubectl cnpg promote.");
      cluster.write(promoted(live.get(), one, moment.now()));
      return wrote("told " + one.cluster().text() + " to promote " + one.instance());
    }
    return done("told to promote a replica: " + node.promotions().size());
  }

  private static dev.salvor.kube.Write promoted(Seen live, PromotionFacts one, Instant now) {
    var conditions = live.at("/status/conditions").deepCopy();
    for (var condition : conditions) ready(condition, now);
    return live.edit()
        .set("/status/targetPrimary", one.instance())
        .set("/status/targetPrimaryTimestamp", now.toString())
        .set("/status/phase", "Switchover in progress")
        .set("/status/phaseReason", "Switching over to " + one.instance())
        .set("/status/conditions", conditions)
        .writeStatus();
  }

  private static void ready(JsonNode condition, Instant now) {
    if (!(condition instanceof ObjectNode one) || !one.path("type").asText().equals("Ready"))
      return;
    if (one.path("status").asText().equals("True")) one.put("lastTransitionTime", seconds(now));
    one.put("status", "False")
        .put("reason", "ClusterIsNotReady")
        .put("message", "Cluster Is Not Ready");
  }

  private static String seconds(Instant now) {
    return now.truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
  }
}
