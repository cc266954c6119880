package dev.salvor.archive;

import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** The keys of a busy database: one base backup and then segment after segment. */
final class BusyArchive {
  static final String SERVER = "busy";
  private static final long FIRST = 2;

  private BusyArchive() {}

  /** The base backup alone. */
  static NavigableMap<String, String> backup() {
    var objects = new TreeMap<String, String>();
    var began = Instant.parse("2026-02-01T00:00:00Z");
    var begin = new Lsn(FIRST * Segment.USUAL_SIZE + 40);
    var end = new Lsn(begin.value() + 512);
    var info =
        new InfoText().wal(1, begin, end, Segment.USUAL_SIZE).time(began, began.plusSeconds(60));
    objects.put(SERVER + "/base/20260201T000000/backup.info", info.text());
    objects.put(SERVER + "/base/20260201T000000/data.tar.gz", "data");
    return objects;
  }

  static NavigableMap<String, String> of(long segments) {
    var objects = backup();
    each(segments, number -> objects.put(key(number), ""));
    return objects;
  }

  static void each(long segments, LongConsumer visitor) {
    for (var number = FIRST; number < FIRST + segments; number++) visitor.accept(number);
  }

  static String key(long number) {
    var segment = new Segment(1, number, Segment.USUAL_SIZE);
    return SERVER + "/wals/" + segment.folder() + "/" + segment.name() + ".gz";
  }
}
