package dev.salvor.testkit;

import org.jspecify.annotations.Nullable;

/** Decides what happens to a write of the operator. */
@FunctionalInterface
public interface FaultPlan {
  /**
   * Null to let it pass.
   *
   * @param attempt the write before it is tried: not executed, no fault, {@code after} as asked for
   */
  @Nullable Fault on(Recorded attempt);
}
