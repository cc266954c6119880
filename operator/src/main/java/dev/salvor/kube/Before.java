package dev.salvor.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What fields of an object were before it was held: JSON pointer -> value, null for a field that
 * was absent. Pointers lead through objects only, never into a list; a list is one value.
 *
 * <p>The values are in the facts of the recovery and, in the same patch as the hold, in the
 * annotation {@link Marks#BEFORE}, so that anybody can give the object back when the recovery is no
 * more.
 */
public final class Before {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Before() {}

  /** Pointer to an annotation, whose key may have a slash in it. */
  public static String annotation(String key) {
    return "/metadata/annotations/" + key.replace("~", "~0").replace("/", "~1");
  }

  /** The live values. */
  public static ObjectNode of(Seen seen, List<String> pointers) {
    var before = JsonNodeFactory.instance.objectNode();
    for (var pointer : pointers) {
      if (seen.has(pointer)) before.set(pointer, seen.at(pointer).deepCopy());
      else before.putNull(pointer);
    }
    return before;
  }

  /**
   * The values as they were before {@code run} held the object: what its annotation says if it is
   * held by this run, because then the live values are our own; else the live values.
   */
  public static ObjectNode recorded(Seen seen, Run run, List<String> pointers) {
    return heldBy(seen, run) ? annotated(seen) : of(seen, pointers);
  }

  /** True if the object says that this run holds it. */
  public static boolean heldBy(Seen seen, Run run) {
    return seen.annotation(Marks.HELD_BY).equals(run.by());
  }

  /** What the annotation says; empty if there is none or it cannot be read. */
  public static ObjectNode annotated(Seen seen) {
    try {
      if (JSON.readTree(seen.annotation(Marks.BEFORE)) instanceof ObjectNode before) return before;
    } catch (JsonProcessingException unreadable) {
      // a person may have edited it; the facts of the recovery still know
    }
    return JsonNodeFactory.instance.objectNode();
  }

  /** An edit that signs the hold; the caller adds the fields that hold. */
  public static Edit hold(Seen seen, Run run, ObjectNode before) {
    return seen.edit().annotate(Marks.HELD_BY, run.by()).annotate(Marks.BEFORE, before.toString());
  }

  /**
   * An edit that gives back the values and takes the signature away. Where both know a value the
   * annotation is right: it was written in the same request as the hold, and a status subresource
   * may lose the nulls of {@code before}. Empty if the object is as it was.
   */
  public static Edit giveBack(Seen seen, @Nullable ObjectNode before) {
    var all = JsonNodeFactory.instance.objectNode();
    if (before != null) all.setAll(before);
    all.setAll(annotated(seen));
    var edit = seen.edit().annotate(Marks.HELD_BY, null).annotate(Marks.BEFORE, null);
    all.properties().forEach(value -> edit.set(value.getKey(), value.getValue()));
    return edit;
  }
}
