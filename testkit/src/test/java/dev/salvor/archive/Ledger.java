package dev.salvor.archive;

import dev.salvor.archive.ArchiveAddress.Credentials;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A small archive that is put together by hand: segments of 16 MiB, number n uploaded at n o'clock
 * + 1 s.
 */
final class Ledger implements Commits {
  static final Instant MIDNIGHT = Instant.parse("2026-03-01T00:00:00Z");

  final MapStore store = new MapStore();
  private final Map<Segment, Last> commits = new HashMap<>();
  private boolean readable = true;

  /** The moment n minutes after midnight. */
  static Instant at(long minutes) {
    return MIDNIGHT.plusSeconds(minutes * 60);
  }

  /** Number n, with a commit in the middle of it, n minutes after midnight. */
  Ledger busy(long timeline, long first, long last) {
    for (var number = first; number <= last; number++) {
      var segment = idle(timeline, number);
      commits.put(
          segment, new Last(at(number), new Lsn(segment.start().value() + Segment.USUAL_SIZE / 2)));
    }
    return this;
  }

  /** Number n without any commit. */
  Segment idle(long timeline, long number) {
    var segment = new Segment(timeline, number, Segment.USUAL_SIZE);
    store.put(key(segment), 100, at(number).plusSeconds(1));
    return segment;
  }

  Ledger without(long timeline, long number) {
    store.remove(key(new Segment(timeline, number, Segment.USUAL_SIZE)));
    return this;
  }

  /** In segment n, ended n minutes after midnight. */
  Ledger backup(String id, long timeline, long number, InfoText info) {
    var start = number * Segment.USUAL_SIZE;
    info.wal(timeline, new Lsn(start + 40), new Lsn(start + 400), Segment.USUAL_SIZE)
        .time(at(number).minusSeconds(5), at(number));
    store.put("db/base/" + id + "/backup.info", info.text(), at(number));
    store.put("db/base/" + id + "/data.tar", 100, at(number));
    return this;
  }

  Ledger backup(String id, long timeline, long number) {
    return backup(id, timeline, number, new InfoText());
  }

  Ledger history(long timeline, String text, Instant born) {
    store.put("db/wals/" + TimelineHistory.fileName(timeline), text, born);
    return this;
  }

  Ledger encrypted() {
    readable = false;
    return this;
  }

  private static String key(Segment segment) {
    return "db/wals/" + segment.folder() + "/" + segment.name() + ".gz";
  }

  @Override
  public Optional<Last> lastIn(Segment segment, @Nullable Segment next) throws IOException {
    if (!readable) throw new IOException("encrypted");
    return Optional.ofNullable(commits.get(segment));
  }

  Lineage read() {
    var address = new ArchiveAddress("b", "", null, null, new Credentials("", "", null), null);
    return new ArchiveReader(store, address, (_, raw) -> raw, new Patience(Duration.ofMinutes(1)))
        .read("db");
  }

  Recoverability oracle() {
    return new Recoverability(read(), this);
  }
}
