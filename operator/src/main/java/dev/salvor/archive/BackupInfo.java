package dev.salvor.archive;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A base backup that barman says is done (barman 3.17 barman/infofile.py BackupInfo).
 *
 * @param id {@code YYYYMMDDTHHMMSS}, the name of its folder
 * @param timeline the timeline it was taken on
 * @param beginWal the first segment a restore needs
 * @param endWal the last segment a restore needs before the data is consistent
 * @param begin where replay starts
 * @param end where the data becomes consistent
 * @param endTime when it was finished, by the clock of the database's pod
 * @param systemId PostgreSQL's system identifier; null if the file does not tell
 * @param major PostgreSQL major version; 0 if the file does not tell
 * @param bytes size of the data with all tablespaces; 0 if the file does not tell
 */
public record BackupInfo(
    String id,
    long timeline,
    Segment beginWal,
    Segment endWal,
    Lsn begin,
    Lsn end,
    Instant beginTime,
    Instant endTime,
    @Nullable String systemId,
    int major,
    long bytes,
    List<Tablespace> tablespaces) {
  public BackupInfo {
    tablespaces = List.copyOf(tablespaces);
  }

  /** A tablespace beside the data directory; its data is in {@code <oid>.tar}. */
  public record Tablespace(String name, long oid, String location) {}

  /** Size of a WAL segment in bytes. */
  public long segmentSize() {
    return beginWal.size();
  }

  /** Why a backup cannot be restored from, in words for a person. */
  public static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    Unusable(String why) {
      super(why);
    }

    /** {@link #getMessage} without the null. */
    public String why() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Reads a {@code backup.info}.
   *
   * @throws Unusable if it is not done, or not whole, or a kind of backup that has no data in the
   *     object store
   */
  public static BackupInfo parse(String id, String text) throws Unusable {
    var fields = new BackupFields(text);
    var status = fields.text("status");
    if (!"DONE".equals(status)) {
      var error = fields.text("error");
      throw new Unusable(
          "its status is "
              + (status == null ? "missing" : printable(status))
              + (error == null ? "" : ": " + printable(error)));
    }
    // barman keeps those elsewhere or in pieces: neither is restored by what Salvor starts
    if (fields.text("snapshots_info") != null)
      throw new Unusable("it is a volume snapshot, not a copy in the object store");
    if (fields.text("parent_backup_id") != null)
      throw new Unusable("it is incremental and needs other backups");
    var size = fields.number("xlog_segment_size", Segment.USUAL_SIZE);
    if (!Segment.possible(size)) throw new Unusable("its xlog_segment_size is impossible");
    var beginWal = fields.segment("begin_wal", size);
    var endWal = fields.segment("end_wal", size);
    var begin = fields.position("begin_xlog");
    var end = fields.position("end_xlog");
    var timeline = fields.number("timeline", beginWal.timeline());
    if (timeline != beginWal.timeline() || timeline != endWal.timeline())
      throw new Unusable("timeline, begin_wal and end_wal contradict each other");
    // end_xlog may be the very end of the last segment
    var last = end.atBoundary(size) ? end.segment(size) - 1 : end.segment(size);
    if (endWal.number() < beginWal.number()
        || !end.isAfter(begin)
        || begin.segment(size) != beginWal.number()
        || last > endWal.number()
        || last < beginWal.number()) throw new Unusable("its WAL positions contradict each other");
    var beginTime = fields.time("begin_time");
    var endTime = fields.time("end_time");
    if (endTime.isBefore(beginTime)) throw new Unusable("it ends before it begins");
    var version = fields.number("version", 0);
    return new BackupInfo(
        id,
        timeline,
        beginWal,
        endWal,
        begin,
        end,
        beginTime,
        endTime,
        fields.identifier("systemid"),
        version >= 10_00_00 && version < 1000_00_00 ? (int) (version / 10_000) : 0,
        // the size of what was stored may be that of compressed files, cluster_size is PostgreSQL's
        Math.max(0, Math.max(fields.number("size", 0), fields.number("cluster_size", 0))),
        fields.tablespaces());
  }

  /** What a stranger wrote, fit for a status: one line, not too long. */
  static String printable(String text) {
    var clean = text.replaceAll("[^\\x20-\\x7E]+", " ").strip();
    return clean.length() <= 120 ? clean : clean.substring(0, 117) + "...";
  }
}
