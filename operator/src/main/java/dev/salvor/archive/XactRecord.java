package dev.salvor.archive;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a record of the transaction manager says (xact.h: xl_xact_commit, xl_xact_abort;
 * xlogrecord.h: the headers before it).
 */
final class XactRecord {
  static final int RESOURCE_MANAGER = 1;

  private static final int OPERATION = 0x70;
  private static final int COMMIT = 0x00;
  private static final int ABORT = 0x20;
  private static final int COMMIT_PREPARED = 0x30;
  private static final int ABORT_PREPARED = 0x40;
  private static final int HAS_INFO = 0x80;

  private static final int MAX_BLOCK = 32;
  private static final int SHORT_DATA = 255;
  private static final int LONG_DATA = 254;
  private static final int ORIGIN = 253;
  private static final int TOP_LEVEL_XID = 252;

  private static final int HAS_DATABASE = 1;
  private static final int HAS_SUBTRANSACTIONS = 1 << 1;
  private static final int HAS_FILES = 1 << 2;
  private static final int HAS_INVALIDATIONS = 1 << 3;
  private static final int HAS_DROPPED_STATISTICS = 1 << 8;

  /** The epoch of PostgreSQL. */
  private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

  private final WalRecords record;
  private final int major;

  private XactRecord(WalRecords record, int major) {
    this.record = record;
    this.major = major;
  }

  /** Reads the open record up to what is of interest; empty if it ends no transaction. */
  static Optional<Commit> read(WalRecords record, int major)
      throws Halt, IOException, WalRecords.Abandoned {
    return switch (record.info() & OPERATION) {
      case COMMIT, COMMIT_PREPARED -> Optional.of(new XactRecord(record, major).commit(true));
      case ABORT, ABORT_PREPARED -> Optional.of(new XactRecord(record, major).commit(false));
      default -> Optional.empty();
    };
  }

  private Commit commit(boolean commit) throws Halt, IOException, WalRecords.Abandoned {
    int operation = record.info() & OPERATION;
    record.skip(blocks());
    var at = EPOCH.plus(record.i64(), ChronoUnit.MICROS);
    boolean prepared = operation == COMMIT_PREPARED || operation == ABORT_PREPARED;
    return new Commit(at, record.lsn(), prepared ? preparedXid() : record.xid(), commit);
  }

  /** Reads the headers; what the blocks hold lies between them and the main data. */
  private long blocks() throws Halt, IOException, WalRecords.Abandoned {
    long data = 0;
    long main = 0;
    while (record.remaining() > data + main) {
      int id = record.u8();
      switch (id) {
        case SHORT_DATA -> main = record.u8();
        case LONG_DATA -> main = record.u32();
        case ORIGIN -> record.skip(2);
        case TOP_LEVEL_XID -> record.skip(4);
        default -> {
          if (id > MAX_BLOCK) throw record.strange("a commit with a header " + id);
          data += block();
        }
      }
    }
    return data;
  }

  /** XLogRecordBlockHeader: its data and its page image. */
  private long block() throws Halt, IOException, WalRecords.Abandoned {
    int flags = record.u8();
    long data = record.u16();
    if ((flags & 0x10) != 0) {
      data += record.u16();
      record.skip(2);
      int image = record.u8();
      boolean compressed = (image & (major == 14 ? 0x02 : 0x1C)) != 0;
      if (compressed && (image & 0x01) != 0) record.skip(2);
    }
    if ((flags & 0x80) == 0) record.skip(12);
    record.skip(4);
    return data;
  }

  /** The xid of the record itself is that of the session that ended the prepared transaction. */
  private long preparedXid() throws Halt, IOException, WalRecords.Abandoned {
    long has = (record.info() & HAS_INFO) == 0 ? 0 : record.u32();
    if ((has & HAS_DATABASE) != 0) record.skip(8);
    if ((has & HAS_SUBTRANSACTIONS) != 0) record.skip(4 * record.u32());
    if ((has & HAS_FILES) != 0) record.skip(12 * record.u32());
    if ((has & HAS_DROPPED_STATISTICS) != 0) record.skip((major >= 18 ? 16 : 12) * record.u32());
    if ((has & HAS_INVALIDATIONS) != 0) record.skip(16 * record.u32());
    return record.u32();
  }
}
