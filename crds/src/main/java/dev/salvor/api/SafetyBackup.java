package dev.salvor.api;

/** Whether the present state is backed up once more before it is replaced. */
public enum SafetyBackup {
  /** Tried while the primary lives; said in the plan if it cannot be had. */
  IfPossible,
  /** Without it the recovery stops before anything is replaced. */
  Required,
  /** Not taken; the old volumes are kept all the same. */
  Skip
}
