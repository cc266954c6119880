package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was measured.
 *
 * @param provenAt when the copy was proven
 * @param outageFrom when the first consumer was stopped
 * @param outageUntil when the last one was ready again
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TimeFacts(
    @Nullable Instant provenAt, @Nullable Instant outageFrom, @Nullable Instant outageUntil) {
  public static final TimeFacts NONE = new TimeFacts(null, null, null);

  public TimeFacts withProvenAt(Instant now) {
    return new TimeFacts(now, outageFrom, outageUntil);
  }
}
