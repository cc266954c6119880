package dev.salvor.workloads;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.ConsumerFacts;
import dev.salvor.api.Facts;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How consumers are put on record: as they were before this recovery held them.
 *
 * @param known what an earlier look of this recovery saw, for a hold whose annotation somebody has
 *     broken
 */
record Roster(ClusterReader cluster, Run run, String namespace, Facts known) {
  ConsumerFacts entry(Seen top, List<String> claims) {
    var hold = Hold.of(top.ref());
    if (hold.isEmpty()) return new ConsumerFacts(top.ref(), top.uid(), null, null, claims);
    var pointers = List.of(hold.get().pointer());
    var before = Before.recorded(top, run, pointers);
    if (!before.has(hold.get().pointer())) before = hold.get().complete(earlier(top));
    var replicas = Hold.scales(top.ref()) ? before.path(Hold.REPLICAS).asInt(1) : null;
    return new ConsumerFacts(top.ref(), top.uid(), replicas, before, claims);
  }

  /** Those that would scale one of {@code scaled} up again. */
  List<ConsumerFacts> autoscalers(List<ConsumerFacts> scaled, Objections objections) {
    var found = new ArrayList<ConsumerFacts>();
    for (var kind : List.of(Kinds.SCALED_OBJECT, Kinds.HPA)) {
      for (var autoscaler : cluster.list(kind, namespace)) {
        var ofKeda =
            Climb.controller(autoscaler)
                .filter(owner -> owner.path("kind").asText().equals("ScaledObject"));
        if (ofKeda.isPresent()) continue;
        scaled.stream()
            .filter(consumer -> targets(autoscaler, consumer))
            .findFirst()
            .ifPresent(consumer -> {
              objections.toAutoscaler(autoscaler);
              found.add(entry(autoscaler, consumer.claims()));
            });
      }
    }
    return found;
  }

  /** KEDA takes a Deployment where no kind is given. */
  static boolean targets(Seen autoscaler, ConsumerFacts consumer) {
    var target = autoscaler.at("/spec/scaleTargetRef");
    return target.path("name").asText().equals(consumer.ref().name())
        && target.path("kind").asText("Deployment").equals(consumer.ref().kind());
  }

  private @Nullable ObjectNode earlier(Seen top) {
    return known.consumers().stream()
        .filter(consumer -> consumer.uid().equals(top.uid()))
        .map(ConsumerFacts::before)
        .findFirst()
        .orElse(null);
  }
}
