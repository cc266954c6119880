package dev.salvor.workloads;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code pg_controldata} prints in the C locale (postgresql REL_18
 * src/bin/pg_controldata/pg_controldata.c).
 *
 * @param state {@code shut down} if it was shut down cleanly, and ran as a primary
 * @param systemId PostgreSQL's system identifier
 * @param timeline of the last checkpoint
 * @param checkpoint its WAL position
 * @param segmentBytes size of a WAL segment
 */
record ControlData(
    String state, String systemId, long timeline, long checkpoint, long segmentBytes) {
  /** Header of a segment's first page (xlog_internal.h SizeOfXLogLongPHD), on 64 bit. */
  private static final long FIRST_RECORD = 0x28;

  /** Empty if the output lacks a line of it. */
  static Optional<ControlData> of(String log) {
    var state = value(log, "Database cluster state");
    var system = value(log, "Database system identifier");
    var timeline = value(log, "Latest checkpoint's TimeLineID");
    var bytes = value(log, "Bytes per WAL segment");
    var position = value(log, "Latest checkpoint location").split("/", -1);
    if (state.isEmpty() || system.isEmpty() || position.length != 2) return Optional.empty();
    try {
      var high = Long.parseUnsignedLong(position[0], 16);
      var low = Long.parseUnsignedLong(position[1], 16);
      var found =
          new ControlData(
              state, system, Long.parseLong(timeline), high << 32 | low, Long.parseLong(bytes));
      return found.segmentBytes > FIRST_RECORD ? Optional.of(found) : Optional.empty();
    } catch (NumberFormatException damaged) {
      return Optional.empty();
    }
  }

  boolean shutDown() {
    return state.equals("shut down");
  }

  /**
   * PostgreSQL closes the segment when it is shut down with archiving on, and writes the checkpoint
   * as the first record of the next one (xlog.c ShutdownXLOG): all that was ever committed lies in
   * segments that are complete.
   */
  boolean closed() {
    return Long.remainderUnsigned(checkpoint, segmentBytes) == FIRST_RECORD;
  }

  /** Where the last complete segment ends. */
  String end() {
    return position(checkpoint - FIRST_RECORD);
  }

  String checkpointText() {
    return position(checkpoint);
  }

  /** Name of the segment that ends there. */
  String lastSegment() {
    var number = Long.divideUnsigned(checkpoint, segmentBytes) - 1;
    var perLog = 0x1_0000_0000L / segmentBytes;
    return "%08X%08X%08X".formatted(timeline, number / perLog, number % perLog);
  }

  private static String position(long lsn) {
    return "%X/%X".formatted(lsn >>> 32, lsn & 0xFFFF_FFFFL);
  }

  private static String value(String log, String name) {
    var line =
        Pattern.compile("^" + Pattern.quote(name) + ":[ \\t]+(.*)$", Pattern.MULTILINE)
            .matcher(log);
    return line.find() ? line.group(1).strip() : "";
  }
}
