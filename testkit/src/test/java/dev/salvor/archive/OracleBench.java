package dev.salvor.archive;

import dev.salvor.archive.ArchiveAddress.Credentials;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.time.Instant;

/**
 * Time and heap that it takes to know what a large archive can bring back.
 *
 * <pre>
 * OracleBench                           100,000 and 1,000,000 keys out of a store in this process
 * OracleBench s3 ENDPOINT BUCKET NAME   the archive of serverName NAME, through the AWS SDK;
 *                                       AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are used if set
 * </pre>
 */
final class OracleBench {
  private OracleBench() {}

  public static void main(String[] args) {
    if (args.length == 0) {
      for (var keys : new long[] {100_000, 1_000_000})
        run(keys + " keys, in this process", new LazyStore(keys), BusyArchive.SERVER, System.out);
      return;
    }
    var address =
        new ArchiveAddress(args[2], "", args[1], null, new Credentials(id(), key(), null), null);
    try (var store = new S3ObjectStore(address, S3ObjectStore.Limits.usual())) {
      run("through the AWS SDK", store, args[3], System.out);
    }
  }

  private static void run(String what, ObjectStore store, String server, PrintStream out) {
    var address = new ArchiveAddress("", "", null, null, new Credentials("", "", null), null);
    var began = System.nanoTime();
    var reader = ArchiveReader.of(store, address, Duration.ofMinutes(10));
    var lineage = reader.read(server);
    var stretches = new Recoverability(lineage, Commits.unreadable()).intervals();
    var took = Duration.ofNanos(System.nanoTime() - began);
    out.printf(
        "%s: %d WAL files, %d stretches, %d ms, peak heap %d MiB of at most %d%n",
        what,
        lineage.walFiles(),
        stretches.size(),
        took.toMillis(),
        peak() >> 20,
        Runtime.getRuntime().maxMemory() >> 20);
  }

  /** Garbage included: what the heap had to have. */
  private static long peak() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }

  private static String id() {
    return System.getenv().getOrDefault("AWS_ACCESS_KEY_ID", "any");
  }

  private static String key() {
    return System.getenv().getOrDefault("AWS_SECRET_ACCESS_KEY", "any");
  }

  /** Makes up each key when it is listed, so that the heap measured is the oracle's alone. */
  private record LazyStore(MapStore few, long segments) implements ObjectStore {
    LazyStore(long segments) {
      this(new MapStore(), segments);
      BusyArchive.backup().forEach((key, text) -> few.put(key, text, Instant.EPOCH));
    }

    @Override
    public void list(Listing listing, Visitor visitor) {
      var wals = BusyArchive.SERVER + "/wals/";
      if (!listing.prefix().startsWith(wals)) {
        few.list(listing, visitor);
        return;
      }
      var at = Instant.parse("2026-03-01T00:00:00Z");
      var after = listing.startAfter() == null ? "" : listing.startAfter();
      var folder = "";
      // 256 segments to a folder: whole folders that are not wanted are not made up
      for (var number = 2L; number < segments + 2; number++) {
        var key = BusyArchive.key(number);
        var here = key.substring(0, wals.length() + 17);
        if (listing.folders()) {
          if (!here.equals(folder) && !visitor.folder(here)) return;
          folder = here;
          number |= 255;
        } else if (here.compareTo(after) < 0) number |= 255;
        else if (key.compareTo(after) > 0 && !visitor.object(key, 7, at)) return;
      }
    }

    @Override
    public byte[] read(String key, long from, int length) {
      return few.read(key, from, length);
    }

    @Override
    public java.io.InputStream open(String key) {
      return few.open(key);
    }

    @Override
    public void close() {}
  }
}
