package dev.salvor.testkit.models;

import dev.salvor.testkit.models.PgData.Commit;
import dev.salvor.testkit.models.PgData.Fork;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One prefix {@code <destinationPath>/<serverName>} of an archive: base backups and WAL. */
final class PgLineage {
  record Segment(long timeline, long number, List<Commit> commits, Instant uploaded) {
    String name() {
      return PgData.wal(timeline, number);
    }
  }

  record History(long timeline, List<Fork> forks, Instant uploaded) {}

  /**
   * A base backup.
   *
   * @param data as the files hold it: what was committed when it began
   */
  record Base(
      String id,
      String name,
      PgData data,
      long beginLsn,
      long endLsn,
      Instant begin,
      Instant end,
      int major,
      boolean done) {
    long beginSegment() {
      return beginLsn / PgData.SEGMENT;
    }

    long endSegment() {
      return endLsn / PgData.SEGMENT;
    }

    String beginWal() {
      return PgData.wal(data.timeline, beginSegment());
    }

    String endWal() {
      return PgData.wal(data.timeline, endSegment());
    }
  }

  final String destinationPath;
  final String serverName;
  final List<Base> bases = new ArrayList<>();
  final TreeMap<String, Segment> wal = new TreeMap<>();
  final TreeMap<Long, History> histories = new TreeMap<>();

  PgLineage(String destinationPath, String serverName) {
    this.destinationPath = destinationPath;
    this.serverName = serverName;
  }

  /** What barman-cloud-check-wal-archive asks: base backups do not count (postgres.md 2.3). */
  boolean isEmpty() {
    return wal.isEmpty() && histories.isEmpty();
  }

  void put(Segment segment) {
    wal.put(segment.name(), segment);
  }

  Optional<Segment> segment(long timeline, long number) {
    return Optional.ofNullable(wal.get(PgData.wal(timeline, number)));
  }

  /** Archives everything of a data directory that is complete and was not archived yet. */
  void archive(PgData data, Instant at) {
    if (!data.historyArchived)
      histories.put(data.timeline, new History(data.timeline, List.copyOf(data.forks), at));
    data.historyArchived = true;
    for (; data.archived < data.segment; data.archived++)
      put(new Segment(data.timeline, data.archived, data.inSegment(data.archived), at));
  }

  Optional<Base> base(String id) {
    return bases.stream().filter(base -> base.id().equals(id)).findFirst();
  }

  /**
   * The choice of the Go library (barman-cloud pkg/catalog FindBackupInfo): a timeline counts only
   * if it is a number, a target time is compared with the end of a backup.
   */
  Optional<Base> choose(long timeline, @Nullable Instant time, long lsn) {
    return bases.stream()
        .filter(Base::done)
        .filter(base -> time == null || !base.end().isAfter(time))
        .filter(base -> lsn == 0 || base.endLsn() < lsn)
        .filter(base -> timeline == 0 || base.data().timeline == timeline)
        .max(Comparator.comparing(Base::end));
  }

  /** As PostgreSQL probes: history files without a gap after {@code from}. */
  long newestTimeline(long from) {
    var newest = from;
    while (histories.containsKey(newest + 1)) newest++;
    return newest;
  }
}
