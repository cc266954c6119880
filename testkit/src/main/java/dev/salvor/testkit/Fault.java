package dev.salvor.testkit;

/** What can happen to one write of the operator. */
public enum Fault {
  /** The process dies and the request was never sent: {@link Killed}. */
  CRASH_BEFORE,
  /** The process dies after the request was executed: {@link Killed}. */
  CRASH_AFTER,
  /** 409, nothing was changed. */
  CONFLICT,
  /** Executed, but the caller sees Unavailable. */
  LOST_REPLY,
  /** 403, nothing was changed. */
  FORBIDDEN,
  /** 422, nothing was changed. */
  INVALID,
  /** 503, nothing was changed. */
  UNAVAILABLE
}
