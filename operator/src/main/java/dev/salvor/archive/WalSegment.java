package dev.salvor.archive;

import java.io.IOException;
import java.io.InputStream;

/**
 * One archived WAL segment.
 *
 * @param startLsn where it starts
 * @param timeline of its name. Its first pages may be of an older one: the first segment of a
 *     timeline begins with a copy of what came before
 * @param source its bytes, decompressed; opened when needed and closed by who opened it
 */
public record WalSegment(long startLsn, long timeline, Source source) {
  /** Where the bytes come from. */
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }
}
