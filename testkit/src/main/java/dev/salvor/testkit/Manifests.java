package dev.salvor.testkit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.salvor.api.Ref;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Manifests as text and as JSON. */
public final class Manifests {
  private static final ObjectMapper YAML = new YAMLMapper();

  private Manifests() {}

  /** All documents of a YAML or JSON text, in order; empty ones are left out. */
  public static List<ObjectNode> parse(String text) {
    var found = new ArrayList<ObjectNode>();
    try (JsonParser parser = YAML.createParser(text)) {
      var documents = YAML.readerFor(Object.class).readValues(parser);
      while (documents.hasNextValue()) {
        if (YAML.valueToTree(documents.nextValue()) instanceof ObjectNode object) found.add(object);
      }
    } catch (IOException broken) {
      throw new UncheckedIOException("not YAML: " + text, broken);
    }
    return found;
  }

  /** The only document of a text. */
  public static ObjectNode one(String text) {
    var all = parse(text);
    if (all.size() != 1) throw new IllegalArgumentException(all.size() + " documents, not one");
    return all.getFirst();
  }

  /** The name of an object. */
  public static Ref ref(ObjectNode object) {
    var namespace = object.path("metadata").path("namespace").asText("");
    return new Ref(
        object.path("apiVersion").asText(),
        object.path("kind").asText(),
        namespace.isEmpty() ? null : namespace,
        object.path("metadata").path("name").asText());
  }

  /** {@code over} laid over {@code base}: maps merge, everything else replaces, null removes. */
  public static ObjectNode merged(ObjectNode base, ObjectNode over) {
    var result = base.deepCopy();
    over.properties()
        .forEach(field -> {
          if (field.getValue().isNull()) {
            result.remove(field.getKey());
          } else if (field.getValue() instanceof ObjectNode child
              && result.get(field.getKey()) instanceof ObjectNode under) {
            result.set(field.getKey(), merged(under, child));
          } else {
            result.set(field.getKey(), field.getValue().deepCopy());
          }
        });
    return result;
  }
}
