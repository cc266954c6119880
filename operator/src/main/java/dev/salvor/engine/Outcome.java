package dev.salvor.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one call of an act, or of an undo, found. */
public sealed interface Outcome {
  /** The goal holds in the cluster right now. */
  record Done(String message) implements Outcome {}

  /** The goal is on its way; look again after {@code recheck}. */
  record Waiting(String message, Duration recheck, @Nullable Amount amount) implements Outcome {}

  /**
   * The goal is out of reach without a human.
   *
   * @param reason CamelCase, an entry of docs/reasons.md
   * @param remedy what to do, as an imperative sentence
   */
  record Failed(String reason, String message, String remedy) implements Outcome {}

  /** How far the data is, in bytes. */
  record Amount(long done, long total) {}

  static Outcome done(String message) {
    return new Done(message);
  }

  /** A write was made; look at its effect soon. */
  static Outcome wrote(String message) {
    return new Waiting(message, Duration.ZERO, null);
  }

  static Outcome waiting(String message) {
    return new Waiting(message, Duration.ofSeconds(2), null);
  }

  /** The same while production stands still: every look that comes late is outage. */
  static Outcome pressing(String message) {
    return new Waiting(message, Duration.ofMillis(500), null);
  }

  static Outcome waiting(String message, Duration recheck) {
    return new Waiting(message, recheck, null);
  }

  static Outcome failed(String reason, String message, String remedy) {
    return new Failed(reason, message, remedy);
  }
}
