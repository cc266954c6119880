package dev.salvor.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages of consecutive WAL segments, one at a time, each checked as PostgreSQL's xlogreader.c
 * does: a recycled segment is full of old pages that look right but for their address.
 */
final class WalPages implements AutoCloseable {
  /** XLOG_BLCKSZ of every build in use; the long header says so. */
  static final int SIZE = 8192;

  static final int SHORT_HEADER = 24;
  static final int LONG_HEADER = 40;

  private static final int FIRST_IS_CONTRECORD = 1;
  private static final int IS_LONG_HEADER = 2;
  private static final int OVERWRITE_CONTRECORD = 8;
  private static final int ALL_FLAGS = 15;

  /** XLOG_PAGE_MAGIC of xlog_internal.h: the WAL of other versions may be laid out differently. */
  private static final Map<Integer, Integer> MAJORS =
      Map.of(0xD10D, 14, 0xD110, 15, 0xD113, 16, 0xD116, 17, 0xD118, 18);

  private static final Logger LOG = LoggerFactory.getLogger(WalPages.class);

  private final Iterator<WalSegment> segments;
  private final long segmentSize;
  private final byte[] page = new byte[SIZE];
  private final ByteBuffer le = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);

  private @Nullable WalSegment segment;
  private @Nullable InputStream in;
  private long start;
  private boolean any;
  private int magic;
  private long systemId;
  private long timeline;
  private int at = SIZE;

  WalPages(Iterator<WalSegment> segments, long segmentSize) {
    this.segments = segments;
    this.segmentSize = segmentSize;
  }

  /** The next byte of WAL to read; at the end of a page, that of the next page's header. */
  long lsn() {
    return start + at;
  }

  int available() {
    return SIZE - at;
  }

  ByteBuffer take(int bytes) {
    var slice = le.slice(at, bytes).order(ByteOrder.LITTLE_ENDIAN);
    at += bytes;
    return slice;
  }

  byte[] bytes() {
    return page;
  }

  int offset() {
    return at;
  }

  void skip(int bytes) {
    at += bytes;
  }

  boolean continues() {
    return (flags() & FIRST_IS_CONTRECORD) != 0;
  }

  /** The server crashed while it wrote the record before this page, and starts anew here. */
  boolean overwrites() {
    return (flags() & OVERWRITE_CONTRECORD) != 0;
  }

  /** Bytes that are left of the record that began on an earlier page. */
  long remaining() {
    return Integer.toUnsignedLong(le.getInt(16));
  }

  Optional<CommitScan.Server> server() {
    return any ? Optional.of(new CommitScan.Server(major(), systemId)) : Optional.empty();
  }

  int major() {
    return MAJORS.getOrDefault(magic, 0);
  }

  /** Goes to the first byte behind the header of the next page. */
  void next() throws Halt, IOException {
    if (segment == null || start + SIZE == segment.startLsn() + segmentSize) openNext();
    else start += SIZE;
    at = 0;
    int read = read();
    if (read < SIZE) throw tooShort(start - current().startLsn() + read);
    check();
    at = (flags() & IS_LONG_HEADER) != 0 ? LONG_HEADER : SHORT_HEADER;
  }

  /** Passes over what is left of the segment: after a switch record it holds nothing. */
  void skipSegment() throws Halt, IOException {
    long rest = current().startLsn() + segmentSize - start - SIZE;
    at = SIZE;
    while (rest > 0) {
      int read = stream().readNBytes(page, 0, SIZE);
      start += read;
      rest -= read;
      if (read < SIZE) throw tooShort(start + SIZE - current().startLsn());
    }
  }

  private void openNext() throws Halt, IOException {
    if (segment != null) {
      // recovery refuses a file that is too long, and only here a checksum at its end is looked at
      if (stream().read() >= 0)
        throw notReadable("the file is longer than a segment of " + segmentSize + " bytes");
      start += SIZE;
    }
    close();
    if (!segments.hasNext()) {
      at = 0;
      throw new Halt(new ScanEnd.Complete(OptionalLong.empty()));
    }
    var next = segments.next();
    if (segment != null && next.startLsn() != start) throw end("the next segment is missing");
    segment = next;
    start = next.startLsn();
    at = 0;
    in = next.source().open();
  }

  private int read() throws IOException {
    return stream().readNBytes(page, 0, SIZE);
  }

  private void check() throws Halt {
    int found = Short.toUnsignedInt(le.getShort(0));
    boolean first = start == current().startLsn();
    if (found == 0) throw end("the page is empty");
    if (first && !MAJORS.containsKey(found)) throw notReadable(unknown(found));
    if (any && found != magic || !first && !MAJORS.containsKey(found))
      throw end("what is there is no page of this server's version");
    if ((flags() & ~ALL_FLAGS) != 0 || first != ((flags() & IS_LONG_HEADER) != 0))
      throw end("the header of the page is not valid");
    if (le.getLong(8) != start) throw end("the page is an old one of a recycled segment");
    long tli = Integer.toUnsignedLong(le.getInt(4));
    if (tli < timeline || tli > current().timeline() || tli == 0)
      throw end("the page is of timeline " + tli + ", the segment of " + current().timeline());
    if (first) checkLong();
    magic = found;
    timeline = tli;
    any = true;
  }

  private void checkLong() throws Halt {
    long system = le.getLong(24);
    long size = Integer.toUnsignedLong(le.getInt(32));
    int block = le.getInt(36);
    if (size != segmentSize)
      throw notReadable("its segments have " + size + " bytes, not " + segmentSize);
    if (block != SIZE) throw notReadable("its pages have " + block + " bytes, not " + SIZE);
    if (any && system != systemId)
      throw notReadable(
          "it is of another database system: "
              + Long.toUnsignedString(system)
              + ", before it was "
              + Long.toUnsignedString(systemId));
    systemId = system;
  }

  private static String unknown(int magic) {
    return String.format(
        Locale.ROOT, "it is no WAL of PostgreSQL 14 to 18 (page magic %04X)", magic);
  }

  private int flags() {
    return Short.toUnsignedInt(le.getShort(2));
  }

  private WalSegment current() {
    if (segment == null) throw new IllegalStateException("no segment is open");
    return segment;
  }

  private InputStream stream() {
    if (in == null) throw new IllegalStateException("no segment is open");
    return in;
  }

  private Halt tooShort(long bytes) {
    return notReadable("the file has " + bytes + " bytes, not " + segmentSize);
  }

  private Halt end(String why) {
    return new Halt(new ScanEnd.EndOfWal(start, why));
  }

  private Halt notReadable(String why) {
    return new Halt(new ScanEnd.NotReadable(start, why));
  }

  @Override
  public void close() {
    var open = in;
    in = null;
    if (open == null) return;
    try {
      open.close();
    } catch (IOException e) {
      // what was read was read
      LOG.debug("a WAL segment could not be closed", e);
    }
  }
}
