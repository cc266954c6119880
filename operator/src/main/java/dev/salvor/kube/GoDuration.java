package dev.salvor.kube;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** A duration as Go writes it, {@code 1h30m}; the CRD's pattern lets nothing else in. */
public final class GoDuration {
  private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|s|m|h)");
  private static final Map<String, Double> MILLIS =
      Map.of("ms", 1.0, "s", 1_000.0, "m", 60_000.0, "h", 3_600_000.0);

  private GoDuration() {}

  public static Duration parse(String text) {
    var parts = PART.matcher(text);
    var millis = 0.0;
    while (parts.find())
      millis += Double.parseDouble(parts.group(1)) * MILLIS.getOrDefault(parts.group(2), 0.0);
    return Duration.ofMillis(Math.round(millis));
  }
}
