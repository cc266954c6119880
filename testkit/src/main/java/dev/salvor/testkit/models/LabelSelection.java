package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** {@code metav1.LabelSelector}. */
final class LabelSelection {
  private LabelSelection() {}

  static boolean matches(JsonNode selector, Map<String, String> labels) {
    for (var wanted : selector.path("matchLabels").properties()) {
      if (!wanted.getValue().asText().equals(labels.get(wanted.getKey()))) return false;
    }
    for (var expression : selector.path("matchExpressions")) {
      var value = labels.get(expression.path("key").asText());
      var listed = false;
      for (var option : expression.path("values")) listed |= option.asText().equals(value);
      var fits =
          switch (expression.path("operator").asText()) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            case "Exists" -> value != null;
            default -> value == null;
          };
      if (!fits) return false;
    }
    return true;
  }
}
