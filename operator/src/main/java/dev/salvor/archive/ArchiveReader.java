package dev.salvor.archive;

import dev.salvor.archive.ObjectStore.Listing;
import dev.salvor.archive.ObjectStore.Visitor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads what lineages one destination path holds, and what is in one of them (barman 3.17
 * barman/cloud.py: {@code <server>/base/<ID>/}, {@code <server>/wals/<16 hex>/}).
 */
public final class ArchiveReader {
  private final ObjectStore store;
  private final ArchiveAddress address;
  private final Unpacker unpacker;
  private final Patience patience;

  /**
   * @param patience for everything that one reader does; when it is over, reading ends with {@link
   *     ArchiveException.Kind#TIMEOUT}
   */
  public static ArchiveReader of(ObjectStore store, ArchiveAddress address, Duration patience) {
    return new ArchiveReader(
        store, address, (key, raw) -> Compression.of(key).open(raw), new Patience(patience));
  }

  ArchiveReader(ObjectStore store, ArchiveAddress address, Unpacker unpacker, Patience patience) {
    this.store = store;
    this.address = address;
    this.unpacker = unpacker;
    this.patience = patience;
  }

  ArchiveAddress.Place place() {
    return new ArchiveAddress.Place(address.bucket(), address.path());
  }

  /** serverNames with anything below them, in byte order. */
  public List<String> lineages() {
    var path = address.path();
    var found = new ArrayList<String>();
    store.list(
        Listing.below(path),
        new Visitor() {
          @Override
          public boolean object(String key, long size, Instant modified) {
            return patience.left();
          }

          @Override
          public boolean folder(String prefix) {
            if (prefix.startsWith(path) && prefix.length() > path.length() + 1)
              found.add(prefix.substring(path.length(), prefix.length() - 1));
            return patience.left();
          }
        });
    return found;
  }

  /**
   * True if there is nothing at all below this serverName: stricter than barman, which looks at WAL
   * only.
   */
  public boolean isFree(String serverName) {
    var found = new AtomicBoolean();
    var prefix = address.prefix(serverName);
    store.list(
        Listing.all(prefix),
        (key, size, modified) -> {
          if (key.startsWith(prefix)) found.set(true);
          return !found.get() && patience.left();
        });
    return !found.get();
  }

  /** Everything about one lineage; {@link Lineage#empty} if there is nothing. */
  public Lineage read(String serverName) {
    var backups =
        oneSegmentSize(new BackupFolder(store, patience).all(address.prefix(serverName) + "base/"));
    var usable = backups.stream().map(BaseBackup::info).filter(Objects::nonNull).toList();
    var size = usable.isEmpty() ? Segment.USUAL_SIZE : usable.getLast().segmentSize();
    var lowest = usable.stream().mapToLong(backup -> backup.beginWal().number()).min();
    var wal = folder(serverName, size);
    // without a backup no WAL can be replayed: that there is some is all there is to know
    var found = wal.read(lowest.orElse(Long.MAX_VALUE));
    return new Lineage(
        serverName, size, backups, found.histories(), found.segments(), found.files());
  }

  /** True if this WAL segment is there, packed or not. */
  boolean holds(String serverName, String segment) {
    return folder(serverName, Segment.USUAL_SIZE).holds(segment);
  }

  /** The history file of a timeline; empty if there is none. */
  Optional<TimelineHistory> history(String serverName, long timeline) {
    return folder(serverName, Segment.USUAL_SIZE).history(timeline);
  }

  private WalFolder folder(String serverName, long segmentSize) {
    return new WalFolder(store, unpacker, patience, wals(serverName), segmentSize);
  }

  private String wals(String serverName) {
    return address.prefix(serverName) + "wals/";
  }

  /** Of the WAL of a lineage that was read before. */
  public Commits commits(Lineage lineage) {
    return new WalCommits(store, wals(lineage.serverName()), lineage.systemIds(), patience);
  }

  /** The newest backup tells; WAL of another size was another cluster's, or before pg_resetwal. */
  private static List<BaseBackup> oneSegmentSize(List<BaseBackup> backups) {
    var newest =
        backups.reversed().stream().map(BaseBackup::info).filter(Objects::nonNull).findFirst();
    if (newest.isEmpty()) return backups;
    var size = newest.get().segmentSize();
    return backups.stream()
        .map(backup ->
            backup.info() == null || backup.info().segmentSize() == size
                ? backup
                : BaseBackup.flawed(
                    backup.id(),
                    "its WAL segments are of another size than those of the newest backup"))
        .toList();
  }
}
