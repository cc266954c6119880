package dev.salvor.archive;

import dev.salvor.archive.Chronicle.Tx;
import java.time.Instant;
import java.util.Optional;

/**
 * Recovers from a {@link Chronicle} as PostgreSQL does, one segment after the other: the reference
 * that the oracle is compared with.
 */
record Replay(Chronicle chronicle) {
  /** Of a successful recovery. {@code last} is empty if it ended before the first commit. */
  record End(Optional<Tx> last) {}

  /** Empty if the recovery fails. */
  Optional<End> to(BackupInfo backup, long goal, Instant target) {
    var life = chronicle.lives.get(goal);
    var past = life.all();
    // what is in the base backup already
    var applied =
        past.stream().filter(tx -> backup.begin().isAfter(tx.lsn())).reduce((_, later) -> later);
    for (var number = backup.beginWal().number(); ; number++) {
      // the youngest ancestor that reaches back to this segment is the one whose file is read
      var owner = life;
      while (owner.parent != null && number < owner.from.segment(Chronicle.SIZE))
        owner = owner.parent;
      if (!chronicle.archived.containsKey(
          new Segment(owner.timeline, number, Chronicle.SIZE).name())) return Optional.empty();
      for (var tx : past) {
        if (tx.lsn().segment(Chronicle.SIZE) != number) continue;
        if (tx.at().isAfter(target))
          return backup.end().isAfter(tx.lsn()) ? Optional.empty() : Optional.of(new End(applied));
        applied = Optional.of(tx);
      }
    }
  }

  /** True if the backup is part of the goal's past. */
  boolean contains(BackupInfo backup, long goal) {
    var life = chronicle.lives.get(goal);
    while (life.timeline != backup.timeline()) {
      if (life.parent == null
          || backup.end().isAfter(life.from) && life.parent.timeline == backup.timeline())
        return false;
      life = life.parent;
    }
    return true;
  }
}
