package dev.salvor.archive;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a file below {@code wals/} (barman 3.17 barman/xlog.py {@code _xlog_re},
 * barman/cloud.py ALLOWED_COMPRESSIONS). PostgreSQL asks for upper case only, and an object store
 * keeps case: a name in lower case is WAL to barman's check for an empty archive, but is never
 * found by a restore.
 *
 * @param name without the suffix of a compression
 * @param timeline 1 to 2^31-1 (what {@code targetTLI} can name)
 * @param log 0 for a history file
 * @param seg 0 for a history file
 */
public record WalName(Type type, String name, long timeline, long log, long seg) {
  /** What kind of file it is. */
  public enum Type {
    SEGMENT,
    PARTIAL,
    BACKUP_LABEL,
    HISTORY
  }

  /** Each may stand behind any name, also mixed within one archive. */
  static final List<String> SUFFIXES = List.of(".gz", ".bz2", ".xz", ".snappy", ".zst", ".lz4");

  private static final Pattern NAME =
      Pattern.compile(
          "([0-9A-F]{8})(?:([0-9A-F]{8})([0-9A-F]{8})(\\.[0-9A-F]{8}\\.backup|\\.partial)?|\\.history)");

  private static final Pattern ANY_CASE = Pattern.compile(NAME.pattern(), Pattern.CASE_INSENSITIVE);

  /** Empty if no restore would ever ask for a file of this name. */
  public static Optional<WalName> of(String fileName) {
    var name = bare(fileName);
    var parts = NAME.matcher(name);
    if (!parts.matches()) return Optional.empty();
    var timeline = Long.parseLong(parts.group(1), 16);
    if (timeline == 0 || timeline > Integer.MAX_VALUE) return Optional.empty();
    if (parts.group(2) == null) return Optional.of(new WalName(Type.HISTORY, name, timeline, 0, 0));
    var end = parts.group(4);
    var type =
        end == null ? Type.SEGMENT : end.equals(".partial") ? Type.PARTIAL : Type.BACKUP_LABEL;
    return Optional.of(
        new WalName(
            type,
            name,
            timeline,
            Long.parseLong(parts.group(2), 16),
            Long.parseLong(parts.group(3), 16)));
  }

  /** True if barman's check for an empty archive would stumble over this name. */
  public static boolean walLike(String fileName) {
    return ANY_CASE.matcher(bare(fileName)).matches();
  }

  /** The folder below {@code wals/} in which barman looks for it; empty for a history file. */
  public String folder() {
    return type == Type.HISTORY ? "" : name.substring(0, 16);
  }

  /** The segment it names; empty if there is none of this number with segments of that size. */
  public Optional<Segment> segment(long segmentSize) {
    if (type == Type.HISTORY || seg >= Segment.perLog(segmentSize)) return Optional.empty();
    return Optional.of(new Segment(timeline, log * Segment.perLog(segmentSize) + seg, segmentSize));
  }

  private static String bare(String fileName) {
    for (var suffix : SUFFIXES)
      if (fileName.endsWith(suffix))
        return fileName.substring(0, fileName.length() - suffix.length());
    return fileName;
  }
}
