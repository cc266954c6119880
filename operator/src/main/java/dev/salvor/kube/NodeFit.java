package dev.salvor.kube;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Whether a volume can be used on a node: its required node affinity, terms ORed, expressions ANDed
 * (k8s.io/component-helpers v0.34 scheduling/corev1/nodeaffinity).
 */
public final class NodeFit {
  private NodeFit() {}

  /** True for a volume without affinity; false if none of the nodes will do. */
  public static boolean anyFits(Seen volume, List<Seen> nodes) {
    return terms(volume).isEmpty() || nodes.stream().anyMatch(node -> fits(volume, node));
  }

  /** True for a volume without affinity. */
  public static boolean fits(Seen volume, Seen node) {
    var terms = terms(volume);
    return terms.isEmpty() || all(terms).anyMatch(term -> fits(term, node));
  }

  private static JsonNode terms(Seen volume) {
    return volume.at("/spec/nodeAffinity/required/nodeSelectorTerms");
  }

  private static boolean fits(JsonNode term, Seen node) {
    var labels = term.path("matchExpressions");
    var fields = term.path("matchFields");
    if (labels.isEmpty() && fields.isEmpty()) return false;
    return all(labels).allMatch(each -> holds(each, node.labels().get(key(each))))
        && all(fields)
            .allMatch(each -> key(each).equals("metadata.name") && holds(each, node.name()));
  }

  private static boolean holds(
      JsonNode expression, @org.jspecify.annotations.Nullable String value) {
    var values = all(expression.path("values")).map(JsonNode::asText).toList();
    return switch (expression.path("operator").asText()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      case "Gt" -> value != null && compare(value, values) > 0;
      case "Lt" -> value != null && compare(value, values) < 0;
      default -> false;
    };
  }

  /** 0, which fits neither, for what is not a number. */
  private static int compare(String value, List<String> values) {
    try {
      return values.size() == 1
          ? Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst()))
          : 0;
    } catch (NumberFormatException notANumber) {
      return 0;
    }
  }

  private static String key(JsonNode expression) {
    return expression.path("key").asText();
  }

  private static java.util.stream.Stream<JsonNode> all(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
