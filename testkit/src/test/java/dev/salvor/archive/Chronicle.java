package dev.salvor.archive;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The life of an imagined database that archives: commits, idle times, backups, failovers, and
 * recoveries to an earlier moment into the same archive. What it wrote is known here commit by
 * commit, so that what the oracle says can be compared with what really happened.
 */
final class Chronicle implements Commits {
  static final long SIZE = 1L << 20;
  static final String SERVER = "db";

  record Tx(Instant at, Lsn lsn) {}

  /** One timeline: where it left its parent, and what was written on it itself. */
  static final class Life {
    final long timeline;
    final @Nullable Life parent;
    final Lsn from;
    final Instant born;
    final List<Tx> own = new ArrayList<>();

    Life(long timeline, @Nullable Life parent, Lsn from, Instant born) {
      this.timeline = timeline;
      this.parent = parent;
      this.from = from;
      this.born = born;
    }

    /** Its whole past, in the order of the WAL. */
    List<Tx> all() {
      var all = new ArrayList<Tx>();
      if (parent != null)
        parent.all().stream().filter(tx -> from.isAfter(tx.lsn())).forEach(all::add);
      all.addAll(own);
      return all;
    }

    String history() {
      if (parent == null) return "";
      return parent.history() + parent.timeline + "\t" + from + "\tno recovery target specified\n";
    }
  }

  final TreeMap<Long, Life> lives = new TreeMap<>();
  final TreeMap<String, Instant> archived = new TreeMap<>();
  final List<String> backups = new ArrayList<>();
  final MapStore store = new MapStore();
  private final Map<Long, List<Tx>> past = new HashMap<>();
  private final Random dice;
  private Life now;
  Instant clock = Instant.parse("2026-03-01T00:00:00Z");
  private long lsn = 10 * SIZE + 40;

  Chronicle(long seed) {
    dice = new Random(seed);
    now = new Life(1, null, new Lsn(0), clock);
    lives.put(1L, now);
    var length = 20 + dice.nextInt(80);
    backUp();
    for (var step = 0; step < length; step++) {
      switch (dice.nextInt(20)) {
        case 0 -> backUp();
        case 1 -> promote(new Lsn(lsn));
        case 2 -> goBack();
        case 3 -> pass(dice.nextInt(7200));
        case 4, 5 -> switchWal();
        default -> commit();
      }
    }
    switchWal();
    for (var lost = dice.nextInt(4); lost > 1 && !archived.isEmpty(); lost--) lose();
    lives.values().stream()
        .filter(life -> life.parent != null)
        .forEach(life ->
            store.put(
                SERVER + "/wals/" + TimelineHistory.fileName(life.timeline),
                life.history(),
                life.born));
    archived.forEach((name, at) ->
        store.put(SERVER + "/wals/" + name.substring(0, 16) + "/" + name + ".gz", 7, at));
  }

  /** The timeline on which the database was at that time. */
  Life livedAt(Instant time) {
    return lives.values().stream()
        .filter(life -> !life.born.isAfter(time))
        .reduce((_, later) -> later)
        .orElse(lives.firstEntry().getValue());
  }

  private void pass(long seconds) {
    clock = clock.plusSeconds(seconds).plusMillis(1 + dice.nextInt(900));
  }

  private void commit() {
    pass(dice.nextInt(60));
    write(dice.nextInt(400_000) & ~7);
    now.own.add(new Tx(clock, new Lsn(lsn)));
    write(64);
  }

  private void write(long bytes) {
    var before = lsn / SIZE;
    lsn += bytes;
    for (var full = before; full < lsn / SIZE; full++) archive(full);
  }

  private void switchWal() {
    write(SIZE - lsn % SIZE);
    write(40);
  }

  private void archive(long number) {
    archived.put(
        new Segment(now.timeline, number, SIZE).name(), clock.plusMillis(dice.nextInt(2000)));
  }

  private void backUp() {
    pass(5);
    switchWal();
    var begin = new Lsn(lsn);
    var started = clock;
    for (var busy = dice.nextInt(3); busy > 0; busy--) commit();
    write(512);
    var end = new Lsn(lsn);
    switchWal();
    pass(3);
    var id = "%08dT%06d".formatted(20260301, backups.size());
    var info = new InfoText().wal(now.timeline, begin, end, SIZE).time(started, clock);
    store.put(SERVER + "/base/" + id + "/backup.info", info.text(), clock);
    store.put(SERVER + "/base/" + id + "/data.tar.gz", 1000, clock);
    backups.add(id);
  }

  /** A failover: the last segment of the old timeline is never archived whole. */
  private void promote(Lsn at) {
    pass(20);
    now = new Life(lives.lastKey() + 1, now, at, clock);
    lives.put(now.timeline, now);
    lsn = at.value() + 64;
  }

  /** A recovery to an earlier moment, into the archive it came from. */
  private void goBack() {
    var past = now.all();
    if (past.size() < 3) return;
    var last = past.get(dice.nextInt(past.size() - 2) + 1);
    var life = now;
    while (life.parent != null && life.from.isAfter(last.lsn())) life = life.parent;
    switchWal();
    pass(300);
    now = life;
    promote(new Lsn(last.lsn().value() + 64));
  }

  /** Never the last of a timeline: of that nobody could know that it was there. */
  private void lose() {
    var names = List.copyOf(archived.keySet());
    var name = names.get(dice.nextInt(names.size()));
    var next = archived.higherKey(name);
    if (next != null && next.startsWith(name.substring(0, 8))) archived.remove(name);
  }

  /** What is in the segment's file: the copy of the parent's WAL up to the switch, then its own. */
  @Override
  public Optional<Last> lastIn(Segment segment, @Nullable Segment next) throws IOException {
    if (!archived.containsKey(segment.name())) throw new IOException("not archived");
    return past.computeIfAbsent(segment.timeline(), timeline -> lives.get(timeline).all()).stream()
        .filter(tx -> tx.lsn().segment(SIZE) == segment.number())
        .reduce((_, later) -> later)
        .map(tx -> new Last(tx.at(), tx.lsn()));
  }

  Lineage read() {
    return new ArchiveReader(
            store,
            new ArchiveAddress(
                "bucket", "", null, null, new ArchiveAddress.Credentials("", "", null), null),
            (_, raw) -> raw,
            new Patience(Duration.ofMinutes(1)))
        .read(SERVER);
  }
}
