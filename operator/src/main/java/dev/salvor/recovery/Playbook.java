package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.Plan;
import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Runbook;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Everything that differs from one kind of recovery to the next. A pure function of the recovery
 * and its facts, but for the reads and writes of the steps it hands out.
 */
public interface Playbook<R extends Recovery<? extends RecoverySpec>> {
  /** The way there. */
  Runbook<Facts> forward(R recovery, Facts facts, Commands commands, Instant now);

  /**
   * The way back after success, after a failure behind the point of no return, or after an abort
   * behind it.
   */
  Runbook<Facts> undo(R recovery, Facts facts, Commands commands, boolean aborted);

  /**
   * False if nothing of before is kept: behind the point of no return the recovery can only be
   * brought to its end, also when a person aborts it.
   */
  default boolean hasWayBack(Facts facts) {
    return true;
  }

  /** What is left to do when the time for an undo is over. */
  Runbook<Facts> release(R recovery);

  /** What the approver sees, as far as it is known; empty while nothing is. */
  Optional<Plan> plan(R recovery, Journal<Facts> journal, boolean undo, Instant now);

  /**
   * The exact change that Git needs before GitOps is given back, after the way there or the way
   * back; empty if it needs none.
   */
  default Optional<String> gitPatch(Facts facts, boolean undo) {
    return Optional.empty();
  }

  /** What it is about, for one that is not about a namespace. */
  default Optional<String> target(R recovery) {
    return Optional.empty();
  }

  /** What a person reads once the way there has come to its end. */
  default String succeeded(R recovery, Facts facts) {
    return "restored and verified";
  }

  /** How long the old volumes are kept. */
  Duration retainFor(R recovery);

  /** Why an undo is not possible now; empty if it is. */
  Optional<String> whyNoUndo(Facts facts);

  /**
   * The journal and facts to try again with, given what {@link dev.salvor.engine.Engine#retry}
   * kept.
   */
  Journal<Facts> again(Journal<Facts> kept);
}
