package dev.salvor.testkit;

import dev.salvor.api.Ref;
import java.util.HashMap;
import java.util.Map;

/** What containers have printed. */
public final class PodLogs {
  private final Map<String, String> printed = new HashMap<>();

  public void set(Ref pod, String container, String text) {
    printed.put(pod.text() + "/" + container, text);
  }

  /** The last lines; empty if there are none. */
  public String tail(Ref pod, String container, int lines) {
    var all = printed.getOrDefault(pod.text() + "/" + container, "").lines().toList();
    return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
  }
}
