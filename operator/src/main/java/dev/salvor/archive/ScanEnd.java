package dev.salvor.archive;

import java.io.IOException;
import java.util.Locale;
import java.util.OptionalLong;

/** How the scan of a piece of WAL ended. What was found before the end counts in each case. */
public sealed interface ScanEnd {
  /** In plain words, for a person. */
  String message();

  /**
   * All that was asked for was read.
   *
   * @param unfinished where a record starts that goes on in the next segment, which was not given
   */
  record Complete(OptionalLong unfinished) implements ScanEnd {
    @Override
    public String message() {
      return unfinished.isEmpty()
          ? "all was read"
          : "all was read; the record at "
              + text(unfinished.getAsLong())
              + " goes on in the next segment";
    }
  }

  /** The visitor wanted no more after the record at this LSN. */
  record Enough(long lsn) implements ScanEnd {
    @Override
    public String message() {
      return "stopped as asked at " + text(lsn);
    }
  }

  /** No valid record at this LSN: the recovery of PostgreSQL ends here too. */
  record EndOfWal(long lsn, String why) implements ScanEnd {
    @Override
    public String message() {
      return "the WAL ends at " + text(lsn) + ": " + why;
    }
  }

  /**
   * Nobody can tell from here on: no WAL, a version that is not known, or a file recovery refuses.
   */
  record NotReadable(long lsn, String why) implements ScanEnd {
    @Override
    public String message() {
      return "the WAL at " + text(lsn) + " cannot be read: " + why;
    }
  }

  /**
   * The source of a segment or its decompression failed: broken data, or a network to try again.
   */
  record ReadFailed(long lsn, IOException cause) implements ScanEnd {
    @Override
    public String message() {
      return "reading the WAL at " + text(lsn) + " failed: " + cause.getMessage();
    }
  }

  private static String text(long lsn) {
    return String.format(Locale.ROOT, "%X/%X", lsn >>> 32, lsn & 0xFFFFFFFFL);
  }
}
