package dev.salvor.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The newest entries, so many and no more: what is gone from the cluster is forgotten in time. */
final class Remembered<V> {
  private static final int MOST = 20_000;

  private final Map<String, V> entries =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
          return size() > MOST;
        }
      };

  /** True if there was none of that name. */
  synchronized boolean put(String name, V value) {
    return entries.put(name, value) == null;
  }

  synchronized Optional<V> of(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  synchronized void forget(String name) {
    entries.remove(name);
  }
}
