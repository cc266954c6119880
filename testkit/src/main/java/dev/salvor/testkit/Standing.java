package dev.salvor.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A number for how an object stands, without what passes with the clock: its versions, every time
 * of day (also as backups are named, {@code 20260101T000231}) and every duration ({@code 1h5m},
 * {@code 10.1s}). Equal numbers are taken for equal objects.
 */
final class Standing {
  private static final Pattern CLOCK =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"
              + "|\\b[0-9]{8}T?[0-9]{6}\\b"
              + "|(?:\\bless than )?\\b(?:[0-9]{1,4}(?:\\.[0-9]+)?[dhms])+\\b");

  /** A controller without a status subresource raises the second one whenever it looks. */
  private static final Set<String> VERSIONS = Set.of("resourceVersion", "generation");

  /** What was said once is said again at every tick, and in every course. */
  private static final Map<String, Integer> SAID = new ConcurrentHashMap<>();

  private static final int MANY = 50_000;

  private Standing() {}

  static long of(JsonNode node) {
    if (node.isTextual()) return text(node.textValue());
    if (node.isObject()) {
      var sum = 1L;
      for (var field : node.properties()) {
        if (VERSIONS.contains(field.getKey())) continue;
        sum += mixed(field.getKey().hashCode() * 0x9E3779B97F4A7C15L ^ of(field.getValue()));
      }
      return mixed(sum);
    }
    if (node.isArray()) {
      var sum = 2L;
      for (var item : node) sum = mixed(sum * 31 + of(item));
      return sum;
    }
    return node.hashCode();
  }

  /** Spreads every bit over all of them (finalizer of MurmurHash3). */
  static long mixed(long bits) {
    var once = (bits ^ bits >>> 33) * 0xFF51AFD7ED558CCDL;
    var twice = (once ^ once >>> 33) * 0xC4CEB9FE1A85EC53L;
    return twice ^ twice >>> 33;
  }

  static long text(String text) {
    if (SAID.size() > MANY) SAID.clear();
    return SAID.computeIfAbsent(text, said -> CLOCK.matcher(said).replaceAll("").hashCode());
  }
}
