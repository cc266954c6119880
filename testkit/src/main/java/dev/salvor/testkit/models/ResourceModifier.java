package dev.salvor.testkit.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A Restore's resource modifier ConfigMap. Conditions are asked of the object as it was before any
 * rule; a rule that fails is an error of the Restore and leaves the object without it, and the
 * object is created all the same (velero internal/resourcemodifiers/resource_modifiers.go,
 * pkg/restore/restore.go, v1.18).
 */
final class ResourceModifier {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final List<JsonNode> rules = new ArrayList<>();

  private ResourceModifier() {}

  static ResourceModifier none() {
    return new ResourceModifier();
  }

  /** Throws IllegalArgumentException with the text of the Restore's validation error. */
  static ResourceModifier of(JsonNode configMap) {
    var data = configMap.path("data");
    if (data.size() != 1)
      throw new IllegalArgumentException(
          "illegal resource modifiers "
              + Json.namespace(configMap)
              + "/"
              + Json.name(configMap)
              + " configmap");
    var modifier = new ResourceModifier();
    try {
      var parsed = YAML.readTree(data.properties().iterator().next().getValue().asText());
      if (!parsed.path("version").asText().equals("v1"))
        throw new IllegalArgumentException("unsupported resource modifier version");
      parsed.path("resourceModifierRules").forEach(modifier.rules::add);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("failed to decode yaml data into resource modifiers", e);
    }
    for (var rule : modifier.rules) {
      var families = 0;
      for (var family : List.of("patches", "mergePatches", "strategicPatches")) {
        if (!rule.path(family).isEmpty()) families++;
      }
      if (families > 1)
        throw new IllegalArgumentException("only one of patches, mergePatches, strategicPatches");
      if (rule.path("conditions").path("groupResource").asText().isEmpty())
        throw new IllegalArgumentException("groupResources cannot be empty");
    }
    return modifier;
  }

  /** Changes the object; the errors say which rules did not. */
  List<String> apply(ObjectNode object, String groupResource, boolean jsonPatchesFail) {
    var original = object.deepCopy();
    var errors = new ArrayList<String>();
    for (var rule : rules) {
      try {
        if (!matches(rule.path("conditions"), original, groupResource)) continue;
        if (jsonPatchesFail && !rule.path("patches").isEmpty())
          throw new JsonPatching.Unfit("as the test wants it");
        var changed = object.deepCopy();
        if (patch(rule, changed)) replace(object, changed);
      } catch (JsonPatching.Unfit | JsonProcessingException e) {
        errors.add("error in applying patch " + e.getMessage());
      }
    }
    return errors;
  }

  private static boolean matches(JsonNode conditions, ObjectNode object, String groupResource)
      throws JsonPatching.Unfit, JsonProcessingException {
    var namespace = Json.namespace(object);
    var namespaces = conditions.path("namespaces");
    if (!namespace.isEmpty() && !namespaces.isEmpty()) {
      var listed = false;
      for (var one : namespaces)
        listed |= one.asText().equals(namespace) || one.asText().equals("*");
      if (!listed) return false;
    }
    if (!glob(conditions.path("groupResource").asText(), groupResource)) return false;
    var regex = conditions.path("resourceNameRegex").asText("");
    if (!regex.isEmpty() && !Pattern.compile(regex).matcher(Json.name(object)).find()) return false;
    var selector = conditions.path("labelSelector");
    if (selector.isObject() && !LabelSelection.matches(selector, Json.labels(object))) return false;
    for (var match : conditions.path("matches")) {
      var copy = object.deepCopy();
      var path = match.path("path").asText();
      if (!JsonPatching.apply(copy, "test", path, value(match.path("value").asText(""))))
        return false;
    }
    return true;
  }

  /** False if a test operation failed: then the rule changes nothing and is no error. */
  private static boolean patch(JsonNode rule, ObjectNode object)
      throws JsonPatching.Unfit, JsonProcessingException {
    for (var patch : rule.path("patches")) {
      var operation = patch.path("operation").asText();
      var path = patch.path("path").asText();
      if (operation.equals("move")) {
        JsonPatching.move(object, patch.path("from").asText(), path);
      } else if (!JsonPatching.apply(
          object, operation, path, value(patch.path("value").asText("")))) return false;
    }
    for (var family : List.of("mergePatches", "strategicPatches")) {
      for (var patch : rule.path(family)) {
        JsonPatching.merge(object, YAML.readTree(patch.path("patchData").asText()));
      }
    }
    return true;
  }

  /** Values are strings; what looks like JSON is JSON (velero json_patch.go, addQuotes). */
  private static JsonNode value(String text) throws JsonProcessingException {
    var quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    if (quoted) return TextNode.valueOf(text.substring(1, text.length() - 1));
    var json =
        text.equals("null")
            || text.equalsIgnoreCase("true")
            || text.equalsIgnoreCase("false")
            || text.startsWith("{")
            || text.startsWith("[")
            || text.matches("[-+]?[0-9.]+([eE][-+]?[0-9]+)?");
    return json ? Json.MAPPER.readTree(text) : TextNode.valueOf(text);
  }

  private static void replace(ObjectNode object, ObjectNode by) {
    object.removeAll();
    object.setAll(by);
  }

  private static boolean glob(String pattern, String text) {
    var regex = Pattern.quote(pattern).replace("*", "\\E[^.]*\\Q");
    return Pattern.matches(regex, text);
  }
}
