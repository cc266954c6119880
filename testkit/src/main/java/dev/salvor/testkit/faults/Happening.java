package dev.salvor.testkit.faults;

/** What may happen around a recovery between two of its ticks. */
public enum Happening {
  /** A person sets spec.abort. */
  ABORT,
  /** A person deletes the recovery. */
  DELETE,
  /** Somebody takes the hold off what GitOps writes with. */
  REVERT,
  /** A former leader, which still has the recovery as it was some ticks ago, wakes up once. */
  STALE,
  /** A pod that uses a claim appears. */
  CONSUMER,
  /** A claim that nobody planned for appears. */
  CLAIM,
  /** The Velero server restarts. */
  VELERO,
  /** The API server does not answer the operator for three minutes. */
  AWAY
}
