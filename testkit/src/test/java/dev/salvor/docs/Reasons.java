package dev.salvor.docs;

import dev.salvor.api.StepStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Every reason in the operator's sources. A reason is a CamelCase string literal at the place of
 * the reason in a call that takes one ({@link #CALLS}), the value of a constant that is one ({@link
 * #CONSTANT}), a phase or what a switch gives ({@link #PHASE}, in {@link #PHASES_IN} only), or
 * {@code Step} and a state of the journal. Whoever adds another way to give a reason adds it here.
 */
final class Reasons {
  /** Last part of the name of a method or record -> places of the reason among its arguments. */
  private static final Map<String, Set<Integer>> CALLS =
      Map.ofEntries(
          // Outcome.failed(reason, ...), and those of steps that take their facts along
          Map.entry("failed", Set.of(0, 1)),
          Map.entry("Failed", Set.of(0)),
          // Sight
          Map.entry("refused", Set.of(1)),
          Map.entry("Back", Set.of(2)),
          Map.entry("again", Set.of(1)),
          // findings, as each room makes them
          Map.entry("Finding", Set.of(2)),
          Map.entry("refuse", Set.of(0)),
          Map.entry("warn", Set.of(0)),
          Map.entry("refusal", Set.of(0)),
          Map.entry("warning", Set.of(0)),
          Map.entry("all", Set.of(0)),
          Map.entry("swap", Set.of(0)),
          // verdicts that become findings or failures
          Map.entry("Nothing", Set.of(0)),
          Map.entry("Broken", Set.of(0)),
          Map.entry("broken", Set.of(0)),
          Map.entry("Hopeless", Set.of(0)),
          // answers of the archive
          Map.entry("Unreachable", Set.of(0)),
          Map.entry("Closed", Set.of(0)),
          // Events
          Map.entry("publish", Set.of(3)),
          Map.entry("tell", Set.of(0)));

  /** The same for calls that mean something else elsewhere: file and name, as it is written. */
  private static final Map<String, Set<Integer>> CALLS_IN =
      Map.of(
          "Conditions.java add", Set.of(2),
          "Conditions.java Condition", Set.of(4),
          "Answer.java Conditions.of", Set.of(1),
          "OwnerFindings.java add", Set.of(1),
          "AwaitVolumeData.java List.of", Set.of(0),
          // takes the reason from a step or a phase; its literal is the action
          "StepEvents.java publish", Set.of());

  private static final Pattern CONSTANT =
      Pattern.compile("String (?:\\w*REASON\\w*|PERSON|EXPIRED|\\w*DEADLINE\\w*) =\\s*\"(\\w+)\"");
  private static final Pattern PHASE = Pattern.compile("(?:->|return|[?:])\\s*\"([A-Z]\\w+)\"");

  /** Where a switch gives the reason. */
  private static final Set<String> PHASES_IN =
      Set.of("Phases.java", "ArchiveRoom.java", "DiagnoseArchive.java");

  private static final Pattern LITERAL = Pattern.compile("\"([A-Z][A-Za-z0-9]+)\"");
  private static final Pattern NAME = Pattern.compile("([\\w.]+)(?:<[^<>]*>)?\\s*$");
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);
  private static final Pattern STRING =
      Pattern.compile("\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*\"", Pattern.DOTALL);

  private final SortedMap<String, Set<String>> found = new TreeMap<>();

  private Reasons() {}

  /** Reason -> files it is in. */
  static SortedMap<String, Set<String>> in(Path sources) {
    var reasons = new Reasons();
    try (var tree = Files.walk(sources)) {
      for (var file : tree.filter(one -> one.toString().endsWith(".java")).toList())
        reasons.read(file.getFileName().toString(), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (var state : StepStatus.State.values())
      if (state != StepStatus.State.Failed) reasons.put("Step" + state, "StepStatus.java");
    return reasons.found;
  }

  private void put(String reason, String file) {
    found.computeIfAbsent(reason, _ -> new TreeSet<>()).add(file);
  }

  private void read(String file, String source) {
    var code = COMMENT.matcher(source).replaceAll(match -> " ".repeat(match.group().length()));
    // what is in a string must not look like a bracket or a comma
    var shape =
        STRING
            .matcher(code)
            .replaceAll(match -> "\"" + "x".repeat(match.group().length() - 2) + "\"");
    var literals = LITERAL.matcher(code);
    while (literals.find())
      if (isReason(file, shape, literals.start())) put(literals.group(1), file);
    var constants = CONSTANT.matcher(code);
    while (constants.find()) put(constants.group(1), file);
    if (!PHASES_IN.contains(file)) return;
    var phases = PHASE.matcher(code);
    while (phases.find()) put(phases.group(1), file);
  }

  /** Looks for the call around a literal, and which of its arguments the literal is. */
  private static boolean isReason(String file, String shape, int literal) {
    var depth = 0;
    var place = 0;
    for (var at = literal - 1; at >= 0; at--) {
      var c = shape.charAt(at);
      if (")]}".indexOf(c) >= 0) depth++;
      if (depth == 0 && c == ',') place++;
      if (depth == 0 && (c == ';' || c == '[' || c == '{')) return false;
      if (depth == 0 && c == '(') {
        var name = NAME.matcher(shape.substring(Math.max(0, at - 80), at));
        if (!name.find()) return false;
        var call = name.group(1);
        var usual = CALLS.getOrDefault(call.substring(call.lastIndexOf('.') + 1), Set.of());
        return CALLS_IN.getOrDefault(file + " " + call, usual).contains(place);
      }
      if ("([{".indexOf(c) >= 0) depth--;
    }
    return false;
  }
}
