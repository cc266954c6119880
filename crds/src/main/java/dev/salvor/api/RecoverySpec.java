package dev.salvor.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the specs of all recovery kinds have in common. All but the first five accessors are
 * immutable once execution has started.
 */
public interface RecoverySpec {
  /** The value of {@code status.plan.approve} that a person has approved. */
  @Nullable String approvedPlan();

  /**
   * Stop, and take back what was done; after the point of no return: complete the exchange and swap
   * back.
   */
  @Nullable Boolean abort();

  /** How long, and whether, to go back to the volumes from before the recovery. */
  @Nullable UndoOptions undo();

  /** Raise it by one to try again after a failure; what is already proven is kept. */
  @Nullable Integer retry();

  /** When GitOps is given back. */
  @Nullable GitOpsOptions gitOps();

  /** Null means {@link Approval#Required}. */
  @Nullable Approval approval();

  /** The recovery refuses to start after this time. */
  @Nullable Instant notAfter();

  /**
   * The namespace to recover, if it is not the recovery's own. Only honoured in the operator's
   * namespace.
   */
  @Nullable String targetNamespace();

  /** True if the proof gives the approval. */
  default boolean automatic() {
    return approval() == Approval.Automatic;
  }

  /** {@link #abort} without the null. */
  default boolean aborted() {
    return Boolean.TRUE.equals(abort());
  }

  /** {@link #retry} without the null. */
  default int retries() {
    var retry = retry();
    return retry == null ? 0 : retry;
  }

  /** True if a person asks for the old volumes back. */
  default boolean undoRequested() {
    var undo = undo();
    return undo != null && Boolean.TRUE.equals(undo.requested());
  }
}
