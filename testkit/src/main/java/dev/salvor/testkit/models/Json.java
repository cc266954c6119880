package dev.salvor.testkit.models;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Objects as the API server stores them, read and changed by JSON pointer. */
final class Json {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** An object with its type and name, and nothing else. */
  static ObjectNode manifest(Kind kind, String namespace, String name) {
    var manifest = object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    var metadata = manifest.putObject("metadata").put("name", name);
    if (kind.namespaced()) metadata.put("namespace", namespace);
    return manifest;
  }

  static ObjectNode parse(String json) {
    try {
      return (ObjectNode) MAPPER.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(JsonNode object, String pointer) {
    return object.at(pointer).asText("");
  }

  static String name(JsonNode object) {
    return text(object, "/metadata/name");
  }

  static String namespace(JsonNode object) {
    return text(object, "/metadata/namespace");
  }

  static String uid(JsonNode object) {
    return text(object, "/metadata/uid");
  }

  static boolean terminating(JsonNode object) {
    return !text(object, "/metadata/deletionTimestamp").isEmpty();
  }

  static Ref ref(JsonNode object) {
    var namespace = namespace(object);
    return new Ref(
        text(object, "/apiVersion"),
        text(object, "/kind"),
        namespace.isEmpty() ? null : namespace,
        name(object));
  }

  static Map<String, String> labels(JsonNode object) {
    return strings(object.at("/metadata/labels"));
  }

  static String label(JsonNode object, String key) {
    return object.at("/metadata/labels").path(key).asText("");
  }

  static String annotation(JsonNode object, String key) {
    return object.at("/metadata/annotations").path(key).asText("");
  }

  static Map<String, String> strings(JsonNode map) {
    var found = new LinkedHashMap<String, String>();
    map.properties().forEach(entry -> found.put(entry.getKey(), entry.getValue().asText()));
    return found;
  }

  /** The object at the pointer, made if it is not there. */
  static ObjectNode at(ObjectNode object, String pointer) {
    var node = object;
    for (var rest = JsonPointer.compile(pointer); !rest.matches(); rest = rest.tail()) {
      var name = rest.getMatchingProperty();
      node = node.get(name) instanceof ObjectNode child ? child : node.putObject(name);
    }
    return node;
  }

  /** Sets a string, making the objects above it. */
  static void set(ObjectNode object, String pointer, String value) {
    var path = JsonPointer.compile(pointer);
    at(object, path.head().toString()).put(path.last().getMatchingProperty(), value);
  }

  static void remove(ObjectNode object, String pointer) {
    var path = JsonPointer.compile(pointer);
    if (object.at(path.head()) instanceof ObjectNode parent)
      parent.remove(path.last().getMatchingProperty());
  }

  /** The API server does not store a null. */
  static ObjectNode withoutNulls(ObjectNode object) {
    var kept = object();
    for (var field : object.properties()) {
      if (field.getValue() instanceof ObjectNode child)
        kept.set(field.getKey(), withoutNulls(child));
      else if (!field.getValue().isNull()) kept.set(field.getKey(), field.getValue());
    }
    return kept;
  }

  /** Velero's GetValidName: 57 characters and six digits of a hash where 63 are too few. */
  static String labelValue(String text) {
    if (text.length() <= 63) return text;
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return text.substring(0, 57) + HexFormat.of().formatHex(hash, 0, 3);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An owner reference to an object, as its controller. */
  static ObjectNode ownedBy(ObjectNode object, JsonNode owner) {
    at(object, "/metadata")
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", text(owner, "/apiVersion"))
        .put("kind", text(owner, "/kind"))
        .put("name", name(owner))
        .put("uid", uid(owner))
        .put("controller", true);
    return object;
  }
}
