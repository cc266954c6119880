package dev.salvor.archive;

import dev.salvor.archive.ObjectStore.Listing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Commit times out of the archived WAL itself.
 *
 * @param prefix of {@code wals/}
 * @param systems the system identifiers whose WAL may be here; empty if the backups tell none
 */
record WalCommits(ObjectStore store, String prefix, Set<String> systems, Patience patience)
    implements Commits {
  @Override
  public Optional<Last> lastIn(Segment segment, @Nullable Segment next) throws IOException {
    patience.left();
    var segments = new ArrayList<WalSegment>();
    segments.add(wal(segment));
    if (next != null) segments.add(wal(next));
    var found = CommitScan.scan(segments, segment.size(), segment.end().value(), _ -> true);
    if (found.server().isPresent()) checkSystem(segment, found.server().get().systemId());
    return switch (found.end()) {
      case ScanEnd.Complete _, ScanEnd.Enough _, ScanEnd.EndOfWal _ ->
          found
              .last()
              .flatMap(
                  last -> found.latest().map(latest -> new Last(latest.at(), new Lsn(last.lsn()))));
      case ScanEnd.NotReadable _, ScanEnd.ReadFailed _ ->
          throw new IOException(found.end().message());
    };
  }

  private void checkSystem(Segment segment, long systemId) {
    var system = Long.toUnsignedString(systemId);
    if (!systems.isEmpty() && !systems.contains(system)) throw new ForeignWal(segment, system);
  }

  private WalSegment wal(Segment segment) {
    return new WalSegment(
        segment.start().value(),
        segment.timeline(),
        () -> {
          var key = key(segment);
          return Compression.of(key).open(store.open(key));
        });
  }

  /** Which compression it has, only the store knows. */
  private String key(Segment segment) throws IOException {
    var found = new ArrayList<String>();
    store.list(
        Listing.all(prefix + segment.folder() + "/" + segment.name()),
        (key, size, modified) -> {
          var name = WalName.of(key.substring(key.lastIndexOf('/') + 1));
          if (name.filter(one -> one.type() == WalName.Type.SEGMENT).isPresent()) found.add(key);
          return found.isEmpty();
        });
    if (found.isEmpty()) throw new IOException("segment " + segment.name() + " is gone");
    return found.getFirst();
  }
}
