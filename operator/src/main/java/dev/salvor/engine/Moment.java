package dev.salvor.engine;

import java.time.Duration;
import java.time.Instant;

/**
 * When a step is called. Steps have no clock of their own, so that time is what the journal says,
 * also after a restart.
 *
 * @param started when the step was put on record
 */
public record Moment(Instant now, Instant started) {
  /** How long the step has been going on. */
  public Duration running() {
    return Duration.between(started, now);
  }
}
