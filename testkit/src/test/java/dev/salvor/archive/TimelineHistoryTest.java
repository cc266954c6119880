package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.archive.TimelineHistory.Switch;
import java.time.Instant;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimelineHistoryTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  private static TimelineHistory parse(long timeline, String text) {
    return TimelineHistory.parse(timeline, text, NOW);
  }

  @Test
  void readsTheWholeAncestry() {
    var history =
        parse(
            5,
            "# a comment\n\n1\t0/3000000\tno recovery target specified\n3\t1/A000028\tbefore 2026\n");
    assertThat(history.flaw()).isNull();
    assertThat(history.switches())
        .containsExactly(
            new Switch(1, Lsn.of("0/3000000").orElseThrow()),
            new Switch(3, Lsn.of("1/A000028").orElseThrow()));
    assertThat(parse(2, "1\t0/3000000").switches()).hasSize(1);
    assertThat(history.fileName()).isEqualTo("00000005.history");
  }

  @Test
  void isAsStrictAsPostgres() {
    for (var text :
        new String[] {
          "1 0-3000000 x",
          "one\t0/1\tx",
          "0\t0/1\tx",
          "5\t0/1\tx",
          "6\t0/1\tx",
          "2\t0/1\tx\n1\t0/2\tx",
          "1\t0/1\tx\n1\t0/2\tx",
          "1\t0/9\tx\n2\t0/8\tx",
          "99999999999\t0/1\tx",
          "\u0000"
        }) {
      var history = parse(5, text);
      assertThat(history.flaw()).as(text).isNotNull();
      assertThat(history.switches()).as(text).isEmpty();
    }
  }

  @Test
  void latestIsWhatPostgresWouldProbe() {
    var lineage = Lineage.empty("db");
    var histories = new TreeMap<Long, TimelineHistory>();
    for (var timeline : new long[] {2, 3, 5}) histories.put(timeline, parse(timeline, "1\t0/1\tx"));
    var with =
        new Lineage(
            "db", lineage.segmentSize(), lineage.backups(), histories, lineage.segments(), 3);
    assertThat(with.probeLatest(1)).as("4 is missing, so 5 is never seen").isEqualTo(3);
    assertThat(with.probeLatest(5)).isEqualTo(5);
    assertThat(with.newestTimeline()).isEqualTo(5);
  }
}
