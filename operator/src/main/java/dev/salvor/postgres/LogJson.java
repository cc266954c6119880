package dev.salvor.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.salvor.kube.Json;

/** A line of a log of CloudNativePG as JSON, if it is a whole one. */
final class LogJson {
  private LogJson() {}

  /** A missing node for plain text, and for a line that was cut off. */
  static JsonNode of(String line) {
    if (!line.startsWith("{")) return MissingNode.getInstance();
    try {
      return Json.MAPPER.readTree(line);
    } catch (JsonProcessingException cutOff) {
      return MissingNode.getInstance();
    }
  }
}
