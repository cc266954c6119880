package dev.salvor.api;

/** Who lets a plan become deeds. */
public enum Approval {
  /** A person copies {@code status.plan.approve} into {@code spec.approvedPlan}. */
  Required,
  /**
   * The proof itself gives the approval. Needs {@code spec.notAfter}, so that a manifest that comes
   * back years later does nothing.
   */
  Automatic
}
