package dev.salvor.engine;

import java.time.Duration;

/**
 * One move of a runbook. A step either looks or acts, never both: whatever an act needs to know was
 * recorded, and committed, by an earlier look. So nothing can be destroyed before it is on record.
 *
 * <p>A step may be called again at any time: after a crash, a lost status write, a leader change.
 * It therefore starts from what the cluster shows now, never from what an earlier call should have
 * done. One call of an act makes at most one write to the cluster, and then returns {@link
 * Outcome#wrote}: the journal is committed between any two writes.
 *
 * @param <F> the facts that the steps of one runbook share
 */
public sealed interface Step<F> {
  /** Stored in status, shown to people; never renamed once released. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** How long the step may stay unfinished, counted from its first start on record. */
  Duration deadline();

  /** Reads the cluster and adds to the facts. Has no means to write. */
  non-sealed interface Look<F> extends Step<F> {
    Sight<F> look(F facts, Moment moment);
  }

  /** Makes the writes that are still missing for its goal. Cannot change the facts. */
  non-sealed interface Act<F> extends Step<F> {
    Outcome act(F facts, Moment moment);

    /**
     * Takes the act back, from the facts alone. Called until it says done, however often, also for
     * an act that never wrote.
     */
    default Outcome undo(F facts, Moment moment) {
      return Outcome.done("nothing to take back");
    }
  }
}
