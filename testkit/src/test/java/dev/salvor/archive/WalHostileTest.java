package dev.salvor.archive;

import static dev.salvor.archive.Spoiling.SIZE;
import static dev.salvor.archive.Spoiling.le;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** WAL of a real server, spoiled: the scan ends with a result that says how. */
class WalHostileTest {
  private static Spoiling wal;

  @BeforeAll
  static void record() throws IOException {
    wal = new Spoiling();
  }

  @Test
  void aTruncatedFileIsSaidToBeOne() {
    for (int length : new int[] {0, 1, 23, 24, 40, 8191, 8192, 8193, 100_000, (int) SIZE - 1}) {
      var result = wal.spoil(0, bytes -> Arrays.copyOf(bytes, length));
      assertThat(result.end()).isInstanceOf(ScanEnd.NotReadable.class);
      assertThat(result.end().message()).contains("the file has " + length + " bytes, not " + SIZE);
    }
  }

  @Test
  void aFileThatIsTooLongIsSaidToBeOne() {
    var result = wal.spoil(0, bytes -> Arrays.copyOf(bytes, (int) SIZE + 1));
    assertThat(result.end()).isInstanceOf(ScanEnd.NotReadable.class);
    assertThat(result.end().message()).contains("longer than a segment of " + SIZE + " bytes");
  }

  @Test
  void zerosAreTheEnd() {
    var result = wal.spoil(0, bytes -> new byte[bytes.length]);
    assertThat(result.end())
        .isEqualTo(new ScanEnd.EndOfWal(wal.segments.getFirst().startLsn(), "the page is empty"));
    assertThat(result.count()).isZero();
    assertThat(result.server()).isEmpty();
  }

  @Test
  void zerosBehindTheFirstPagesAreTheEnd() {
    for (int pages : new int[] {1, 5, 100}) {
      var result =
          wal.spoil(
              0,
              bytes -> {
                Arrays.fill(bytes, pages * 8192, bytes.length, (byte) 0);
                return bytes;
              });
      assertThat(result.end()).isInstanceOf(ScanEnd.EndOfWal.class);
      long end = ((ScanEnd.EndOfWal) result.end()).lsn();
      assertThat(end).isLessThanOrEqualTo(wal.segments.getFirst().startLsn() + pages * 8192L);
      assertThat(result.count())
          .isEqualTo(wal.truth.stream().filter(commit -> commit.lsn() < end).count());
    }
  }

  @Test
  void anUnknownVersionIsNotGuessedAt() {
    for (int magic : new int[] {0xD10C, 0xD10E, 0xD119, 0xD11F, 0x0DD1, 0xFFFF, 0x8B1F}) {
      var result =
          wal.spoil(
              0,
              bytes -> {
                le(bytes).putShort(0, (short) magic);
                return bytes;
              });
      assertThat(result.end()).isInstanceOf(ScanEnd.NotReadable.class);
      assertThat(result.end().message()).contains("no WAL of PostgreSQL 14 to 18");
    }
  }

  @Test
  void anotherSizeOfSegmentsIsSaid() {
    var result = CommitScan.scan(wal.segments, 16 << 20);
    assertThat(result.end().message()).contains("its segments have 2097152 bytes, not 16777216");
    assertThat(result.end()).isInstanceOf(ScanEnd.NotReadable.class);
    for (long size : new long[] {0, -1, 4096, 3 << 20, 1L << 40})
      assertThat(CommitScan.scan(wal.segments, size).end()).isInstanceOf(ScanEnd.NotReadable.class);
  }

  @Test
  void anotherSystemIsSaid() {
    var result =
        wal.spoil(
            1,
            bytes -> {
              le(bytes).putLong(24, 4711);
              return bytes;
            });
    assertThat(result.end()).isInstanceOf(ScanEnd.NotReadable.class);
    assertThat(result.end().message()).contains("another database system: 4711");
  }

  @Test
  void aPageOfALaterTimelineIsTheEnd() {
    for (int page : new int[] {0, 1, 7}) {
      var result =
          wal.spoil(
              0,
              bytes -> {
                le(bytes).putInt(page * 8192 + 4, 2);
                return bytes;
              });
      assertThat(result.end()).isInstanceOf(ScanEnd.EndOfWal.class);
      assertThat(result.end().message()).contains("timeline 2, the segment of 1");
    }
  }

  @Test
  void aTimelineThatGoesBackIsTheEnd() {
    var newer =
        wal.segments.stream()
            .map(segment -> new WalSegment(segment.startLsn(), 2, segment.source()))
            .toList();
    // the name says 2, the pages say 1: as at the start of a new timeline
    assertThat(CommitScan.scan(newer, SIZE).count()).isEqualTo(wal.truth.size());
    var bytes = wal.bytes.getFirst().clone();
    for (int page = 0; page < 3; page++) le(bytes).putInt(page * 8192 + 4, 2);
    var result = CommitScan.scan(List.of(wal.segment(0, 2, bytes)), SIZE);
    assertThat(result.end()).isInstanceOf(ScanEnd.EndOfWal.class);
    assertThat(result.end().message()).contains("timeline 1, the segment of 2");
  }

  /** Recycled: the file of an old segment under a new name, or written anew only in part. */
  @Test
  void oldPagesAreNotRead() {
    var renamed =
        CommitScan.scan(
            List.of(
                new WalSegment(wal.segments.get(1).startLsn(), 1, wal.segments.get(0).source())),
            SIZE);
    assertThat(renamed.end()).isInstanceOf(ScanEnd.EndOfWal.class);
    assertThat(renamed.count()).isZero();
    int half = 64 * 8192;
    var result =
        wal.spoil(
            1,
            bytes -> {
              System.arraycopy(wal.bytes.get(0), half, bytes, half, bytes.length - half);
              return bytes;
            });
    assertThat(result.end()).isInstanceOf(ScanEnd.EndOfWal.class);
    assertThat(result.end().message()).contains("recycled");
    assertThat(result.last().orElseThrow().lsn()).isLessThan(wal.segments.get(1).startLsn() + half);
  }
}
