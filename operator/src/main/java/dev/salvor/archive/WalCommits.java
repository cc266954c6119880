package dev.salvor.archive;

import dev.salvor.archive.ObjectStore.Listing;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads commit times out of the archived WAL itself.
 *
 * @param prefix of the lineage's WAL, with a slash at its end
 */
record WalCommits(ObjectStore store, Patience patience, String prefix) implements Commits {
  @Override
  public Optional<Last> lastIn(Segment segment, @Nullable Segment next) throws IOException {
    patience.left();
    var segments = new ArrayList<WalSegment>();
    segments.add(wal(segment));
    if (next != null && next.timeline() == segment.timeline()) segments.add(wal(next));
    var result = CommitScan.scan(segments, segment.size(), segment.end().value(), commit -> true);
    switch (result.end()) {
      case ScanEnd.NotReadable(var lsn, var why) -> throw new IOException(why);
      case ScanEnd.ReadFailed(var lsn, var cause) -> throw cause;
      default -> {}
    }
    // a commit whose end is not archived cannot be replayed, and the scan does not give it
    return result.latest().map(latest -> new Last(latest.at(), new Lsn(lsn(result))));
  }

  private static long lsn(CommitScan.Result result) {
    return result.last().map(Commit::lsn).orElse(0L);
  }

  private WalSegment wal(Segment segment) throws IOException {
    var key = key(segment);
    return new WalSegment(
        segment.start().value(),
        segment.timeline(),
        () -> Compression.of(key).open(store.open(key)));
  }

  /** The suffix of its compression is not known before. */
  private String key(Segment segment) throws IOException {
    var name = prefix + segment.folder() + "/" + segment.name();
    var found = new AtomicReference<String>();
    store.list(
        Listing.all(name),
        (String key, long size, Instant modified) -> {
          var file = key.substring(prefix.length() + segment.folder().length() + 1);
          var wal = WalName.of(file);
          if (wal.isPresent()
              && wal.get().type() == WalName.Type.SEGMENT
              && wal.get().name().equals(segment.name())) found.set(key);
          return found.get() == null;
        });
    var key = found.get();
    if (key == null) throw new IOException("WAL segment " + segment.name() + " has gone");
    return key;
  }

  /** Every known compression, for the files that a reader opens itself. */
  static Unpacker unpacker() {
    return (key, raw) -> Compression.of(key).open(raw);
  }
}
