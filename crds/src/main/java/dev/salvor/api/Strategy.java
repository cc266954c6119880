package dev.salvor.api;

/** The two orders of a recovery (docs/architecture.md). */
public enum Strategy {
  /** Restore beside, prove, exchange the volumes; undo exchanges them back. */
  Swap,
  /** Recover beside and stop after the proof; what to do with the copy is the person's. */
  Beside,
  /** Stop, delete, restore, start: for what {@link #Swap} cannot do. */
  InPlace
}
