package dev.salvor.archive;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .history} file: the whole ancestry of one timeline, eldest first. Read as strictly as
 * PostgreSQL does (src/backend/access/transam/timeline.c readTimeLineHistory), which stops a
 * recovery at a file it does not understand.
 *
 * @param timeline whose it is
 * @param switches empty if the file is damaged
 * @param modified when it was uploaded: about when the timeline began
 * @param flaw what is wrong with the file; null if nothing is
 */
public record TimelineHistory(
    long timeline, List<Switch> switches, Instant modified, @Nullable String flaw) {
  /** Where a timeline was left for the next one. */
  public record Switch(long parent, Lsn at) {}

  private static final Pattern LINE =
      Pattern.compile("\\s*(\\d{1,10})\\s+([0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8})(?:\\s.*)?");

  public TimelineHistory {
    switches = List.copyOf(switches);
  }

  public static TimelineHistory parse(long timeline, String text, Instant modified) {
    var switches = new ArrayList<Switch>();
    var number = 0;
    for (var line : text.lines().toList()) {
      number++;
      if (line.isBlank() || line.strip().startsWith("#")) continue;
      var parts = LINE.matcher(line);
      if (!parts.matches()) return damaged(timeline, modified, "line " + number + " is damaged");
      var parent = Long.parseLong(parts.group(1));
      var at = Lsn.of(parts.group(2)).orElseThrow();
      var before = switches.isEmpty() ? null : switches.getLast();
      if (parent == 0 || parent >= timeline || before != null && parent <= before.parent())
        return damaged(timeline, modified, "line " + number + " is out of order");
      if (before != null && before.at().isAfter(at))
        return damaged(timeline, modified, "line " + number + " goes back in the WAL");
      switches.add(new Switch(parent, at));
    }
    return new TimelineHistory(timeline, switches, modified, null);
  }

  static TimelineHistory damaged(long timeline, Instant modified, String flaw) {
    return new TimelineHistory(timeline, List.of(), modified, flaw);
  }

  /** The name of the file in the archive, without the suffix of a compression. */
  public String fileName() {
    return fileName(timeline);
  }

  public static String fileName(long timeline) {
    return "%08X.history".formatted(timeline);
  }
}
