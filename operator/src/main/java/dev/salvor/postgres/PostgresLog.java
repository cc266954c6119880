package dev.salvor.postgres;

import java.util.Optional;
import java.util.Set;

/**
 * The log of an instance: one JSON object a line, PostgreSQL's own records below {@code record}
 * (cloudnative-pg v1.30.0 pkg/management/postgres/logpipe). What PostgreSQL prints before its
 * collector runs comes as plain {@code msg}.
 */
final class PostgresLog {
  private static final Set<String> GRAVE = Set.of("FATAL", "PANIC");

  /** Clients that are turned away while it starts; no reason for anything. */
  private static final Set<String> HARMLESS =
      Set.of("57P03", "the database system is starting up", "the database system is shutting down");

  private static final int LONGEST = 300;

  private PostgresLog() {}

  /** Message and detail of the last FATAL or PANIC, at most 300 characters; never a statement. */
  static Optional<String> lastFatal(String log) {
    return log.lines()
        .map(PostgresLog::fatal)
        .flatMap(Optional::stream)
        .reduce((earlier, later) -> later)
        .map(text -> text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
  }

  private static Optional<String> fatal(String line) {
    var json = LogJson.of(line);
    var record = json.path("record");
    var severity = record.path("error_severity").asText("");
    if (GRAVE.contains(severity)) {
      var message = record.path("message").asText("");
      if (HARMLESS.contains(record.path("sql_state_code").asText("")) || HARMLESS.contains(message))
        return Optional.empty();
      var detail = record.path("detail").asText("");
      return Optional.of(severity + ": " + message + (detail.isEmpty() ? "" : " (" + detail + ")"));
    }
    var plain = json.isObject() ? json.path("msg").asText("") : line;
    for (var grave : GRAVE) {
      var at = plain.indexOf(grave + ":");
      if (at >= 0 && HARMLESS.stream().noneMatch(plain::contains))
        return Optional.of(plain.substring(at).strip());
    }
    return Optional.empty();
  }
}
