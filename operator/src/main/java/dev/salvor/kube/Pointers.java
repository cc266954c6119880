package dev.salvor.kube;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** JSON pointers, compiled once: every look at an object goes by some, and they are few. */
final class Pointers {
  private final Map<String, JsonPointer> known = new ConcurrentHashMap<>();
  private final int limit;

  /**
   * @param limit so many are kept: some are made of names, of which there is no end
   */
  Pointers(int limit) {
    this.limit = limit;
  }

  /** Throws IllegalArgumentException if it is none. */
  JsonPointer of(String text) {
    var kept = known.get(text);
    if (kept != null) return kept;
    var compiled = JsonPointer.compile(text);
    if (known.size() < limit) known.put(text, compiled);
    return compiled;
  }

  int size() {
    return known.size();
  }
}
