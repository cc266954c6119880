package dev.salvor.recovery;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Sizes and times as people say them. */
final class Words {
  private Words() {}

  /** {@code 300 MiB}, {@code 1.2 GiB}; {@code unknown} for a negative count. */
  static String bytes(long count) {
    if (count < 0) return "unknown";
    if (count < 1024) return count + " B";
    var units = new String[] {"KiB", "MiB", "GiB", "TiB", "PiB"};
    var value = (double) count;
    var unit = -1;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return value < 10
        ? String.format(Locale.ROOT, "%.1f %s", value, units[unit])
        : String.format(Locale.ROOT, "%.0f %s", value, units[unit]);
  }

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
