package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Three segments of a real server full of short transactions, one of which a test spoils. */
final class Spoiling {
  static final long SIZE = 2L << 20;

  private static final String VERSION = "17.11.0";

  final List<WalSegment> segments = new ArrayList<>();
  final List<byte[]> bytes = new ArrayList<>();
  final List<Commit> truth = new ArrayList<>();

  /** Leaves the test out where there is no server. */
  Spoiling() throws IOException {
    PostgresServer.missing(VERSION).ifPresent(why -> abort(why));
    for (var segment : Recording.of(VERSION).segments().subList(0, 3)) {
      segments.add(segment);
      try (var in = segment.source().open()) {
        bytes.add(in.readAllBytes());
      }
    }
    CommitScan.scan(segments, SIZE, CommitScan.TO_THE_END, truth::add);
    assertThat(truth).hasSizeGreaterThan(500);
  }

  /** Scans with one segment spoiled; what is found must be the truth up to some point. */
  CommitScan.Result spoil(int which, UnaryOperator<byte[]> spoil) {
    var some = new ArrayList<WalSegment>();
    for (int i = 0; i < segments.size(); i++)
      some.add(segment(i, 1, i == which ? spoil.apply(bytes.get(i).clone()) : bytes.get(i)));
    var seen = new ArrayList<Commit>();
    var result = CommitScan.scan(some, SIZE, CommitScan.TO_THE_END, seen::add);
    assertThat(seen).isEqualTo(truth.subList(0, seen.size()));
    assertThat(result.count()).isEqualTo(seen.size());
    return result;
  }

  WalSegment segment(int i, long timeline, byte[] content) {
    return new WalSegment(
        segments.get(i).startLsn(), timeline, () -> new ByteArrayInputStream(content));
  }

  static ByteBuffer le(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
