package dev.salvor.archive;

import dev.salvor.archive.BackupInfo.Tablespace;
import dev.salvor.archive.BackupInfo.Unusable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code key=value} lines in which barman writes values as Python shows them; nothing is ever
 * evaluated. {@code None} is no value.
 */
final class BackupFields {
  /** Python's str(datetime); without a zone it is UTC, as in the pods that write it. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd")
          .appendPattern("[ ]['T']")
          .appendPattern("HH:mm:ss")
          .optionalStart()
          .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
          .optionalEnd()
          .appendPattern("[XXX][XX]")
          .toFormatter(java.util.Locale.ROOT);

  private static final String QUOTED = "(?:'((?:[^'\\\\]|\\\\.)*+)'|\"((?:[^\"\\\\]|\\\\.)*+)\")";
  private static final Pattern TABLESPACE =
      Pattern.compile(
          "\\(\\s*(?:name\\s*=\\s*)?"
              + QUOTED
              + "\\s*,\\s*(?:oid\\s*=\\s*)?(\\d{1,10})\\s*,\\s*(?:location\\s*=\\s*)?"
              + QUOTED
              + "\\s*,?\\s*\\)");

  private final Map<String, String> fields = new HashMap<>();

  BackupFields(String text) {
    text.lines()
        .forEach(line -> {
          var equals = line.indexOf('=');
          if (equals > 0) fields.put(line.substring(0, equals).strip(), line.substring(equals + 1));
        });
  }

  @Nullable String text(String key) {
    var value = fields.get(key);
    if (value == null) return null;
    var stripped = value.strip();
    return stripped.isEmpty() || stripped.equals("None") || stripped.equals("[]") ? null : stripped;
  }

  long number(String key, long otherwise) throws Unusable {
    var value = text(key);
    if (value == null) return otherwise;
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException hostile) {
      throw new Unusable("its " + key + " is no number");
    }
  }

  /** An unsigned 64-bit number, as text: systemid. */
  @Nullable String identifier(String key) throws Unusable {
    var value = text(key);
    if (value == null) return null;
    var bare = value.replaceAll("^['\"]|['\"]$", "");
    try {
      return Long.toUnsignedString(Long.parseUnsignedLong(bare));
    } catch (NumberFormatException hostile) {
      throw new Unusable("its " + key + " is no number");
    }
  }

  Segment segment(String key, long size) throws Unusable {
    var value = text(key);
    var name = value == null ? null : WalName.of(value).orElse(null);
    if (name == null || name.type() != WalName.Type.SEGMENT || !name.name().equals(value))
      throw new Unusable("its " + key + " is missing or no WAL segment");
    return name.segment(size)
        .orElseThrow(() -> new Unusable("its " + key + " does not fit its xlog_segment_size"));
  }

  Lsn position(String key) throws Unusable {
    var value = text(key);
    return (value == null ? java.util.Optional.<Lsn>empty() : Lsn.of(value))
        .orElseThrow(() -> new Unusable("its " + key + " is missing or no WAL position"));
  }

  Instant time(String key) throws Unusable {
    var value = text(key);
    if (value == null) throw new Unusable("its " + key + " is missing");
    try {
      var read = TIME.parseBest(value, OffsetDateTime::from, LocalDateTime::from);
      return read instanceof OffsetDateTime zoned
          ? zoned.toInstant()
          : ((LocalDateTime) read).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException hostile) {
      throw new Unusable("its " + key + " is no time");
    }
  }

  /** Refuses what it does not understand: a tablespace that is overlooked is data lost. */
  List<Tablespace> tablespaces() throws Unusable {
    var value = text("tablespaces");
    if (value == null) return List.of();
    var found = new ArrayList<Tablespace>();
    var match = TABLESPACE.matcher(value);
    var rest = new StringBuilder();
    while (match.find()) {
      var name = match.group(1) == null ? match.group(2) : match.group(1);
      var location = match.group(4) == null ? match.group(5) : match.group(4);
      found.add(new Tablespace(plain(name), Long.parseLong(match.group(3)), plain(location)));
      match.appendReplacement(rest, "");
    }
    match.appendTail(rest);
    if (found.isEmpty() || !rest.toString().replace("Tablespace", "").matches("[\\[\\],\\s]*+"))
      throw new Unusable("its list of tablespaces cannot be read");
    return found;
  }

  private static String plain(@Nullable String python) {
    return python == null ? "" : python.replaceAll("\\\\(.)", "$1");
  }
}
