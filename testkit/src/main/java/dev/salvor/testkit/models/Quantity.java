package dev.salvor.testkit.models;

import dev.salvor.kube.Seen;
import java.math.BigDecimal;
import java.util.Map;

/** Storage sizes as Kubernetes writes them. */
final class Quantity {
  private static final Map<String, Long> UNITS =
      Map.of(
          "Ki",
          1L << 10,
          "Mi",
          1L << 20,
          "Gi",
          1L << 30,
          "Ti",
          1L << 40,
          "k",
          1_000L,
          "M",
          1_000_000L,
          "G",
          1_000_000_000L,
          "T",
          1_000_000_000_000L);

  private Quantity() {}

  static long bytes(Seen volume) {
    return parse(volume.text("/spec/capacity/storage"));
  }

  static long requested(Seen claim) {
    return parse(claim.text("/spec/resources/requests/storage"));
  }

  /** Zero for nothing. */
  static long parse(String text) {
    if (text.isEmpty()) return 0;
    var digits = text.length();
    while (digits > 0 && Character.isLetter(text.charAt(digits - 1))) digits--;
    var unit = UNITS.getOrDefault(text.substring(digits), 1L);
    return new BigDecimal(text.substring(0, digits)).multiply(BigDecimal.valueOf(unit)).longValue();
  }
}
