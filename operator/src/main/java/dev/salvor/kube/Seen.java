package dev.salvor.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One object as the API server showed it. Paths are JSON pointers: {@code /spec/replicas}.
 *
 * @param json the whole object; not to be changed: {@link #edit} makes a copy
 */
public record Seen(Ref ref, ObjectNode json) {
  private static final Pointers POINTERS = new Pointers(2_000);

  public String uid() {
    return text("/metadata/uid");
  }

  public String resourceVersion() {
    return text("/metadata/resourceVersion");
  }

  public String name() {
    return ref.name();
  }

  /** Empty for a cluster-scoped object. */
  public String namespace() {
    var namespace = ref.namespace();
    return namespace == null ? "" : namespace;
  }

  /** True once it was deleted and waits for its finalizers. */
  public boolean terminating() {
    return has("/metadata/deletionTimestamp");
  }

  public JsonNode at(String pointer) {
    return json.at(POINTERS.of(pointer));
  }

  /** True if there is something other than null. */
  public boolean has(String pointer) {
    var node = at(pointer);
    return !node.isMissingNode() && !node.isNull();
  }

  /** Empty if absent. */
  public String text(String pointer) {
    return at(pointer).asText("");
  }

  public boolean flag(String pointer) {
    return at(pointer).asBoolean(false);
  }

  public long number(String pointer, long otherwise) {
    return at(pointer).asLong(otherwise);
  }

  /** Empty if absent or not RFC 3339. */
  public Optional<Instant> time(String pointer) {
    return time(at(pointer));
  }

  /** The same of a node that was found otherwise. */
  public static Optional<Instant> time(JsonNode node) {
    try {
      return node.isTextual() ? Optional.of(Instant.parse(node.textValue())) : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  public Map<String, String> labels() {
    return strings("/metadata/labels");
  }

  public Map<String, String> annotations() {
    return strings("/metadata/annotations");
  }

  /** Empty if absent. */
  public String label(String key) {
    return at("/metadata/labels").path(key).asText("");
  }

  /** What an annotation says, which anybody may edit; empty if absent or not RFC 3339. */
  public Optional<Instant> noted(String annotation) {
    return time(at("/metadata/annotations").path(annotation));
  }

  /** Empty if absent. */
  public String annotation(String key) {
    return at("/metadata/annotations").path(key).asText("");
  }

  /** The condition of this type, to be read only; a missing node if there is none. */
  public JsonNode condition(String type) {
    return condition(at("/status/conditions"), type);
  }

  /** The same of a list of conditions that stands elsewhere. */
  public static JsonNode condition(JsonNode conditions, String type) {
    for (var condition : conditions)
      if (condition.path("type").asText().equals(type)) return condition;
    return MissingNode.getInstance();
  }

  /** True if it has the condition of this type, and its status is True. */
  public boolean isTrue(String type) {
    return condition(type).path("status").asText().equals("True");
  }

  /** True if an owner reference has this UID. */
  public boolean ownedBy(String uid) {
    for (var owner : at("/metadata/ownerReferences"))
      if (owner.path("uid").asText().equals(uid)) return true;
    return false;
  }

  /** A change to this object, and to no later version of it. */
  public Edit edit() {
    return new Edit(this);
  }

  private Map<String, String> strings(String pointer) {
    var found = new LinkedHashMap<String, String>();
    at(pointer).properties().forEach(entry -> found.put(entry.getKey(), entry.getValue().asText()));
    return found;
  }
}
