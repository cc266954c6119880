package dev.salvor.archive;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.snappy.FramedSnappyCompressorInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * How an object of a barman archive is compressed: its key says so, by the suffix that barman-cloud
 * adds.
 */
public enum Compression {
  NONE("", raw -> raw),
  GZIP(".gz", GZIPInputStream::new),
  BZIP2(".bz2", raw -> new BZip2CompressorInputStream(raw, true)),
  XZ(".xz", raw -> new XZInputStream(raw, Compression.XZ_MEMORY_KIB)),
  SNAPPY(".snappy", FramedSnappyCompressorInputStream::new),
  ZSTD(".zst", ZstdInputStream::new),
  LZ4(".lz4", raw -> new FramedLZ4CompressorInputStream(raw, true));

  /** What level 9 needs, the highest of xz; a stream may ask for gigabytes. */
  private static final int XZ_MEMORY_KIB = 70 * 1024;

  private final String suffix;
  private final Opening opening;

  Compression(String suffix, Opening opening) {
    this.suffix = suffix;
    this.opening = opening;
  }

  /** By the end of the key; NONE if it is that of no compression known. */
  public static Compression of(String key) {
    for (var compression : values())
      if (compression != NONE && key.endsWith(compression.suffix)) return compression;
    return NONE;
  }

  /** With the dot; empty for NONE. */
  public String suffix() {
    return suffix;
  }

  /**
   * The decompressed bytes; closing it closes what it reads from. Streams that follow one another
   * in one object are read as one, as by the tools.
   *
   * @throws IOException if it does not begin as such a stream does. Broken data shows as an
   *     IOException while reading, too
   */
  public InputStream open(InputStream raw) throws IOException {
    if (this == NONE) return raw;
    try {
      return new Checked(opening.open(new BufferedInputStream(raw, 1 << 16)));
    } catch (RuntimeException e) {
      throw broken(e);
    }
  }

  private static IOException broken(RuntimeException e) {
    return new IOException("the compressed data is broken: " + e, e);
  }

  @FunctionalInterface
  private interface Opening {
    InputStream open(InputStream raw) throws IOException;
  }

  /** The libraries throw what they like at broken data. */
  private static final class Checked extends FilterInputStream {
    Checked(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (RuntimeException e) {
        throw broken(e);
      }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return super.read(into, offset, length);
      } catch (RuntimeException e) {
        throw broken(e);
      }
    }
  }
}
