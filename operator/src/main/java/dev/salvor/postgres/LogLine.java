package dev.salvor.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.kube.Redaction;
import java.util.ArrayList;
import java.util.Set;

/**
 * A line of a CloudNativePG log. JSON: {@code level, logger, msg, error}, and PostgreSQL's own
 * record below {@code record}; plain text before the collector runs (cloudnative-pg v1.30.0
 * pkg/management/postgres/logpipe).
 *
 * @param text everything that a signature can be in
 * @param said what a person gets to read: without secrets, at most 300 characters
 */
record LogLine(String text, String said, boolean grave) {
  private static final int LONGEST = 300;

  /** The sidecar says so at every end, after a success as well. */
  private static final String HARMLESS = "While terminating server";

  private static final Set<String> GRAVE = Set.of("ERROR", "FATAL", "PANIC", "error", "fatal");

  static LogLine of(String raw) {
    var json = LogJson.of(raw);
    if (!json.isObject()) return new LogLine(raw, shown(raw), grave(raw));
    var record = json.path("record");
    var parts = new ArrayList<String>();
    if (record.isObject()) {
      var severity = record.path("error_severity").asText("");
      parts.add((severity.isEmpty() ? "" : severity + ": ") + record.path("message").asText(""));
      for (var more : new String[] {"detail", "hint"}) add(parts, record.path(more));
      return new LogLine(
          raw + " " + String.join(" ", parts), shown(join(parts)), GRAVE.contains(severity));
    }
    for (var field : new String[] {"msg", "error", "stderr"}) add(parts, json.path(field));
    var level = json.path("level").asText("");
    // barman's and PostgreSQL's own words come at level info, from a pipe
    return new LogLine(
        raw + " " + String.join(" ", parts),
        shown(join(parts)),
        !json.path("msg").asText("").equals(HARMLESS)
            && (GRAVE.contains(level) || grave(json.path("msg").asText(""))));
  }

  private static boolean grave(String text) {
    return text.contains("ERROR:") || text.contains("FATAL:") || text.contains("PANIC:");
  }

  private static void add(ArrayList<String> parts, JsonNode text) {
    if (text.isTextual() && !text.asText().isBlank()) parts.add(text.asText().strip());
  }

  private static String join(ArrayList<String> parts) {
    return String.join(" – ", parts);
  }

  private static String shown(String text) {
    var safe = Redaction.of(text);
    return safe.length() > LONGEST ? safe.substring(0, LONGEST) + "…" : safe;
  }
}
