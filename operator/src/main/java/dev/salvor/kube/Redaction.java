package dev.salvor.kube;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes out of a log what looks like a secret, because the log goes to people who may not read the
 * Secret. By shape only: a secret without a name and a shape passes.
 */
public final class Redaction {
  private static final String KEYS =
      "[A-Za-z0-9_.-]*(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization|cookie)[A-Za-z0-9_.-]*";

  private record Rule(Pattern pattern, String replacement) {}

  private static final List<Rule> RULES =
      List.of(
          rule(
              "-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(-----END [A-Z ]*PRIVATE KEY-----|\\z)",
              "***"),
          rule("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{8,}", "$1 ***"),
          rule("(\\w+://[^\\s:/@]*):[^\\s@]+@", "$1:***@"),
          rule(
              "(?i)(\"?"
                  + KEYS
                  + "\"?\\s*[=:]\\s*)(?:\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'|[^\\s,;&}]+)",
              "$1***"),
          rule(
              "(?i)(--?(?:password|passwd|secret|token|api-key|access-key|secret-key)\\s+)\\S+",
              "$1***"),
          rule("\\b(?:AKIA|ASIA|AROA)[0-9A-Z]{16}\\b", "***"),
          rule("\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.?[A-Za-z0-9_-]*", "***"),
          // an AWS secret key; a checksum in hex has no capitals beside small letters
          rule(
              "(?<![A-Za-z0-9/+])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*[0-9])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])",
              "***"));

  private Redaction() {}

  /** The text without them. */
  public static String of(String text) {
    var redacted = text;
    for (var rule : RULES)
      redacted = rule.pattern().matcher(redacted).replaceAll(rule.replacement());
    return redacted;
  }

  private static Rule rule(String pattern, String replacement) {
    return new Rule(Pattern.compile(pattern), replacement);
  }
}
