package dev.salvor.engine;

import java.time.Duration;

/** What one look saw. */
public sealed interface Sight<F> {
  /** New facts to commit. */
  record Seen<F>(F facts, String message) implements Sight<F> {}

  /**
   * Not yet; the facts stay. {@code person} is true while only a person can bring it on: then no
   * deadline counts.
   */
  record NotYet<F>(String message, Duration recheck, boolean person) implements Sight<F> {}

  /** The recovery cannot go on like this; the facts say what was found. */
  record Refused<F>(F facts, Outcome.Failed failed) implements Sight<F> {}

  /**
   * Take back what was done since {@code step}, that step included, and go on from there with these
   * facts.
   */
  record Back<F>(F facts, String step, String reason, String message) implements Sight<F> {}

  static <F> Sight<F> seen(F facts, String message) {
    return new Seen<>(facts, message);
  }

  static <F> Sight<F> notYet(String message) {
    return new NotYet<>(message, Duration.ofSeconds(2), false);
  }

  static <F> Sight<F> person(String message, Duration recheck) {
    return new NotYet<>(message, recheck, true);
  }

  static <F> Sight<F> refused(F facts, String reason, String message, String remedy) {
    return new Refused<>(facts, new Outcome.Failed(reason, message, remedy));
  }
}
