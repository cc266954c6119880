package dev.salvor.kube;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;

/**
 * Amounts as Kubernetes writes them, {@code 10Gi}, {@code 1e9}, {@code 500M} (k8s.io/apimachinery
 * pkg/api/resource/quantity.go), and as people read them.
 */
public final class Quantity {
  private static final Map<String, BigDecimal> SUFFIXES =
      Map.ofEntries(
          Map.entry("n", new BigDecimal("1e-9")),
          Map.entry("u", new BigDecimal("1e-6")),
          Map.entry("m", new BigDecimal("1e-3")),
          Map.entry("k", new BigDecimal("1e3")),
          Map.entry("M", new BigDecimal("1e6")),
          Map.entry("G", new BigDecimal("1e9")),
          Map.entry("T", new BigDecimal("1e12")),
          Map.entry("P", new BigDecimal("1e15")),
          Map.entry("E", new BigDecimal("1e18")),
          Map.entry("Ki", binary(1)),
          Map.entry("Mi", binary(2)),
          Map.entry("Gi", binary(3)),
          Map.entry("Ti", binary(4)),
          Map.entry("Pi", binary(5)),
          Map.entry("Ei", binary(6)));

  private Quantity() {}

  /**
   * The amount in whole units, a fraction rounded up; 0 for nothing and for what is no quantity:
   * the API server lets in nothing else, so whoever asks has asked for nothing.
   */
  public static long bytes(String text) {
    var end = text.length();
    while (end > 0 && Character.isLetter(text.charAt(end - 1))) end--;
    var suffix = text.substring(end);
    try {
      var factor = suffix.isEmpty() ? BigDecimal.ONE : SUFFIXES.get(suffix);
      if (factor == null) return 0;
      return new BigDecimal(text.substring(0, end))
          .multiply(factor)
          .setScale(0, RoundingMode.CEILING)
          .longValueExact();
    } catch (ArithmeticException | NumberFormatException unreadable) {
      return 0;
    }
  }

  /**
   * {@code 300 MiB}, {@code 1.2 GiB}, to two digits at the least; {@code unknown} for a negative
   * count.
   */
  public static String text(long count) {
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

  private static BigDecimal binary(int power) {
    return new BigDecimal(1024).pow(power);
  }
}
