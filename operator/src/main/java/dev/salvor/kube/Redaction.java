package dev.salvor.kube;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes out of a log what looks like a secret, because the log goes to people who may not read the
 * Secret. By shape only: a secret without a name and a shape passes.
 */
public final class Redaction {
  private static final String KEYS =
      "(?:password|passwd|passphrase|pwd|secret|token|signature|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization|cookie)[A-Za-z0-9_.-]{0,64}";

  /** A word or a quoted text ends behind it; not the equals sign of {@code key="value"}. */
  private static final String END = "(?=[\\s,;)\\]}]|\\z|[\"'](?:[\\s,;)\\]}]|\\z))";

  /** What a Secret holds, as JSON, as YAML and as the client prints it. */
  private static final List<Rule> SECRETS =
      List.of(
          rule("(\"(?:data|stringData)\"\\s*:\\s*)\\{[^{}]*\\}", "$1\"***\""),
          rule(
              "(?m)^([ \\t]*)((?:data|stringData):)[ \\t]*\\R(?:\\1[ \\t]+.*(?:\\R|\\z))+",
              "$1$2 ***\n"),
          rule("\\b((?:data|stringData)[=:]\\s*)\\{[^{}]*\\}", "$1***"));

  private static final Pattern SECRET =
      Pattern.compile("\"?kind\"?\\s*[:=]\\s*\"?Secret\\b|\\bSecret\\(");

  private record Rule(Pattern pattern, String replacement) {}

  private static final List<Rule> RULES =
      List.of(
          rule(
              "-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(-----END [A-Z ]*PRIVATE KEY-----|\\z)",
              "***"),
          rule("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{8,}", "$1 ***"),
          rule("(\\b\\w{1,32}://[^\\s:/@]*):[^\\s@]+@", "$1:***@"),
          rule(
              "(?i)(\"?"
                  + KEYS
                  + "\"?\\s*[=:]\\s*)(?:\"(?:[^\"\\\\]++|\\\\.)*+\"|'[^']*'|[^\\s,;&}]+)",
              "$1***"),
          rule(
              "(?i)(--?(?:password|passwd|secret|token|api-key|access-key|secret-key)\\s+)\\S+",
              "$1***"),
          rule("(?i)([?&]sig=)[^&\\s\"']+", "$1***"),
          // a private key in PEM, and JSON, once more in base64
          rule("\\bLS0tLS1CRUdJT[A-Za-z0-9+/=]*", "***"),
          rule("(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/]{10,}={1,2}" + END, "***"),
          rule("\\b(?:AKIA|ASIA|AROA)[0-9A-Z]{16}\\b", "***"),
          rule("\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.?[A-Za-z0-9_-]*", "***"),
          rule("\\beyJ[A-Za-z0-9+/=_-]{16,}", "***"),
          // an AWS secret key; a checksum in hex has no capitals beside small letters
          rule(
              "(?<![A-Za-z0-9/+])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*[0-9])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])",
              "***"));

  private Redaction() {}

  /** The text without them; nothing of it if it is too long and entangled to be sure. */
  public static String of(String text) {
    try {
      return redacted(text);
    } catch (StackOverflowError e) {
      return "*** (" + text.length() + " characters that cannot be redacted)";
    }
  }

  private static String redacted(String text) {
    var redacted = text;
    if (SECRET.matcher(text).find())
      for (var rule : SECRETS)
        redacted = rule.pattern().matcher(redacted).replaceAll(rule.replacement());
    for (var rule : RULES)
      redacted = rule.pattern().matcher(redacted).replaceAll(rule.replacement());
    return redacted;
  }

  private static Rule rule(String pattern, String replacement) {
    return new Rule(Pattern.compile(pattern), replacement);
  }
}
