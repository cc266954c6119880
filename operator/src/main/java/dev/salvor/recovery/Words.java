package dev.salvor.recovery;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Times and counts as people say them. */
final class Words {
  private Words() {}

  /** {@code 2d3h}, {@code 1h5m}, {@code 5m10s}, {@code 7.4s}. */
  static String time(Duration duration) {
    var seconds = duration.toSeconds();
    if (seconds < 60) return String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1000.0);
    if (seconds < 3600) return seconds / 60 + "m" + seconds % 60 + "s";
    if (seconds < 86_400) return seconds / 3600 + "h" + seconds % 3600 / 60 + "m";
    return seconds / 86_400 + "d" + seconds % 86_400 / 3600 + "h";
  }

  /** The same without seconds: what grows while people read must not change under their eyes. */
  static String age(Duration duration) {
    return duration.toMinutes() < 1
        ? "less than 1m"
        : time(duration).replaceFirst("(?<=m)\\d+s$", "");
  }

  /** To the second. */
  static Instant at(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS);
  }

  /** {@code 1 volume}, {@code 3 volumes}. */
  static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
