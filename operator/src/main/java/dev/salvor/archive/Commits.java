package dev.salvor.archive;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads commit times out of WAL. */
@FunctionalInterface
public interface Commits {
  /**
   * The last record that ends a transaction (COMMIT or ABORT, also of a prepared one) among those
   * that begin in this segment; empty if it has none.
   *
   * @param next the segment behind it, in which its last record may end; null if there is none, and
   *     then that record cannot be replayed either
   * @throws IOException if the segment cannot be read as WAL: encrypted, an unknown compression,
   *     damaged. The caller then falls back to upload times.
   * @throws ArchiveException if the object store fails
   */
  Optional<Last> lastIn(Segment segment, @Nullable Segment next) throws IOException;

  /**
   * The end of a transaction.
   *
   * @param at the latest in the segment, to the microsecond, by the clock of the database's pod;
   *     records are not strictly in the order of their times
   * @param lsn where the last such record begins
   */
  record Last(Instant at, Lsn lsn) {}

  /** For an archive whose WAL cannot be read: every bound is then an upload time. */
  static Commits unreadable() {
    return (segment, next) -> {
      throw new IOException("WAL is not read");
    };
  }
}
