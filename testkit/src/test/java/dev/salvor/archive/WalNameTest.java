package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WalNameTest {
  private static final long MIB = 1L << 20;

  @Test
  void readsWhatBarmanWrites() {
    assertThat(WalName.of("000000010000000A000000FF.gz").orElseThrow())
        .isEqualTo(new WalName(WalName.Type.SEGMENT, "000000010000000A000000FF", 1, 10, 255));
    assertThat(type("000000010000000A000000FF")).isEqualTo(WalName.Type.SEGMENT);
    assertThat(type("000000010000000A000000FF.partial.lz4")).isEqualTo(WalName.Type.PARTIAL);
    assertThat(type("000000010000000A000000FF.00000028.backup.zst"))
        .isEqualTo(WalName.Type.BACKUP_LABEL);
    assertThat(type("0000000B.history.snappy")).isEqualTo(WalName.Type.HISTORY);
    assertThat(WalName.of("0000000B.history").orElseThrow().folder()).isEmpty();
    assertThat(WalName.of("000000010000000A000000FF.xz").orElseThrow().folder())
        .isEqualTo("000000010000000A");
  }

  @Test
  void ignoresWhatNoRestoreAsksFor() {
    for (var name :
        new String[] {
          "",
          ".gz",
          "backup.info",
          "000000010000000A000000F",
          "000000010000000A000000FF.gz.gz",
          "000000010000000A000000FF.gpg",
          "000000000000000A000000FF",
          "FFFFFFFF0000000A000000FF",
          "000000010000000A000000FF.partial.backup",
          "00000001.history.tmp",
          "000000010000000A000000fF",
          "00000001/0000000A000000FF",
          "000000010000000A000000FF\n"
        }) assertThat(WalName.of(name)).as(name).isEmpty();
    // not for a restore, but barman's check for an empty archive takes offence
    assertThat(WalName.walLike("000000010000000a000000ff.gz")).isTrue();
    assertThat(WalName.walLike("notes.txt")).isFalse();
  }

  @Test
  void countsSegmentsOfEverySizeThatInitdbTakes() {
    for (var size = MIB; size <= 1024 * MIB; size *= 2) {
      var perLog = (1L << 32) / size;
      for (var number : new long[] {0, 1, perLog - 1, perLog, perLog + 1, 7 * perLog + 3}) {
        var segment = new Segment(3, number, size);
        assertThat(WalName.of(segment.name()).orElseThrow().segment(size)).contains(segment);
        assertThat(segment.start().segment(size)).isEqualTo(number);
        assertThat(new Lsn(segment.end().value() - 1).segment(size)).isEqualTo(number);
        assertThat(segment.end()).isEqualTo(new Segment(3, number + 1, size).start());
      }
    }
    // there is no segment 0x41 in a log of 64 segments
    assertThat(WalName.of("000000010000000000000041").orElseThrow().segment(64 * MIB)).isEmpty();
    assertThat(new Segment(1, 256, 16 * MIB).name()).isEqualTo("000000010000000100000000");
    for (var size : new long[] {0, -1, 1, MIB - 1, 3 * MIB, 2048 * MIB})
      assertThatThrownBy(() -> new Segment(1, 1, size))
          .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsPositions() {
    assertThat(Lsn.of("16/B374D848").orElseThrow().value()).isEqualTo(0x16_B374_D848L);
    assertThat(Lsn.of("FFFFFFFF/FFFFFFFF").orElseThrow().toString()).isEqualTo("FFFFFFFF/FFFFFFFF");
    assertThat(Lsn.of("FFFFFFFF/0").orElseThrow().isAfter(Lsn.of("7FFFFFFF/0").orElseThrow()))
        .isTrue();
    assertThat(Lsn.of("0/2000000").orElseThrow().atBoundary(16 * MIB)).isTrue();
    for (var text : new String[] {"", "/", "1", "1/", "/1", "G/1", "123456789/0", "1/2/3", " 1/2"})
      assertThat(Lsn.of(text)).as(text).isEmpty();
  }

  private static WalName.Type type(String name) {
    return WalName.of(name).orElseThrow().type();
  }
}
