package dev.salvor.testkit.models;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What is in a data directory of PostgreSQL, as text on a volume: its history of commits, one after
 * the other, each with the place in the WAL it was written to.
 */
final class PgData {
  static final long SEGMENT = 16L << 20;

  /** What a commit did; a restore point is a WAL record of its own but ordered like one. */
  enum Op {
    INSERT,
    DELETE,
    RESTORE_POINT
  }

  record Commit(long xid, long lsn, Instant at, Op op, String row) {
    long segment() {
      return lsn / SEGMENT;
    }
  }

  /** The end of a timeline: the next one goes on from {@code lsn}. */
  record Fork(long timeline, long lsn, String reason) {}

  /** Names this directory; its WAL and tablespace volumes carry the same name. */
  String dir;

  String systemId;
  long timeline = 1;
  boolean standby;

  /** {@code .check-empty-wal-archive} is there (postgres.md 1.14). */
  boolean marker = true;

  /** The WAL segment that is being written. */
  long segment = 1;

  /** The next segment to be archived. */
  long archived = 1;

  boolean historyArchived = true;

  /** Shut down in order, as pg_control says. */
  boolean down;

  List<Fork> forks = new ArrayList<>();
  List<Commit> commits = new ArrayList<>();

  PgData(String dir, String systemId) {
    this.dir = dir;
    this.systemId = systemId;
  }

  /** A copy, as pg_basebackup makes it. */
  PgData copy(String newDir) {
    var copy = new PgData(newDir, systemId);
    copy.timeline = timeline;
    copy.standby = standby;
    copy.marker = marker;
    copy.segment = segment;
    copy.archived = archived;
    copy.historyArchived = historyArchived;
    copy.down = down;
    copy.forks = new ArrayList<>(forks);
    copy.commits = new ArrayList<>(commits);
    return copy;
  }

  /** The place in the WAL up to which everything is written. */
  long end() {
    var last = commits.isEmpty() ? 0 : commits.getLast().lsn() + 0x80;
    return Math.max(last, segment * SEGMENT + 0x28);
  }

  void commit(Instant at, Op op, String row) {
    var xid = commits.isEmpty() ? 740 : commits.getLast().xid() + 1;
    commits.add(new Commit(xid, end() + 0x80, at, op, row));
  }

  /** {@code pg_switch_wal()}. */
  void switchWal() {
    segment = end() / SEGMENT + 1;
  }

  boolean hasUnarchived() {
    return segment > archived || !historyArchived;
  }

  /** True if commits are in the segment that is still open. */
  boolean hasOpenCommits() {
    return !commits.isEmpty() && commits.getLast().segment() >= segment;
  }

  void promote(long newTimeline, String reason) {
    leave(newTimeline, end(), reason);
  }

  /** The new timeline goes on from {@code lsn}. */
  void leave(long newTimeline, long lsn, String reason) {
    forks.add(new Fork(timeline, lsn, reason));
    timeline = newTimeline;
    segment = end() / SEGMENT;
    archived = segment;
    historyArchived = false;
    standby = false;
  }

  /** Commits of one segment. */
  List<Commit> inSegment(long number) {
    return commits.stream().filter(commit -> commit.segment() == number).toList();
  }

  /** The rows a SELECT finds, in the order they were inserted. */
  List<String> rows() {
    Set<String> rows = new LinkedHashSet<>();
    for (var commit : commits) {
      switch (commit.op()) {
        case INSERT -> rows.add(commit.row());
        case DELETE -> rows.remove(commit.row());
        case RESTORE_POINT -> {}
      }
    }
    return List.copyOf(rows);
  }

  static String lsn(long lsn) {
    return "%X/%X".formatted(lsn >>> 32, lsn & 0xFFFF_FFFFL);
  }

  static long lsn(String text) {
    var parts = text.split("/", 2);
    return (Long.parseUnsignedLong(parts[0], 16) << 32) | Long.parseUnsignedLong(parts[1], 16);
  }

  static String wal(long timeline, long segment) {
    return "%08X%08X%08X".formatted(timeline, segment >>> 8, segment & 0xFF);
  }

  /** The content of a history file: the whole ancestry. */
  static String history(List<Fork> forks) {
    var text = new StringBuilder();
    for (var fork : forks)
      text.append("%d\t%s\t%s\n".formatted(fork.timeline(), lsn(fork.lsn()), fork.reason()));
    return text.toString();
  }

  String text() {
    var text = new StringBuilder();
    text.append(
        "PGDATA %s %s %d %b %b %d %d %b %b\n"
            .formatted(
                dir,
                systemId,
                timeline,
                standby,
                marker,
                segment,
                archived,
                historyArchived,
                down));
    for (var fork : forks)
      text.append("fork %d %d %s\n".formatted(fork.timeline(), fork.lsn(), fork.reason()));
    for (var commit : commits)
      text.append(
          "commit %d %d %s %s %s\n"
              .formatted(
                  commit.xid(),
                  commit.lsn(),
                  commit.at(),
                  commit.op().name().toLowerCase(Locale.ROOT),
                  commit.row()));
    return text.toString();
  }

  /** Empty if there is no data directory, or a broken one. */
  static Optional<PgData> parse(String text) {
    if (!text.startsWith("PGDATA ")) return Optional.empty();
    var lines = text.lines().toList();
    var head = lines.getFirst().split(" ", -1);
    var data = new PgData(head[1], head[2]);
    data.timeline = Long.parseLong(head[3]);
    data.standby = Boolean.parseBoolean(head[4]);
    data.marker = Boolean.parseBoolean(head[5]);
    data.segment = Long.parseLong(head[6]);
    data.archived = Long.parseLong(head[7]);
    data.historyArchived = Boolean.parseBoolean(head[8]);
    data.down = head.length > 9 && Boolean.parseBoolean(head[9]);
    for (var line : lines.subList(1, lines.size())) {
      var parts = line.split(" ", line.startsWith("fork") ? 4 : 6);
      if (parts[0].equals("fork")) {
        data.forks.add(new Fork(Long.parseLong(parts[1]), Long.parseLong(parts[2]), parts[3]));
      } else {
        data.commits.add(
            new Commit(
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Instant.parse(parts[3]),
                Op.valueOf(parts[4].toUpperCase(Locale.ROOT)),
                parts[5]));
      }
    }
    return Optional.of(data);
  }
}
