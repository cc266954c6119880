package dev.salvor.archive;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;

/** Writes a backup.info as barman 3.17 does. */
final class InfoText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSxxx").withZone(ZoneOffset.UTC);

  private final Map<String, String> fields = new TreeMap<>();

  /** Done, of timeline 1, from 0/2000028 to 0/2000100 in segments of 16 MiB. */
  InfoText() {
    with("status", "DONE").with("timeline", "1").with("systemid", "7345678901234567890");
    with("version", "170004").with("xlog_segment_size", "16777216").with("size", "33554432");
    with("begin_wal", "000000010000000000000002").with("end_wal", "000000010000000000000002");
    with("begin_xlog", "0/2000028").with("end_xlog", "0/2000100");
    with("begin_time", "2026-03-01 02:00:00.000001+00:00");
    with("end_time", "2026-03-01 02:00:05.123456+00:00");
    with("server_name", "cloud").with("mode", "concurrent").with("error", "None");
    with("snapshots_info", "None")
        .with("tablespaces", "None")
        .with("backup_label", "'START WAL\\n'");
  }

  InfoText with(String key, String value) {
    fields.put(key, value);
    return this;
  }

  InfoText without(String key) {
    fields.remove(key);
    return this;
  }

  InfoText wal(long timeline, Lsn begin, Lsn end, long size) {
    var last = end.atBoundary(size) ? end.segment(size) - 1 : end.segment(size);
    return with("timeline", Long.toString(timeline))
        .with("xlog_segment_size", Long.toString(size))
        .with("begin_xlog", begin.toString())
        .with("end_xlog", end.toString())
        .with("begin_wal", new Segment(timeline, begin.segment(size), size).name())
        .with("end_wal", new Segment(timeline, last, size).name());
  }

  InfoText time(Instant begin, Instant end) {
    return with("begin_time", TIME.format(begin)).with("end_time", TIME.format(end));
  }

  String text() {
    var text = new StringBuilder();
    fields.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return text.toString();
  }
}
