package dev.salvor.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What storing an object makes of its JSON. There is one kind of number only; Jackson's nodes of
 * int and long are never equal.
 */
final class Stored {
  private Stored() {}

  /** Makes every whole number what reading it from text would make of it. */
  static void normalize(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (var field : object.properties()) {
        var value = field.getValue();
        if (isSmallLong(value)) field.setValue(IntNode.valueOf(value.intValue()));
        else normalize(value);
      }
    } else if (node instanceof ArrayNode array) {
      for (var i = 0; i < array.size(); i++) {
        var value = array.get(i);
        if (isSmallLong(value)) array.set(i, IntNode.valueOf(value.intValue()));
        else normalize(value);
      }
    }
  }

  /** Server-side apply of a status loses what is null. */
  static JsonNode withoutNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(field -> field.getValue().isNull());
      for (var field : object.properties()) withoutNulls(field.getValue());
    } else if (node instanceof ArrayNode) {
      for (var item : node) withoutNulls(item);
    }
    return node;
  }

  private static boolean isSmallLong(JsonNode value) {
    return value.isIntegralNumber() && !value.isInt() && value.canConvertToInt();
  }
}
