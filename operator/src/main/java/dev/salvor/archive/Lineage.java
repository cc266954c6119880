package dev.salvor.archive;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one serverName's prefix holds. WAL from before the oldest base backup is left out: nothing
 * can begin there.
 *
 * @param segmentSize of all WAL, in bytes
 * @param backups eldest first
 * @param histories by timeline
 * @param segments by timeline
 * @param walFiles how many WAL-like files were seen
 */
public record Lineage(
    String serverName,
    long segmentSize,
    List<BaseBackup> backups,
    SortedMap<Long, TimelineHistory> histories,
    SortedMap<Long, SegmentRanges> segments,
    long walFiles) {
  public Lineage {
    backups = List.copyOf(backups);
  }

  /** Backups whose own files are whole, eldest first. */
  public List<BackupInfo> usableBackups() {
    return backups.stream()
        .map(BaseBackup::info)
        .filter(Objects::nonNull)
        .sorted(Comparator.comparing(BackupInfo::endTime))
        .toList();
  }

  public Optional<BaseBackup> backup(String id) {
    return backups.stream().filter(backup -> backup.id().equals(id)).findFirst();
  }

  /** System identifiers that the backups name; two mean that two clusters share the prefix. */
  public SortedSet<String> systemIds() {
    var ids = new TreeSet<String>();
    for (var backup : usableBackups()) if (backup.systemId() != null) ids.add(backup.systemId());
    return ids;
  }

  /** Never null; empty if nothing of this timeline is there. */
  public SegmentRanges segmentsOf(long timeline) {
    return segments.getOrDefault(timeline, new SegmentRanges());
  }

  /** The highest timeline of any history file or segment; 0 if there is none. */
  public long newestTimeline() {
    var history = histories.isEmpty() ? 0 : histories.lastKey();
    var segment = segments.isEmpty() ? 0 : segments.lastKey();
    return Math.max(history, segment);
  }

  /**
   * The timeline that {@code recovery_target_timeline = latest} follows from this one: PostgreSQL
   * asks for one history file after the other until one is missing (timeline.c findNewestTimeLine).
   */
  public long probeLatest(long timeline) {
    var newest = timeline;
    while (histories.containsKey(newest + 1)) newest++;
    return newest;
  }

  /**
   * True if PostgreSQL takes this number as a target: it demands the history file of every timeline
   * but the first (xlogrecovery.c validateRecoveryParameters).
   */
  public boolean canBeNamed(long timeline) {
    if (timeline == 1) return true;
    var history = histories.get(timeline);
    return history != null && history.flaw() == null;
  }

  /**
   * True if {@code latest} stays on this timeline although no number may name it, because its
   * history file was archived elsewhere: that of a lineage which began under a running database.
   * {@code latest} begins at the timeline of the backup, asks for the files of later ones only, and
   * takes it that a timeline without a file of its own has no parents (timeline.c
   * findNewestTimeLine, readTimeLineHistory). A file that is damaged ends the recovery.
   */
  public boolean isFollowed(long timeline) {
    return !canBeNamed(timeline)
        && !histories.containsKey(timeline)
        && probeLatest(timeline) == timeline
        && usableBackups().stream().anyMatch(backup -> backup.timeline() == timeline);
  }

  /** True if some target timeline leads there: its number, or {@code latest}. */
  public boolean canBeReached(long timeline) {
    return canBeNamed(timeline) || isFollowed(timeline);
  }

  /** When the newest segment of a timeline was uploaded; empty if it has none. */
  public Optional<Instant> lastUpload(long timeline) {
    var ranges = segmentsOf(timeline);
    var highest = ranges.highest();
    return highest.isEmpty() ? Optional.empty() : ranges.modified(highest.getAsLong());
  }

  /** Nothing at all below the prefix. */
  public static Lineage empty(String serverName) {
    return new Lineage(
        serverName, Segment.USUAL_SIZE, List.of(), new TreeMap<>(), new TreeMap<>(), 0);
  }
}
