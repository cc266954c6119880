package dev.salvor.archive;

import static dev.salvor.archive.Spoiling.SIZE;
import static dev.salvor.archive.Spoiling.le;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * WAL of a real server, spoiled at random: nothing is found that is not true, and nothing is
 * thrown.
 */
class WalGarbageTest {
  private static Spoiling wal;

  @BeforeAll
  static void record() throws IOException {
    wal = new Spoiling();
  }

  /** Each bit that flips is found: only what lies before it is believed. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aFlippedBitEndsIt(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      int at = random.nextInt((int) SIZE);
      int bit = 1 << random.nextInt(8);
      var result =
          wal.spoil(
              0,
              bytes -> {
                bytes[at] ^= (byte) bit;
                return bytes;
              });
      // between two records there may be bytes that mean nothing
      if (result.end() instanceof ScanEnd.Complete)
        assertThat(result.count()).isEqualTo(wal.truth.size());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void randomBytesAreNeverCommits(long seed) {
    var random = new Random(seed);
    var result =
        wal.spoil(
            0,
            bytes -> {
              random.nextBytes(bytes);
              return bytes;
            });
    assertThat(result.count()).isZero();
    for (int i = 0; i < 20; i++) {
      int from = random.nextInt((int) SIZE);
      int length = 1 + random.nextInt(20_000);
      wal.spoil(
          random.nextInt(3),
          bytes -> {
            for (int at = from; at < Math.min(from + length, bytes.length); at++)
              bytes[at] = (byte) random.nextInt();
            return bytes;
          });
    }
  }

  /** Pages that are right each for itself, with anything in them. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void goodHeadersOverGarbage(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 10; i++) {
      boolean small = i % 2 == 0;
      var result =
          wal.spoil(
              0,
              bytes -> {
                for (int page = 0; page < bytes.length; page += 8192)
                  for (int at = page + (page == 0 ? 40 : 24); at < page + 8192; at++)
                    bytes[at] = (byte) (small ? random.nextInt(3) : random.nextInt());
                if (small) le(bytes).putShort(2, (short) 2);
                return bytes;
              });
      assertThat(result.count()).isZero();
    }
  }
}
