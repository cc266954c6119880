package dev.salvor.velero;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Where a held pod runs: as its original would, so that the original finds its volume where it can
 * run itself (swap.md N1, N2).
 */
final class Placement {
  private static final String TERMS =
      "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";

  private Placement() {}

  /**
   * Also bound to the nodes of volumes that stay with the original: each of {@code volumes} is the
   * {@code spec.nodeAffinity.required.nodeSelectorTerms} of a PersistentVolume, of which one must
   * hold.
   */
  static ObjectNode beside(ObjectNode placement, List<JsonNode> volumes) {
    var terms = new ArrayList<JsonNode>();
    placement.at(TERMS).forEach(terms::add);
    if (terms.isEmpty()) terms.add(JsonNodeFactory.instance.objectNode());
    for (var volume : volumes) {
      if (volume.isEmpty()) continue;
      var both = new ArrayList<JsonNode>();
      for (var one : terms) for (var other : volume) both.add(and(one, other));
      terms.clear();
      terms.addAll(both);
    }
    if (terms.size() == 1 && terms.getFirst().isEmpty()) return placement;
    var bound = placement.deepCopy();
    bound
        .withObject("/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution")
        .putArray("nodeSelectorTerms")
        .addAll(terms);
    return bound;
  }

  /**
   * Of a held pod: pods that it must be near to do not come with it, so that wish is dropped; the
   * ones to keep apart from are held pods themselves, under renamed labels.
   */
  static ObjectNode held(ObjectNode placement, UnaryOperator<String> label) {
    var held = placement.deepCopy();
    if (held.get("affinity") instanceof ObjectNode affinity) {
      affinity.remove("podAffinity");
      for (var wish : affinity.path("podAntiAffinity")) for (var term : wish) rename(term, label);
    }
    for (var spread : held.path("topologySpreadConstraints")) rename(spread, label);
    return held;
  }

  private static void rename(JsonNode term, UnaryOperator<String> label) {
    if (term.get("podAffinityTerm") instanceof ObjectNode weighted) rename(weighted, label);
    if (term.at("/labelSelector/matchLabels") instanceof ObjectNode labels) {
      var renamed = JsonNodeFactory.instance.objectNode();
      labels
          .properties()
          .forEach(entry -> renamed.set(label.apply(entry.getKey()), entry.getValue()));
      labels.removeAll();
      labels.setAll(renamed);
    }
    for (var expression : term.at("/labelSelector/matchExpressions"))
      if (expression instanceof ObjectNode object)
        object.put("key", label.apply(object.path("key").asText()));
    for (var keys : List.of("matchLabelKeys", "mismatchLabelKeys"))
      if (term.get(keys) instanceof ArrayNode array)
        for (var i = 0; i < array.size(); i++)
          array.set(i, JsonNodeFactory.instance.textNode(label.apply(array.get(i).asText())));
  }

  private static ObjectNode and(JsonNode one, JsonNode other) {
    var both = JsonNodeFactory.instance.objectNode();
    for (var field : List.of("matchExpressions", "matchFields")) {
      var all = JsonNodeFactory.instance.arrayNode();
      one.path(field).forEach(all::add);
      other.path(field).forEach(all::add);
      if (!all.isEmpty()) both.set(field, all);
    }
    return both;
  }
}
