package dev.salvor.testkit.models;

import dev.salvor.archive.ArchiveAddress;
import dev.salvor.archive.ArchiveException;
import dev.salvor.archive.Archives;
import dev.salvor.archive.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The buckets of {@link ArchiveModel} as an object store answers: keys in their order, backup.info
 * and history files byte by byte. WAL segments are listed with their sizes and are no WAL inside:
 * what reads them finds that they cannot be read.
 */
public record BucketModel(ArchiveModel archive) implements Archives {
  @Override
  public ObjectStore open(ArchiveAddress address) {
    return new Store(archive, address);
  }

  /** One destination path; the keys of the model begin behind it. */
  private record Store(ArchiveModel archive, ArchiveAddress address) implements ObjectStore {
    private String destination() {
      return "s3://" + address.bucket() + "/" + address.path();
    }

    @Override
    public void list(Listing listing, Visitor visitor) {
      var folder = "";
      for (var item : archive.list(destination())) {
        var key = address.path() + item.key();
        var after = listing.startAfter();
        if (!key.startsWith(listing.prefix()) || after != null && key.compareTo(after) <= 0)
          continue;
        var slash = key.indexOf('/', listing.prefix().length());
        if (listing.folders() && slash >= 0) {
          var here = key.substring(0, slash + 1);
          if (here.equals(folder)) continue;
          folder = here;
          if (!visitor.folder(here)) return;
        } else if (!visitor.object(key, item.bytes(), item.modified())) {
          return;
        }
      }
    }

    @Override
    public byte[] read(String key, long from, int length) {
      var bytes = bytes(key);
      var start = (int) Math.min(from, bytes.length);
      return Arrays.copyOfRange(bytes, start, Math.min(bytes.length, start + length));
    }

    @Override
    public InputStream open(String key) {
      return new ByteArrayInputStream(bytes(key));
    }

    private byte[] bytes(String key) {
      var relative = key.substring(address.path().length());
      return archive
          .bytes(destination(), relative)
          .orElseGet(() -> {
            if (archive.list(destination()).stream().noneMatch(item -> item.key().equals(relative)))
              throw new ArchiveException(
                  ArchiveException.Kind.NO_SUCH_KEY, "there is no " + key, "Look for it");
            return new byte[0];
          });
    }

    @Override
    public void close() {}
  }
}
