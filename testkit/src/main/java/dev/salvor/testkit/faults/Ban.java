package dev.salvor.testkit.faults;

import dev.salvor.testkit.Fault;
import dev.salvor.testkit.FaultPlan;
import dev.salvor.testkit.Recorded;
import org.jspecify.annotations.Nullable;

/** See {@link Disturbance.FromWrite}. */
final class Ban implements FaultPlan {
  /** Longer than the deadline of every act that has one of its own. */
  static final int LIMIT = 45;

  private final int number;
  private final Fault fault;
  private @Nullable Recorded first;
  private boolean lifted;
  private boolean forgiven;
  private int ticks;

  Ban(int number, Fault fault) {
    this.number = number;
    this.fault = fault;
  }

  @Override
  public @Nullable Fault on(Recorded attempt) {
    if (attempt.number() == number) first = attempt;
    var of = first;
    var hit =
        of != null
            && !lifted
            && !of.site().isEmpty()
            && attempt.site().equals(of.site())
            && attempt.kind().equals(of.kind());
    return hit ? fault : null;
  }

  /** A tick has passed under it. True once nobody should wait any longer. */
  boolean outlasted(boolean ended) {
    if (!holds()) return false;
    return ++ticks >= LIMIT || ended;
  }

  boolean holds() {
    return first != null && !lifted;
  }

  /** True once, if what ends was under it. */
  boolean fails() {
    var asked = lifted && !forgiven;
    forgiven |= asked;
    return asked;
  }

  void lift() {
    lifted = true;
  }
}
