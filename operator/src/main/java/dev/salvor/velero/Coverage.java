package dev.salvor.velero;

import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which namespaces a backup, or the template of a schedule, takes. Patterns are those of Velero
 * (pkg/util/collections/includes_excludes.go, gobwas/glob): {@code *}, {@code ?}, {@code [ab]},
 * {@code {a,b}}.
 *
 * @param included none means all
 */
record Coverage(List<String> included, List<String> excluded) {
  /** The coverage of the BackupSpec at {@code spec}: {@code /spec} or {@code /spec/template}. */
  static Coverage of(Seen seen, String spec) {
    return new Coverage(
        names(seen, spec + "/includedNamespaces"), names(seen, spec + "/excludedNamespaces"));
  }

  boolean covers(String namespace) {
    if (excluded.stream().anyMatch(pattern -> matches(pattern, namespace))) return false;
    return included.isEmpty() || included.stream().anyMatch(pattern -> matches(pattern, namespace));
  }

  private static List<String> names(Seen seen, String pointer) {
    var names = new ArrayList<String>();
    seen.at(pointer).forEach(name -> names.add(name.asText()));
    return names;
  }

  private static boolean matches(String pattern, String namespace) {
    var regex = new StringBuilder();
    var group = false;
    for (var i = 0; i < pattern.length(); i++) {
      var c = pattern.charAt(i);
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        case '[', ']', '-' -> regex.append(c);
        case '{' -> {
          regex.append("(?:");
          group = true;
        }
        case '}' -> {
          regex.append(')');
          group = false;
        }
        case ',' -> regex.append(group ? "|" : ",");
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    try {
      return Pattern.matches(regex.toString(), namespace);
    } catch (PatternSyntaxException odd) {
      return pattern.equals(namespace);
    }
  }
}
