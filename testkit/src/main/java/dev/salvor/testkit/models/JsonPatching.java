package dev.salvor.testkit.models;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON patch and JSON merge patch as strict as the Go libraries that Velero uses. */
final class JsonPatching {
  /** The patch cannot be applied. */
  static final class Unfit extends Exception {
    private static final long serialVersionUID = 1;

    Unfit(String message) {
      super(message);
    }
  }

  private JsonPatching() {}

  /** Operation move of RFC 6902. */
  static void move(ObjectNode document, String from, String path) throws Unfit {
    var moved = document.at(from).deepCopy();
    if (moved.isMissingNode()) throw new Unfit("move " + from + ": missing path");
    apply(document, "remove", from, moved);
    apply(document, "add", path, moved);
  }

  /** One operation of RFC 6902, but for move and copy. False if it is a test that fails. */
  static boolean apply(ObjectNode document, String operation, String path, JsonNode value)
      throws Unfit {
    var pointer = JsonPointer.compile(path);
    var parent = document.at(pointer.head());
    var last = pointer.last();
    var key = last == null ? "" : last.getMatchingProperty();
    switch (operation) {
      case "test" -> {
        return document.at(pointer).equals(value);
      }
      case "add" -> {
        switch (parent) {
          case ObjectNode map -> map.set(key, value);
          case ArrayNode list -> {
            var index = key.equals("-") ? list.size() : index(key, path);
            if (index > list.size()) throw new Unfit("add " + path + ": index out of bounds");
            list.insert(index, value);
          }
          default -> throw new Unfit("add " + path + ": missing path");
        }
      }
      case "replace" -> {
        if (document.at(pointer).isMissingNode())
          throw new Unfit("replace " + path + ": missing key");
        if (parent instanceof ObjectNode map) map.set(key, value);
        if (parent instanceof ArrayNode list) list.set(index(key, path), value);
      }
      case "remove" -> {
        if (document.at(pointer).isMissingNode())
          throw new Unfit("remove " + path + ": nonexistent key");
        if (parent instanceof ObjectNode map) map.remove(key);
        if (parent instanceof ArrayNode list) list.remove(index(key, path));
      }
      default -> throw new Unfit("operation " + operation + " is not modelled");
    }
    return true;
  }

  /** RFC 7386. */
  static void merge(ObjectNode document, JsonNode patch) {
    patch
        .properties()
        .forEach(entry -> {
          var value = entry.getValue();
          if (value.isNull()) {
            document.remove(entry.getKey());
          } else if (value.isObject()) {
            var child =
                document.get(entry.getKey()) instanceof ObjectNode there
                    ? there
                    : document.putObject(entry.getKey());
            merge(child, value);
          } else {
            document.set(entry.getKey(), value);
          }
        });
  }

  private static int index(String key, String path) throws Unfit {
    try {
      return Integer.parseInt(key);
    } catch (NumberFormatException e) {
      throw new Unfit(path + ": not an index");
    }
  }
}
