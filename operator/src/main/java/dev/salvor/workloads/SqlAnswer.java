package dev.salvor.workloads;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What psql printed, and what was expected.
 *
 * @param answer without what the server or psql remarked beside the rows, which the log of a
 *     container has in between
 */
record SqlAnswer(String answer, String expected) {
  /** Enough to see the difference, too little to copy a table into a status. */
  private static final int SHOWN = 200;

  private static final Pattern REMARK =
      Pattern.compile("^(?:WARNING|NOTICE|DETAIL|HINT|INFO|LOG|CONTEXT|psql): .*");

  /** The server does not answer, or nobody lets the question through. */
  private static final Pattern UNREACHABLE =
      Pattern.compile(
          "connection to server .* failed|could not (?:connect|translate host name)|timeout expired|Connection (?:refused|timed out)|No route to host",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern CREDENTIALS =
      Pattern.compile("authentication failed|role \".*\" does not exist|no pg_hba.conf entry");

  static SqlAnswer of(String log, String expected) {
    return new SqlAnswer(rows(log), rows(expected));
  }

  boolean asExpected() {
    return answer.equals(expected);
  }

  /** Both, short and without secrets. */
  String difference() {
    return "expected " + shown(expected) + ", found " + shown(answer);
  }

  /** True if a question got no answer at all; a wrong password is an answer. */
  static boolean unreachable(String log) {
    return UNREACHABLE.matcher(log).find() && !CREDENTIALS.matcher(log).find();
  }

  static String shown(String text) {
    var redacted = Redaction.of(text);
    return redacted.isEmpty()
        ? "nothing"
        : redacted.length() <= SHOWN
            ? "\"" + redacted + "\""
            : "\"" + redacted.substring(0, SHOWN) + "\" and more";
  }

  private static String rows(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !REMARK.matcher(line).matches())
        .collect(Collectors.joining("\n"))
        .strip();
  }
}
