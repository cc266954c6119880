package dev.salvor.velero;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;

/** Quantities of Kubernetes (apimachinery pkg/api/resource/quantity.go) as bytes. */
final class Bytes {
  private static final Map<String, BigDecimal> UNITS =
      Map.ofEntries(
          Map.entry("", BigDecimal.ONE),
          Map.entry("m", new BigDecimal("0.001")),
          Map.entry("k", BigDecimal.TEN.pow(3)),
          Map.entry("M", BigDecimal.TEN.pow(6)),
          Map.entry("G", BigDecimal.TEN.pow(9)),
          Map.entry("T", BigDecimal.TEN.pow(12)),
          Map.entry("P", BigDecimal.TEN.pow(15)),
          Map.entry("E", BigDecimal.TEN.pow(18)),
          Map.entry("Ki", new BigDecimal(1L << 10)),
          Map.entry("Mi", new BigDecimal(1L << 20)),
          Map.entry("Gi", new BigDecimal(1L << 30)),
          Map.entry("Ti", new BigDecimal(1L << 40)),
          Map.entry("Pi", new BigDecimal(1L << 50)),
          Map.entry("Ei", new BigDecimal(1L << 60)));

  private Bytes() {}

  /** {@code 1Gi}, {@code 300M}, {@code 1e9}; -1 if it is none. */
  static long of(String quantity) {
    var unit = quantity.length();
    while (unit > 0
        && !Character.isDigit(quantity.charAt(unit - 1))
        && quantity.charAt(unit - 1) != '.') unit--;
    var factor = UNITS.get(quantity.substring(unit));
    if (factor == null || unit == 0) return -1;
    try {
      return new BigDecimal(quantity.substring(0, unit))
          .multiply(factor)
          .setScale(0, RoundingMode.UP)
          .longValueExact();
    } catch (ArithmeticException | NumberFormatException none) {
      return -1;
    }
  }

  /** {@code 1.2 GiB}, for people. */
  static String text(long bytes) {
    var size = (double) bytes;
    for (var unit : new String[] {"B", "KiB", "MiB", "GiB"}) {
      if (size < 1024)
        return unit.equals("B") ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", size, unit);
      size /= 1024;
    }
    return String.format(Locale.ROOT, "%.1f TiB", size);
  }
}
