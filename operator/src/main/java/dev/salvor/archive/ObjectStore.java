package dev.salvor.archive;

import java.io.InputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One bucket, read only. Every method may throw {@link ArchiveException}; the key of an object is
 * its full key, in UTF-8 byte order when listed.
 */
public interface ObjectStore extends AutoCloseable {
  /** Page by page, so that a million keys are never in memory together. */
  void list(Listing listing, Visitor visitor);

  /** At most {@code length} bytes from {@code from} on; fewer at the end of the object. */
  byte[] read(String key, long from, int length);

  /**
   * The whole object, as it is stored. Reading may throw {@link java.io.IOException}; to close it
   * early is cheap.
   */
  InputStream open(String key);

  @Override
  void close();

  /**
   * Which keys.
   *
   * @param prefix they begin with it
   * @param folders true: what has a slash behind the prefix is told once, as a folder
   * @param startAfter only keys behind this one; null for all
   */
  record Listing(String prefix, boolean folders, @Nullable String startAfter) {
    /** Every key that begins with this. */
    public static Listing all(String prefix) {
      return new Listing(prefix, false, null);
    }

    /** What lies directly below. */
    public static Listing below(String prefix) {
      return new Listing(prefix, true, null);
    }
  }

  /** Is told what there is. */
  interface Visitor {
    /** False ends the listing. */
    boolean object(String key, long size, Instant modified);

    /**
     * False ends the listing.
     *
     * @param prefix with the slash at its end
     */
    default boolean folder(String prefix) {
      return true;
    }
  }
}
