package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.snappy.FramedSnappyCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class CompressionTest {
  private static final byte[] PLAIN = segment();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "000000010000000000000001,NONE",
    "wals/0000000100000000/000000010000000000000001.gz,GZIP",
    "000000010000000000000001.bz2,BZIP2",
    "000000010000000000000001.xz,XZ",
    "00000002.history.snappy,SNAPPY",
    "000000010000000000000001.00000028.backup.zst,ZSTD",
    "000000010000000000000001.partial.lz4,LZ4",
    "000000010000000000000001.partial,NONE",
    "my.gz/000000010000000000000001,NONE"
  })
  void theKeySaysHow(String key, Compression compression) {
    assertThat(Compression.of(key)).isEqualTo(compression);
    assertThat(key).endsWith(compression.suffix());
  }

  @ParameterizedTest
  @EnumSource
  void whatALibraryPackedIsUnpacked(Compression compression) throws IOException {
    assertThat(unpack(compression, pack(compression, PLAIN))).isEqualTo(PLAIN);
    assertThat(unpack(compression, pack(compression, new byte[0]))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GZIP,gzip -c",
    "BZIP2,bzip2 -c",
    "XZ,xz -c",
    "XZ,xz -9 -c",
    "ZSTD,zstd -c",
    "ZSTD,zstd -19 -c",
    "LZ4,lz4 -c",
    "LZ4,lz4 -9 -BD -c"
  })
  void whatTheToolOfTheSystemPackedIsUnpacked(Compression compression, String command)
      throws Exception {
    var parts = command.split(" ");
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin", parts[0]))
            || Files.isExecutable(Path.of("/bin", parts[0])),
        "no " + parts[0] + " here");
    var plain = Files.write(folder.resolve("plain"), PLAIN).toFile();
    var packed = folder.resolve("packed");
    var process =
        new ProcessBuilder(parts).redirectInput(plain).redirectOutput(packed.toFile()).start();
    assertThat(process.waitFor()).isZero();
    assertThat(unpack(compression, Files.readAllBytes(packed))).isEqualTo(PLAIN);
  }

  /**
   * As python-snappy's StreamCompressor writes, byte by byte: the identifier, then a chunk that is
   * compressed (a literal of 5, a copy of 5 from 5 before) and one that is not. Checksums: masked
   * CRC-32C.
   */
  @Test
  void framedSnappyAsPythonWritesIt() throws IOException {
    var stream = new ByteArrayOutputStream();
    stream.write(new byte[] {(byte) 0xFF, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'});
    chunk(stream, 0, "hellohello", new byte[] {10, 4 << 2, 'h', 'e', 'l', 'l', 'o', 0b00000101, 5});
    chunk(stream, 1, " world", " world".getBytes(StandardCharsets.US_ASCII));
    assertThat(unpack(Compression.SNAPPY, stream.toByteArray()))
        .asString()
        .isEqualTo("hellohello world");
  }

  /** Neither a RuntimeException nor bytes that were not there. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void brokenDataIsAnIoException(Compression compression) throws IOException {
    var packed = pack(compression, PLAIN);
    for (var cut : new int[] {1, 3, packed.length / 2, packed.length - 1})
      assertThatThrownBy(() -> unpack(compression, Arrays.copyOf(packed, cut)))
          .isInstanceOf(IOException.class);
    var random = new Random(1);
    for (int i = 0; i < 10; i++) {
      var spoiled = packed.clone();
      for (int n = 0; n < 20; n++)
        spoiled[random.nextInt(spoiled.length)] = (byte) random.nextInt();
      try {
        unpack(compression, spoiled);
      } catch (IOException e) {
        assertThat(e).isNotNull();
      }
      var garbage = new byte[50_000];
      random.nextBytes(garbage);
      assertThatThrownBy(() -> unpack(compression, garbage)).isInstanceOf(IOException.class);
    }
  }

  /** A header that claims a dictionary of 1.5 GiB. */
  @Test
  void xzMayNotAskForMoreThanItsHighestLevelNeeds() throws IOException {
    var packed = pack(Compression.XZ, PLAIN);
    int block = 12;
    int length = (packed[block] + 1) * 4;
    assertThat(packed[block + 2]).as("the filter is LZMA2").isEqualTo((byte) 0x21);
    packed[block + 4] = 37;
    var crc = new CRC32();
    crc.update(packed, block, length - 4);
    for (int i = 0; i < 4; i++) packed[block + length - 4 + i] = (byte) (crc.getValue() >> (8 * i));
    assertThatThrownBy(() -> unpack(Compression.XZ, packed))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("memory");
  }

  @ParameterizedTest
  @EnumSource
  void closingClosesTheSource(Compression compression) throws IOException {
    var closed = new AtomicBoolean();
    var raw =
        new ByteArrayInputStream(pack(compression, PLAIN)) {
          @Override
          public void close() {
            closed.set(true);
          }
        };
    compression.open(raw).close();
    assertThat(closed).isTrue();
  }

  private static byte[] unpack(Compression compression, byte[] packed) throws IOException {
    try (InputStream in = compression.open(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    }
  }

  private static byte[] pack(Compression compression, byte[] plain) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (compression) {
          case NONE -> packed;
          case GZIP -> new GZIPOutputStream(packed);
          case BZIP2 -> new BZip2CompressorOutputStream(packed);
          case XZ -> new XZOutputStream(packed, new LZMA2Options(6));
          case SNAPPY -> new FramedSnappyCompressorOutputStream(packed);
          case ZSTD -> new ZstdOutputStream(packed);
          case LZ4 -> new FramedLZ4CompressorOutputStream(packed);
        }) {
      out.write(plain);
    }
    return packed.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream stream, int type, String plain, byte[] body) {
    var crc = new CRC32C();
    crc.update(plain.getBytes(StandardCharsets.US_ASCII));
    int value = (int) crc.getValue();
    int masked = Integer.rotateRight(value, 15) + 0xA282EAD8;
    int length = body.length + 4;
    stream.writeBytes(
        new byte[] {(byte) type, (byte) length, (byte) (length >> 8), (byte) (length >> 16)});
    stream.writeBytes(
        new byte[] {
          (byte) masked, (byte) (masked >> 8), (byte) (masked >> 16), (byte) (masked >> 24)
        });
    stream.writeBytes(body);
  }

  /** 256 KiB as WAL is: much that repeats, some that does not, and zeros to the end. */
  private static byte[] segment() {
    var bytes = new byte[1 << 18];
    var random = new Random(7);
    for (int at = 0; at < 200_000; at += 100) {
      Arrays.fill(bytes, at, at + 60, (byte) (at / 1000));
      for (int i = at + 60; i < at + 100; i++) bytes[i] = (byte) random.nextInt();
    }
    return bytes;
  }
}
