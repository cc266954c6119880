package dev.salvor.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One write that the operator tried.
 *
 * @param number counts from 1, status commits included
 * @param uid of the object; empty for a create that was not executed
 * @param executed false if a fault, a conflict or a refusal came in between
 * @param before null for a create
 * @param after null for a delete, or if it was not executed
 * @param site where in the operator it was asked for, {@link CallSite}
 */
public record Recorded(
    int number,
    Verb verb,
    Kind kind,
    Ref ref,
    String uid,
    boolean executed,
    @Nullable Fault fault,
    Instant at,
    @Nullable ObjectNode before,
    @Nullable ObjectNode after,
    String site) {
  /** The request. */
  public enum Verb {
    CREATE,
    PATCH,
    DELETE,
    /** A locked write of a recovery's status. */
    STATUS
  }

  /** {@code 7 PATCH PersistentVolume pv-1}. */
  @Override
  public String toString() {
    return number
        + " "
        + verb
        + " "
        + ref.text()
        + (executed ? "" : " (not executed)")
        + (fault == null ? "" : " " + fault);
  }
}
