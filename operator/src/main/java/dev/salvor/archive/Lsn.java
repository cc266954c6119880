package dev.salvor.archive;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A byte position in the WAL, as PostgreSQL writes it: {@code 16/B374D848}.
 *
 * @param value unsigned
 */
public record Lsn(long value) implements Comparable<Lsn> {
  private static final Pattern TEXT = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");

  /** Empty if the text is no position. */
  public static Optional<Lsn> of(String text) {
    var parts = TEXT.matcher(text);
    if (!parts.matches()) return Optional.empty();
    var high = Long.parseUnsignedLong(parts.group(1), 16);
    var low = Long.parseUnsignedLong(parts.group(2), 16);
    return Optional.of(new Lsn(high << 32 | low));
  }

  /** Number of the segment that holds this byte. */
  public long segment(long segmentSize) {
    return Long.divideUnsigned(value, segmentSize);
  }

  /** True if the byte before this one is the last of a segment. */
  public boolean atBoundary(long segmentSize) {
    return Long.remainderUnsigned(value, segmentSize) == 0;
  }

  public boolean isAfter(Lsn other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return "%X/%X".formatted(value >>> 32, value & 0xFFFF_FFFFL);
  }
}
