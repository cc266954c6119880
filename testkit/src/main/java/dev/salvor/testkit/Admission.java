package dev.salvor.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.ClusterException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A webhook, a policy or a quota: may refuse what anybody writes. */
@FunctionalInterface
public interface Admission {
  /**
   * Empty to let it pass.
   *
   * @param before null for a create
   * @param after null for a delete
   * @param user the field manager: {@code salvor} for the operator
   */
  Optional<ClusterException> refuse(
      @Nullable ObjectNode before, @Nullable ObjectNode after, String user);
}
