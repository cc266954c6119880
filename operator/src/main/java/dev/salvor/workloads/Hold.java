package dev.salvor.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Before;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a kind is made to stand still: one field, and what it says then.
 *
 * @param pointer the field
 * @param still its value while the object is held
 */
record Hold(String pointer, JsonNode still) {
  static final String REPLICAS = "/spec/replicas";

  /**
   * PgBouncer lets the running queries end, then keeps its clients waiting (cloudnative-pg
   * api/v1/pooler_types.go).
   */
  static final String PAUSED = "/spec/pgbouncer/paused";

  /** KEDA scales to this count and stays there (kedacore/keda apis/keda/v1alpha1). */
  static final String PAUSED_REPLICAS = "autoscaling.keda.sh/paused-replicas";

  static final List<Kind> SCALABLE =
      List.of(
          Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.REPLICA_SET, Kinds.REPLICATION_CONTROLLER);

  /** Empty for a kind that is let be: an HPA leaves 0 alone (swap.md Q3), a Job runs to its end. */
  static Optional<Hold> of(Ref ref) {
    var json = JsonNodeFactory.instance;
    if (SCALABLE.stream().anyMatch(kind -> kind.of(ref)))
      return Optional.of(new Hold(REPLICAS, json.numberNode(0)));
    if (Kinds.POOLER.of(ref)) return Optional.of(new Hold(PAUSED, json.booleanNode(true)));
    if (Kinds.CRON_JOB.of(ref))
      return Optional.of(new Hold("/spec/suspend", json.booleanNode(true)));
    if (Kinds.SCALED_OBJECT.of(ref))
      return Optional.of(new Hold(Before.annotation(PAUSED_REPLICAS), json.textNode("0")));
    return Optional.empty();
  }

  static boolean scales(Ref ref) {
    return SCALABLE.stream().anyMatch(kind -> kind.of(ref));
  }

  boolean standsStill(Seen seen) {
    return seen.at(pointer).equals(still);
  }

  /**
   * What was before, with the null of an absent field put back: a status subresource may lose it.
   */
  ObjectNode complete(@Nullable ObjectNode before) {
    var whole = JsonNodeFactory.instance.objectNode();
    var value = before == null ? null : before.get(pointer);
    return value == null ? whole.putNull(pointer) : whole.set(pointer, value);
  }
}
