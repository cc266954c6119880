package dev.salvor.testkit.health;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the library kstatus says of a custom resource (cli-utils pkg/kstatus/status:
 * checkGenericProperties, then the condition Ready). Flux, kpt and Argo Rollouts wait by it.
 */
public enum Kstatus {
  CURRENT,
  IN_PROGRESS,
  FAILED,
  TERMINATING;

  public static Kstatus of(JsonNode object) {
    if (object.at("/metadata").has("deletionTimestamp")) return TERMINATING;
    var generation = object.at("/metadata/generation").asLong();
    var observed = object.at("/status/observedGeneration");
    if (!observed.isMissingNode() && observed.asLong() != generation) return IN_PROGRESS;
    if (condition(object, "Reconciling").equals("True")) return IN_PROGRESS;
    if (condition(object, "Stalled").equals("True")) return FAILED;
    return switch (condition(object, "Ready")) {
      case "False", "Unknown" -> IN_PROGRESS;
      default -> CURRENT;
    };
  }

  private static String condition(JsonNode object, String type) {
    for (var condition : object.at("/status/conditions"))
      if (condition.path("type").asText().equals(type)) return condition.path("status").asText();
    return "";
  }
}
