package dev.salvor.volumes;

import dev.salvor.api.Finding;
import dev.salvor.api.Strategy;
import java.util.Optional;

/**
 * Something in the way.
 *
 * @param reason CamelCase, an entry of docs/reasons.md
 * @param remedy what to do, as an imperative sentence
 */
record Obstacle(Bars bars, String reason, String message, String remedy) {
  /** The same with another way out. */
  Obstacle but(String instead) {
    return new Obstacle(bars, reason, message, instead);
  }

  /** What it forbids. */
  enum Bars {
    EVERYTHING,
    /** Restoring in place is still possible. */
    SWAP,
    NOTHING
  }

  static Obstacle all(String reason, String message, String remedy) {
    return new Obstacle(Bars.EVERYTHING, reason, message, remedy);
  }

  static Obstacle swap(String reason, String message, String remedy) {
    return new Obstacle(Bars.SWAP, reason, message, remedy);
  }

  static Obstacle warning(String reason, String message, String remedy) {
    return new Obstacle(Bars.NOTHING, reason, message, remedy);
  }

  /**
   * What the person is told.
   *
   * @param asked true if nobody asked for a strategy, so that the plan has to say why it is in
   *     place
   */
  Optional<Finding> finding(String step, Strategy strategy, boolean asked) {
    return switch (bars) {
      case EVERYTHING -> Optional.of(of(step, Finding.Severity.Refusal, message, remedy));
      case NOTHING -> Optional.of(of(step, Finding.Severity.Warning, message, remedy));
      case SWAP ->
          strategy == Strategy.Swap
              ? Optional.of(of(step, Finding.Severity.Refusal, message, remedy))
              : asked
                  ? Optional.empty()
                  : Optional.of(
                      of(
                          step,
                          Finding.Severity.Warning,
                          "restored in place, with an outage as long as the restore, because "
                              + message,
                          remedy));
    };
  }

  private Finding of(String step, Finding.Severity severity, String text, String remedyText) {
    return new Finding(step, severity, reason, text, remedyText);
  }
}
