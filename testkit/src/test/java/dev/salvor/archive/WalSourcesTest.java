package dev.salvor.archive;

import static dev.salvor.archive.Spoiling.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the scan treats where its segments come from. */
class WalSourcesTest {
  private static Spoiling wal;

  @BeforeAll
  static void record() throws IOException {
    wal = new Spoiling();
  }

  @Test
  void aFailingSourceIsAResult() {
    var broken = new IOException("connection reset");
    var opening =
        new WalSegment(
            wal.segments.get(1).startLsn(),
            1,
            () -> {
              throw broken;
            });
    var result = CommitScan.scan(List.of(wal.segments.get(0), opening), SIZE);
    assertThat(result.end()).isInstanceOf(ScanEnd.ReadFailed.class);
    assertThat(((ScanEnd.ReadFailed) result.end()).cause()).isSameAs(broken);
    assertThat(result.count()).isPositive();
    assertThat(CommitScan.last(List.of(wal.segments.get(0), opening), SIZE, 5).end())
        .isInstanceOf(ScanEnd.ReadFailed.class);
  }

  @Test
  void eachSourceIsClosedAndReadOnce() {
    var opened = new ArrayList<Counting>();
    var counted =
        wal.segments.stream()
            .map(segment ->
                new WalSegment(
                    segment.startLsn(),
                    1,
                    () -> {
                      opened.add(new Counting(segment.source().open()));
                      return opened.getLast();
                    }))
            .toList();
    CommitScan.scan(counted, SIZE);
    assertThat(opened).hasSize(3).allSatisfy(in -> assertThat(in.closed).isTrue());
    assertThat(opened).allSatisfy(in -> assertThat(in.read).isEqualTo(SIZE));
    opened.clear();
    CommitScan.scan(counted, SIZE, wal.segments.get(1).startLsn(), commit -> true);
    assertThat(opened).allSatisfy(in -> assertThat(in.closed).isTrue());
    assertThat(opened.stream().mapToLong(in -> in.read).sum()).isBetween(SIZE, SIZE + 4 * 8192);
  }

  @Test
  void noSegmentsAreNoCommits() {
    assertThat(CommitScan.scan(List.of(), SIZE).count()).isZero();
    assertThat(CommitScan.last(List.of(), SIZE, 5).count()).isZero();
  }

  @Test
  void aGapIsTheEnd() {
    var result = CommitScan.scan(List.of(wal.segments.get(0), wal.segments.get(2)), SIZE);
    assertThat(result.end()).isInstanceOf(ScanEnd.EndOfWal.class);
    assertThat(result.end().message()).contains("the next segment is missing");
  }

  /** What was read of a source, and if it was closed. */
  private static final class Counting extends InputStream {
    private final InputStream in;
    private long read;
    private boolean closed;

    Counting(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      int next = in.read();
      if (next >= 0) read++;
      return next;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int bytes = in.read(into, offset, length);
      if (bytes > 0) read += bytes;
      return bytes;
    }

    @Override
    public void close() throws IOException {
      closed = true;
      in.close();
    }
  }
}
