package dev.salvor.archive;

/**
 * One file of WAL.
 *
 * @param number counted from 0 over all logs: the position of its first byte divided by its size
 * @param size in bytes, a power of two from 1 MiB to 1 GiB
 */
public record Segment(long timeline, long number, long size) {
  /** What PostgreSQL has unless initdb was told otherwise. */
  public static final long USUAL_SIZE = 16L << 20;

  public Segment {
    if (!possible(size)) throw new IllegalArgumentException(size + " is no size of a WAL segment");
  }

  /** True for what initdb takes as {@code --wal-segsize}. */
  public static boolean possible(long size) {
    return size >= 1L << 20 && size <= 1L << 30 && Long.bitCount(size) == 1;
  }

  static long perLog(long size) {
    return (1L << 32) / size;
  }

  public String name() {
    return "%08X%08X%08X".formatted(timeline, number / perLog(size), number % perLog(size));
  }

  /** The folder below {@code wals/}. */
  public String folder() {
    return name().substring(0, 16);
  }

  public Lsn start() {
    return new Lsn(number * size);
  }

  /** The first byte behind it. */
  public Lsn end() {
    return new Lsn((number + 1) * size);
  }
}
