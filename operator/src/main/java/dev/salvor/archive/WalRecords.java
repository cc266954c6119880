package dev.salvor.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * The records in the pages, each as a cursor over its body. A record that a crash left half written
 * is passed over where the server says so (xlogreader.c).
 */
final class WalRecords {
  static final int HEADER = 24;

  private static final int ALIGNMENT = 8;

  private final WalPages pages;
  private final byte[] header = new byte[HEADER];
  private final ByteBuffer head = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
  private final byte[] number = new byte[Long.BYTES];
  private final ByteBuffer num = ByteBuffer.wrap(number).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C crc = new CRC32C();

  private long lsn;
  private long previous;
  private boolean anyPrevious;

  /** Bytes of the record that were not read yet. */
  private long remaining;

  WalRecords(WalPages pages) {
    this.pages = pages;
  }

  /** A half-written record was given up by the server: the next one starts here. */
  static final class Abandoned extends Exception {
    private static final long serialVersionUID = 1L;

    Abandoned() {
      super("abandoned", null, false, false);
    }
  }

  /** Passes over the end of a record that began before the first segment. */
  void start() throws Halt, IOException {
    pages.next();
    while (pages.continues()) {
      long rest = aligned(pages.remaining());
      if (rest < pages.available()) {
        pages.skip((int) rest);
        return;
      }
      pages.next();
    }
  }

  /** Where the next record will start. */
  long position() {
    return pages.lsn();
  }

  long lsn() {
    return lsn;
  }

  /** Reads the header of the next record. */
  void open() throws Halt, IOException, Abandoned {
    if (pages.available() == 0) {
      pages.next();
      // on a page that a crashed record was to go on, the next one may start
      if (pages.continues())
        throw new Halt(new ScanEnd.EndOfWal(pages.lsn(), "a record is broken"));
    }
    lsn = pages.lsn();
    // the length never crosses a page, and is zero where nothing was written
    remaining = Integer.BYTES;
    read(header, 0, Integer.BYTES);
    long length = Integer.toUnsignedLong(head.getInt(0));
    if (length < HEADER)
      throw broken(length == 0 ? "there is no record" : "the length of a record is not valid");
    remaining = length - Integer.BYTES;
    read(header, Integer.BYTES, HEADER - Integer.BYTES);
    long link = head.getLong(8);
    if (anyPrevious ? link != previous : Long.compareUnsigned(link, lsn) >= 0)
      throw broken("a record does not follow the one before it");
    crc.reset();
  }

  /** Reads what is left of the record and believes it, or not. */
  void close() throws Halt, IOException, Abandoned {
    skip(remaining);
    crc.update(header, 0, HEADER - Integer.BYTES);
    if ((int) crc.getValue() != head.getInt(20))
      throw broken("a record is damaged (its checksum is wrong)");
    previous = lsn;
    anyPrevious = true;
    long end = aligned(pages.lsn());
    pages.skip((int) (end - pages.lsn()));
  }

  long xid() {
    return Integer.toUnsignedLong(head.getInt(4));
  }

  int info() {
    return Byte.toUnsignedInt(header[16]);
  }

  int resourceManager() {
    return Byte.toUnsignedInt(header[17]);
  }

  long remaining() {
    return remaining;
  }

  int u8() throws Halt, IOException, Abandoned {
    read(number, 0, 1);
    return Byte.toUnsignedInt(number[0]);
  }

  int u16() throws Halt, IOException, Abandoned {
    read(number, 0, Short.BYTES);
    return Short.toUnsignedInt(num.getShort(0));
  }

  long u32() throws Halt, IOException, Abandoned {
    read(number, 0, Integer.BYTES);
    return Integer.toUnsignedLong(num.getInt(0));
  }

  long i64() throws Halt, IOException, Abandoned {
    read(number, 0, Long.BYTES);
    return num.getLong(0);
  }

  void skip(long bytes) throws Halt, IOException, Abandoned {
    need(bytes);
    long left = bytes;
    while (left > 0) {
      cross();
      int part = (int) Math.min(left, pages.available());
      crc.update(pages.bytes(), pages.offset(), part);
      pages.skip(part);
      left -= part;
      remaining -= part;
    }
  }

  private void read(byte[] into, int offset, int bytes) throws Halt, IOException, Abandoned {
    need(bytes);
    int done = 0;
    while (done < bytes) {
      cross();
      int part = Math.min(bytes - done, pages.available());
      System.arraycopy(pages.bytes(), pages.offset(), into, offset + done, part);
      pages.skip(part);
      done += part;
      remaining -= part;
    }
    crc.update(into, offset, bytes);
  }

  private void need(long bytes) throws Halt, IOException, Abandoned {
    if (bytes > remaining) throw strange("it says it holds more than its length");
  }

  /** What was read makes no sense: the record is damaged, or of a kind that is not known here. */
  Halt strange(String why) throws Halt, IOException, Abandoned {
    close();
    return new Halt(new ScanEnd.NotReadable(lsn, "a record is of an unknown kind: " + why));
  }

  /** Goes on with the record on the next page, if this one is at its end. */
  private void cross() throws Halt, IOException, Abandoned {
    if (pages.available() > 0) return;
    try {
      pages.next();
    } catch (Halt halt) {
      throw switch (halt.end()) {
        case ScanEnd.Complete all -> new Halt(new ScanEnd.Complete(OptionalLong.of(lsn)));
        case ScanEnd.EndOfWal end -> broken(end.why());
        default -> halt;
      };
    }
    if (pages.overwrites()) throw new Abandoned();
    if (!pages.continues() || pages.remaining() != remaining)
      throw broken("a record does not go on on its next page");
  }

  private Halt broken(String why) {
    return new Halt(new ScanEnd.EndOfWal(lsn, why));
  }

  private static long aligned(long position) {
    return (position + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
