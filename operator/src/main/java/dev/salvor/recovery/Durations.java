package dev.salvor.recovery;

import io.fabric8.kubernetes.api.model.Duration;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;

/** Go durations, as Kubernetes writes them. */
final class Durations {
  private Durations() {}

  /** The CRD's pattern has let only durations in. */
  static java.time.Duration parse(@Nullable String text, java.time.Duration otherwise) {
    if (text == null || text.isBlank()) return otherwise;
    try {
      return Duration.parse(text).getDuration();
    } catch (ParseException e) {
      throw new IllegalArgumentException(text + " is not a duration such as 72h or 10m", e);
    }
  }
}
