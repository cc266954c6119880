package dev.salvor.archive;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Finds the commits and aborts in WAL: in consecutive segments, read once as one stream, in the
 * memory of one page (and of the decompressor). Reads what PostgreSQL 14 to 18 write; anything else
 * is reported as such and never guessed at. Each record is believed by its checksum and by its link
 * to the one before, each page by its address and timeline.
 *
 * <p>Layout: xlog_internal.h (pages), xlogrecord.h (records), xact.h (commits) of PostgreSQL.
 */
public final class CommitScan {
  /** No bound: behind every LSN. */
  public static final long TO_THE_END = -1L;

  private static final int XLOG = 0;
  private static final int XLOG_SWITCH = 0x40;
  private static final long MIB = 1 << 20;

  private final WalPages pages;
  private final WalRecords records;
  private final long untilLsn;
  private final Predicate<? super Commit> visitor;

  private long count;
  private Optional<Commit> first = Optional.empty();
  private Optional<Commit> last = Optional.empty();
  private Optional<Commit> latest = Optional.empty();

  private CommitScan(WalPages pages, long untilLsn, Predicate<? super Commit> visitor) {
    this.pages = pages;
    this.records = new WalRecords(pages);
    this.untilLsn = untilLsn;
    this.visitor = visitor;
  }

  /**
   * What was found.
   *
   * @param count of commits and aborts
   * @param first in WAL order
   * @param last in WAL order
   * @param latest the one with the greatest time, mostly the last: a recovery to an (inclusive)
   *     time reaches it if this is later
   * @param server who wrote it; empty if not one page was valid
   */
  public record Result(
      long count,
      Optional<Commit> first,
      Optional<Commit> last,
      Optional<Commit> latest,
      Optional<Server> server,
      ScanEnd end) {}

  /**
   * The server that wrote the WAL.
   *
   * @param major 14 to 18
   * @param systemId unsigned, as systemid in backup.info
   */
  public record Server(int major, long systemId) {}

  /** Reads all of the segments. */
  public static Result scan(Iterable<WalSegment> segments, long segmentSize) {
    return scan(segments, segmentSize, TO_THE_END, commit -> true);
  }

  /**
   * Reads consecutive segments until one of them says no.
   *
   * @param untilLsn records that start at or behind it are not looked at. The segment it starts is
   *     read only as far as a record reaches into it: so one segment is looked at without losing a
   *     commit at its very end
   * @param visitor gets each commit in WAL order; false ends the scan
   */
  public static Result scan(
      Iterable<WalSegment> segments,
      long segmentSize,
      long untilLsn,
      Predicate<? super Commit> visitor) {
    var pages = new WalPages(segments.iterator(), segmentSize);
    var scan = new CommitScan(pages, untilLsn, visitor);
    var end = scan.run(segmentSize);
    return new Result(scan.count, scan.first, scan.last, scan.latest, pages.server(), end);
  }

  /**
   * Walks backwards to the last segment that holds a commit or abort.
   *
   * @param segments consecutive, in the order of WAL
   * @param most how many to look at
   * @return of the segment found, or of the last one looked at: of the first that cannot be read,
   *     as nobody knows what is in it. If it ended as EndOfWal, nothing behind it can be recovered
   */
  public static Result last(List<WalSegment> segments, long segmentSize, int most) {
    int from = segments.size() - 1;
    var result = scan(segments.subList(Math.max(from, 0), segments.size()), segmentSize);
    for (int i = from - 1; i >= 0 && i > from - most && goesOn(result); i--) {
      long until = segments.get(i + 1).startLsn();
      result = scan(segments.subList(i, segments.size()), segmentSize, until, commit -> true);
    }
    return result;
  }

  private static boolean goesOn(Result result) {
    return result.count() == 0
        && switch (result.end()) {
          case ScanEnd.Complete _, ScanEnd.Enough _, ScanEnd.EndOfWal _ -> true;
          case ScanEnd.NotReadable _, ScanEnd.ReadFailed _ -> false;
        };
  }

  private ScanEnd run(long segmentSize) {
    if (segmentSize < MIB || segmentSize > 1024 * MIB || Long.bitCount(segmentSize) != 1)
      return new ScanEnd.NotReadable(0, "there are no segments of " + segmentSize + " bytes");
    try (pages) {
      records.start();
      while (Long.compareUnsigned(records.position(), untilLsn) < 0) {
        var commit = next();
        if (commit.isPresent() && !tell(commit.get()))
          return new ScanEnd.Enough(commit.get().lsn());
      }
      return new ScanEnd.Complete(OptionalLong.empty());
    } catch (Halt halt) {
      return halt.end();
    } catch (IOException e) {
      return new ScanEnd.ReadFailed(records.position(), e);
    }
  }

  private Optional<Commit> next() throws Halt, IOException {
    try {
      records.open();
      var commit =
          records.resourceManager() == XactRecord.RESOURCE_MANAGER
              ? XactRecord.read(records, pages.major())
              : Optional.<Commit>empty();
      records.close();
      if (records.resourceManager() == XLOG && (records.info() & 0xF0) == XLOG_SWITCH)
        pages.skipSegment();
      return commit;
    } catch (WalRecords.Abandoned abandoned) {
      return Optional.empty();
    }
  }

  private boolean tell(Commit commit) {
    count++;
    if (first.isEmpty()) first = Optional.of(commit);
    last = Optional.of(commit);
    if (latest.isEmpty() || commit.at().isAfter(latest.get().at())) latest = last;
    return visitor.test(commit);
  }
}
