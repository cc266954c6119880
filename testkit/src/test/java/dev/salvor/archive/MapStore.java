package dev.salvor.archive;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.TreeMap;

/** An object store in memory, in the order of S3. */
final class MapStore implements ObjectStore {
  /** Longer ones are only said to be long. */
  private record Stored(byte[] bytes, long size, Instant modified) {}

  private final TreeMap<String, Stored> objects = new TreeMap<>();

  MapStore put(String key, String text, Instant modified) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    objects.put(key, new Stored(bytes, bytes.length, modified));
    return this;
  }

  MapStore put(String key, long size, Instant modified) {
    objects.put(key, new Stored(new byte[0], size, modified));
    return this;
  }

  void remove(String key) {
    objects.remove(key);
  }

  @Override
  public synchronized void list(Listing listing, Visitor visitor) {
    var from = listing.startAfter() == null ? listing.prefix() : listing.startAfter();
    var folder = "";
    for (var entry : objects.tailMap(from, listing.startAfter() == null).entrySet()) {
      var key = entry.getKey();
      if (!key.startsWith(listing.prefix())) {
        if (key.compareTo(listing.prefix()) > 0) return;
        continue;
      }
      var slash = key.indexOf('/', listing.prefix().length());
      if (listing.folders() && slash >= 0) {
        var here = key.substring(0, slash + 1);
        if (here.equals(folder)) continue;
        folder = here;
        if (!visitor.folder(folder)) return;
      } else if (!visitor.object(key, entry.getValue().size(), entry.getValue().modified())) return;
    }
  }

  @Override
  public byte[] read(String key, long from, int length) {
    var bytes = stored(key).bytes();
    var start = (int) Math.min(from, bytes.length);
    return Arrays.copyOfRange(bytes, start, Math.min(bytes.length, start + length));
  }

  @Override
  public InputStream open(String key) {
    return new ByteArrayInputStream(stored(key).bytes());
  }

  private Stored stored(String key) {
    var stored = objects.get(key);
    if (stored == null)
      throw new ArchiveException(ArchiveException.Kind.NO_SUCH_KEY, "no " + key, "");
    return stored;
  }

  @Override
  public void close() {}
}
