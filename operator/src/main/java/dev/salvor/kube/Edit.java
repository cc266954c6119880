package dev.salvor.kube;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Collects changes to one object; {@link #write} makes the patch that is refused if the object is
 * not what was read.
 */
public final class Edit {
  private final Seen before;
  private final ObjectNode after;

  Edit(Seen before) {
    this.before = before;
    this.after = before.json().deepCopy();
  }

  /** Sets a field of an object, making the objects above it. Null removes the field. */
  public Edit set(String pointer, @Nullable JsonNode value) {
    if (value == null || value.isNull()) return remove(pointer);
    var path = JsonPointer.compile(pointer);
    parent(path.head()).set(path.last().getMatchingProperty(), value);
    return this;
  }

  public Edit set(String pointer, String value) {
    return set(pointer, JsonNodeFactory.instance.textNode(value));
  }

  public Edit set(String pointer, boolean value) {
    return set(pointer, JsonNodeFactory.instance.booleanNode(value));
  }

  public Edit set(String pointer, int value) {
    return set(pointer, JsonNodeFactory.instance.numberNode(value));
  }

  public Edit remove(String pointer) {
    var path = JsonPointer.compile(pointer);
    if (after.at(path.head()) instanceof ObjectNode parent)
      parent.remove(path.last().getMatchingProperty());
    return this;
  }

  /** Null removes the annotation. */
  public Edit annotate(String key, @Nullable String value) {
    return mark("annotations", key, value);
  }

  /** Null removes the label. */
  public Edit label(String key, @Nullable String value) {
    return mark("labels", key, value);
  }

  /** True if the object already is as wanted. */
  public boolean isEmpty() {
    return after.equals(before.json());
  }

  public Write write() {
    return new Write.Patch(before, after);
  }

  /** Of what was edited only the status is written. */
  public Write writeStatus() {
    // the API server takes labels and annotations along with the status of some kinds
    var alone = before.json().deepCopy();
    if (after.has("status")) alone.set("status", after.get("status"));
    return new Write.StatusPatch(before, alone);
  }

  private Edit mark(String map, String key, @Nullable String value) {
    if (value != null) {
      parent(JsonPointer.compile("/metadata/" + map)).put(key, value);
    } else if (after.at("/metadata/" + map) instanceof ObjectNode marks) {
      marks.remove(key);
    }
    return this;
  }

  private ObjectNode parent(JsonPointer path) {
    var node = after;
    for (var rest = path; !rest.matches(); rest = rest.tail()) {
      var name = rest.getMatchingProperty();
      node = node.get(name) instanceof ObjectNode child ? child : node.putObject(name);
    }
    return node;
  }
}
