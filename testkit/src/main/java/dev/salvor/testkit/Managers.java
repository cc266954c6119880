package dev.salvor.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who wrote which field: {@code metadata.managedFields}, good enough for what reads it (manager,
 * operation, subresource and the tree of fields). Lists are keyed by {@code name} or taken whole.
 */
record Managers(Map<Who, Set<List<String>>> owned) {
  static final Managers NONE = new Managers(Map.of());

  private static final Set<String> NOT_OWNED =
      Set.of(
          "name",
          "generateName",
          "namespace",
          "uid",
          "resourceVersion",
          "generation",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "managedFields",
          "selfLink");

  /** Nobody asks who owns a part of a status, and it is written at every tick. */
  private static final List<String> STATUS = List.of("f:status");

  /** A manager and how it writes. */
  record Who(String manager, String operation, String subresource) {}

  /**
   * After a write. With {@code intent} the manager owns those fields and no others (apply); without
   * it, it comes to own what it changed.
   */
  Managers after(
      String manager,
      String operation,
      @Nullable ObjectNode before,
      ObjectNode after,
      @Nullable ObjectNode intent) {
    var old = before == null ? Map.<List<String>, JsonNode>of() : leaves(before);
    var fresh = leaves(after);
    var next = copied();
    for (var paths : next.values()) {
      paths.removeIf(path -> !fresh.containsKey(path) || !fresh.get(path).equals(old.get(path)));
    }
    if (intent != null) {
      var given = new LinkedHashSet<>(leaves(intent).keySet());
      given.removeIf(Managers::isStatus);
      next.put(new Who(manager, operation, ""), given);
    }
    fresh.forEach((path, value) -> {
      if (value.equals(old.get(path)) || (intent != null && !isStatus(path))) return;
      var who =
          isStatus(path) ? new Who(manager, "Update", "status") : new Who(manager, operation, "");
      next.computeIfAbsent(who, _ -> new LinkedHashSet<>()).add(path);
    });
    next.values().removeIf(Set::isEmpty);
    return new Managers(next);
  }

  /** After a write of nothing but a status, which is another one now. */
  Managers told(String manager) {
    var next = copied();
    next.values().forEach(paths -> paths.remove(STATUS));
    next.computeIfAbsent(new Who(manager, "Update", "status"), _ -> new LinkedHashSet<>())
        .add(STATUS);
    next.values().removeIf(Set::isEmpty);
    return new Managers(next);
  }

  private Map<Who, Set<List<String>>> copied() {
    var copy = new LinkedHashMap<Who, Set<List<String>>>();
    owned.forEach((who, paths) -> copy.put(who, new LinkedHashSet<>(paths)));
    return copy;
  }

  /** The fields that this manager applied before. */
  Set<List<String>> applied(String manager) {
    return owned.getOrDefault(new Who(manager, "Apply", ""), Set.of());
  }

  /** True if somebody else owns the field too. */
  boolean shared(String manager, List<String> path) {
    return owned.entrySet().stream()
        .anyMatch(e -> !e.getKey().manager().equals(manager) && e.getValue().contains(path));
  }

  ArrayNode json(String apiVersion, String time) {
    var entries = JsonNodeFactory.instance.arrayNode();
    owned.forEach((who, paths) -> {
      var entry = entries.addObject();
      entry.put("manager", who.manager());
      entry.put("operation", who.operation());
      entry.put("apiVersion", apiVersion);
      entry.put("time", time);
      entry.put("fieldsType", "FieldsV1");
      var tree = entry.putObject("fieldsV1");
      for (var path : paths) {
        var node = tree;
        for (var token : path) {
          node = node.get(token) instanceof ObjectNode child ? child : node.putObject(token);
        }
      }
      if (!who.subresource().isEmpty()) entry.put("subresource", who.subresource());
    });
    return entries;
  }

  private static boolean isStatus(List<String> path) {
    return path.getFirst().equals("f:status");
  }

  static Map<List<String>, JsonNode> leaves(ObjectNode object) {
    var found = new LinkedHashMap<List<String>, JsonNode>();
    object
        .properties()
        .forEach(field -> {
          switch (field.getKey()) {
            case "apiVersion", "kind" -> {}
            case "status" -> found.put(STATUS, field.getValue());
            case "metadata" ->
                field
                    .getValue()
                    .properties()
                    .forEach(meta -> {
                      if (!NOT_OWNED.contains(meta.getKey()))
                        flatten(
                            List.of("f:metadata", "f:" + meta.getKey()), meta.getValue(), found);
                    });
            default -> flatten(List.of("f:" + field.getKey()), field.getValue(), found);
          }
        });
    return found;
  }

  private static void flatten(List<String> path, JsonNode node, Map<List<String>, JsonNode> found) {
    if (node instanceof ObjectNode object && !object.isEmpty()) {
      object
          .properties()
          .forEach(child -> flatten(plus(path, "f:" + child.getKey()), child.getValue(), found));
    } else if (node instanceof ArrayNode array && isKeyed(array)) {
      for (var item : array) {
        var key = JsonNodeFactory.instance.objectNode().put("name", item.get("name").asText());
        flatten(plus(path, "k:" + key), item, found);
      }
    } else {
      found.put(path, node);
    }
  }

  private static boolean isKeyed(ArrayNode array) {
    if (array.isEmpty()) return false;
    for (var item : array) if (!item.path("name").isTextual()) return false;
    return true;
  }

  private static List<String> plus(List<String> path, String token) {
    var longer = new ArrayList<>(path);
    longer.add(token);
    return List.copyOf(longer);
  }
}
