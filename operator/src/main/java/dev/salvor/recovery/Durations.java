package dev.salvor.recovery;

import dev.salvor.kube.GoDuration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a spec says of times, with the default of what it leaves out. */
final class Durations {
  private Durations() {}

  /** The CRD's pattern has let only durations in. */
  static Duration parse(@Nullable String text, Duration otherwise) {
    return text == null || text.isBlank() ? otherwise : GoDuration.parse(text);
  }
}
