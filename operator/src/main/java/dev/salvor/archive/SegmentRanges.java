package dev.salvor.archive;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which segments of one timeline are there: unbroken runs of numbers, so that a million keys take a
 * few bytes per gap and not per key. Of each run the upload times of its last two segments are
 * kept: they bound the commits in it where the WAL itself cannot be read.
 */
public final class SegmentRanges {
  private static final long UNKNOWN = Long.MIN_VALUE;

  private long[] from = new long[2];
  private long[] to = new long[2];
  private long[] last = new long[2];
  private long[] before = new long[2];
  private int size;

  /** Cheapest in ascending order, which is how an object store lists; any order is right. */
  public void add(long number, Instant modified) {
    put(number, modified.toEpochMilli());
  }

  private void put(long number, long modified) {
    var at = floor(number);
    if (at >= 0 && number <= to[at]) {
      // the same segment again, under another suffix
      if (number == to[at]) last[at] = Math.max(last[at], modified);
      return;
    }
    if (at >= 0 && to[at] + 1 == number) {
      to[at] = number;
      before[at] = last[at];
      last[at] = modified;
      joinNext(at);
    } else if (at + 1 < size && from[at + 1] == number + 1) {
      from[at + 1] = number;
      if (to[at + 1] == number + 1) before[at + 1] = modified;
    } else {
      insert(at + 1, number, modified);
    }
  }

  /** Takes over what another one holds. */
  public void addAll(SegmentRanges other) {
    for (var index = 0; index < other.size; index++) {
      var appended = size > 0 && to[size - 1] < other.from[index] - 1 || size == 0;
      if (appended) {
        insert(size, other.from[index], other.last[index]);
        to[size - 1] = other.to[index];
        before[size - 1] = other.before[index];
        continue;
      }
      for (var number = other.from[index]; number < other.to[index] - 1; number++)
        put(number, other.last[index]);
      if (other.to[index] > other.from[index]) put(other.to[index] - 1, other.before[index]);
      put(other.to[index], other.last[index]);
    }
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public boolean has(long number) {
    var at = floor(number);
    return at >= 0 && number <= to[at];
  }

  /** The last of the unbroken run that begins with this one; empty if this one is missing. */
  public OptionalLong runEnd(long number) {
    var at = floor(number);
    return at >= 0 && number <= to[at] ? OptionalLong.of(to[at]) : OptionalLong.empty();
  }

  /** The lowest that is there and not below this one. */
  public OptionalLong ceiling(long number) {
    if (has(number)) return OptionalLong.of(number);
    var at = floor(number) + 1;
    return at < size ? OptionalLong.of(from[at]) : OptionalLong.empty();
  }

  /** The highest that is there. */
  public OptionalLong highest() {
    return size == 0 ? OptionalLong.empty() : OptionalLong.of(to[size - 1]);
  }

  /** How many runs there are. */
  public int runs() {
    return size;
  }

  /** Upload time of the last segment of a run; empty for any other segment. */
  public Optional<Instant> modified(long number) {
    var at = floor(number);
    return at >= 0 && to[at] == number ? time(last[at]) : Optional.empty();
  }

  /** Upload time of the segment before the last one of a run; empty for any other segment. */
  public Optional<Instant> modifiedBefore(long number) {
    var at = floor(number);
    return at >= 0 && to[at] == number ? time(before[at]) : Optional.empty();
  }

  private static Optional<Instant> time(long millis) {
    return millis == UNKNOWN ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /** Index of the run that begins at or before this number; -1 if there is none. */
  private int floor(long number) {
    // keys come in ascending order: nearly always the last run
    if (size > 0 && from[size - 1] <= number) return size - 1;
    var found = Arrays.binarySearch(from, 0, size, number);
    return found >= 0 ? found : -found - 2;
  }

  private void joinNext(int at) {
    if (at + 1 >= size || from[at + 1] != to[at] + 1) return;
    var single = from[at + 1] == to[at + 1];
    before[at] = single ? last[at] : before[at + 1];
    last[at] = last[at + 1];
    to[at] = to[at + 1];
    for (var column : new long[][] {from, to, last, before})
      System.arraycopy(column, at + 2, column, at + 1, size - at - 2);
    size--;
  }

  private void insert(int at, long number, long modified) {
    if (size == from.length) {
      var room = size + (size >> 1) + 1;
      from = Arrays.copyOf(from, room);
      to = Arrays.copyOf(to, room);
      last = Arrays.copyOf(last, room);
      before = Arrays.copyOf(before, room);
    }
    for (var column : new long[][] {from, to, last, before})
      System.arraycopy(column, at, column, at + 1, size - at);
    from[at] = number;
    to[at] = number;
    last[at] = modified;
    before[at] = UNKNOWN;
    size++;
  }
}
