package dev.salvor.postgres;

import java.util.regex.Pattern;

/** Names of WAL segments, and where logs tell them. */
final class WalSegments {
  /** Of the usual size; of a larger one the number behind wraps earlier, and is not found. */
  private static final long PER_LOG = 0x100;

  /** PostgreSQL's own words (xlogarchive.c RestoreArchivedFile). */
  private static final Pattern RESTORED =
      Pattern.compile("restored log file \\\\?\"([0-9A-F]{24})\\\\?\" from archive");

  /** CloudNativePG's, in the tree and of the plugin, when it asks for one that is not there yet. */
  private static final Pattern NOT_FOUND =
      Pattern.compile("WAL file not found.*\"walName\":\"([0-9A-F]{24})\"");

  private WalSegments() {}

  /** The last one that was fetched, by the log of a server that follows; empty if it is silent. */
  static String fetched(String log) {
    var last = "";
    for (var line : log.lines().toList()) {
      var restored = RESTORED.matcher(line);
      var asked = NOT_FOUND.matcher(line);
      if (restored.find()) last = later(last, restored.group(1));
      else if (asked.find()) last = later(last, before(asked.group(1)));
    }
    return last;
  }

  static String later(String one, String other) {
    return reaches(one, other) ? one : other;
  }

  /** True if the one segment ends in the WAL where the other does, or behind it. */
  static boolean reaches(String segment, String goal) {
    if (segment.isEmpty() || goal.isEmpty()) return goal.isEmpty();
    var places = segment.substring(8).compareTo(goal.substring(8));
    return places > 0 || places == 0 && segment.compareTo(goal) >= 0;
  }

  /** The one behind it on its timeline, for segments of 16 MiB. */
  static String next(String segment) {
    return moved(segment, 1);
  }

  private static String before(String segment) {
    return moved(segment, -1);
  }

  private static String moved(String segment, int by) {
    var log = Long.parseLong(segment.substring(8, 16), 16);
    var number = log * PER_LOG + Long.parseLong(segment.substring(16), 16) + by;
    return segment.substring(0, 8) + "%08X%08X".formatted(number / PER_LOG, number % PER_LOG);
  }
}
