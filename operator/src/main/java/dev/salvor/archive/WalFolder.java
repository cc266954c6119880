package dev.salvor.archive;

import dev.salvor.archive.ObjectStore.Listing;
import dev.salvor.archive.ObjectStore.Visitor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * Reads {@code wals/}: its folders first (one per 4 GiB of WAL), then the keys of those that a base
 * backup can need, several runs of folders at a time.
 */
record WalFolder(
    ObjectStore store, Unpacker unpacker, Patience patience, String prefix, long segmentSize) {
  /** Listings at a time: a store answers one page after the other, at 50 to 200 ms each. */
  private static final int WORKERS = 4;

  /** 8,192 keys of the usual size: nine pages. */
  private static final int FOLDERS_PER_RUN = 32;

  private static final int LONGEST_HISTORY = 1 << 20;
  private static final Pattern FOLDER = Pattern.compile("[0-9A-F]{16}");

  /**
   * @param files WAL-like files that were seen; at least 1 if there are any
   */
  record Found(
      SortedMap<Long, TimelineHistory> histories,
      SortedMap<Long, SegmentRanges> segments,
      long files) {}

  /**
   * @param lowest number of the first segment of interest, whatever the timeline
   */
  Found read(long lowest) {
    var folders = new ArrayList<String>();
    var histories = new TreeMap<Long, TimelineHistory>();
    var keys = new ArrayList<StoredHistory>();
    store.list(
        Listing.below(prefix),
        new Visitor() {
          @Override
          public boolean object(String key, long size, Instant modified) {
            WalName.of(key.substring(prefix.length()))
                .filter(name -> name.type() == WalName.Type.HISTORY)
                .ifPresent(name -> keys.add(new StoredHistory(key, name.timeline(), modified)));
            return patience.left();
          }

          @Override
          public boolean folder(String folder) {
            var name = folder.substring(prefix.length(), folder.length() - 1);
            if (FOLDER.matcher(name).matches()) folders.add(name);
            return patience.left();
          }
        });
    for (var key : keys) histories.put(key.timeline(), history(key));
    var segments = new TreeMap<Long, SegmentRanges>();
    var files = folders.size() + (long) keys.size();
    for (var run : inParallel(runs(folders, lowest))) {
      files += run.files;
      run.segments.forEach((timeline, ranges) ->
          segments.computeIfAbsent(timeline, _ -> new SegmentRanges()).addAll(ranges));
    }
    return new Found(histories, segments, files);
  }

  /** True if this segment is in its folder, under whatever suffix, and not empty. */
  boolean holds(String segment) {
    var found = new AtomicBoolean();
    var folder = prefix + segment.substring(0, 16) + "/";
    store.list(
        Listing.all(folder + segment),
        (key, size, modified) -> {
          var name = WalName.of(key.substring(folder.length()));
          if (size > 0
              && name.filter(one -> one.type() == WalName.Type.SEGMENT)
                  .filter(one -> one.name().equals(segment))
                  .isPresent()) found.set(true);
          return !found.get() && patience.left();
        });
    return found.get();
  }

  /** The history file of one timeline; empty if there is none. */
  Optional<TimelineHistory> history(long timeline) {
    var found = new AtomicReference<StoredHistory>();
    store.list(
        Listing.all(prefix + TimelineHistory.fileName(timeline)),
        (key, size, modified) -> {
          WalName.of(key.substring(prefix.length()))
              .filter(name -> name.type() == WalName.Type.HISTORY && name.timeline() == timeline)
              .ifPresent(_ -> found.set(new StoredHistory(key, timeline, modified)));
          return found.get() == null && patience.left();
        });
    return Optional.ofNullable(found.get()).map(this::history);
  }

  private record StoredHistory(String key, long timeline, Instant modified) {}

  private TimelineHistory history(StoredHistory stored) {
    try (var text =
        unpacker.open(
            stored.key(), new ByteArrayInputStream(store.read(stored.key(), 0, LONGEST_HISTORY)))) {
      return TimelineHistory.parse(
          stored.timeline(),
          new String(text.readNBytes(LONGEST_HISTORY), StandardCharsets.UTF_8),
          stored.modified());
    } catch (IOException damaged) {
      return TimelineHistory.damaged(
          stored.timeline(), stored.modified(), "the file cannot be unpacked");
    }
  }

  /** Neighbouring folders, in the order of the store. */
  private List<List<String>> runs(List<String> folders, long lowest) {
    var lowestLog = lowest / Segment.perLog(segmentSize);
    var runs = new ArrayList<List<String>>();
    List<String> run = new ArrayList<>();
    for (var folder : folders) {
      var useless = Long.parseLong(folder.substring(8), 16) < lowestLog;
      if (!run.isEmpty() && (useless || run.size() == FOLDERS_PER_RUN)) {
        runs.add(run);
        run = new ArrayList<>();
      }
      if (!useless) run.add(folder);
    }
    if (!run.isEmpty()) runs.add(run);
    return runs;
  }

  private List<Run> inParallel(List<List<String>> runs) {
    var all = runs.stream().map(Run::new).toList();
    var workers = Executors.newFixedThreadPool(WORKERS, Thread.ofVirtual().factory());
    try {
      var waiting =
          all.stream().map(run -> workers.submit((Callable<Run>) () -> run.list(this))).toList();
      for (var one : waiting) one.get();
      return all;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) throw cause;
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new ArchiveException(
          ArchiveException.Kind.TIMEOUT, "reading the archive was interrupted", "Try again");
    } finally {
      workers.shutdownNow();
    }
  }

  /** The keys of some neighbouring folders. */
  private static final class Run {
    private final List<String> folders;
    private final SortedMap<Long, SegmentRanges> segments = new TreeMap<>();
    private long files;

    Run(List<String> folders) {
      this.folders = folders;
    }

    Run list(WalFolder wals) {
      var prefix = wals.prefix();
      // a slash sorts before every other character of a name, the end of a string before that
      var last = prefix + folders.getLast() + "/~";
      wals.store()
          .list(
              new Listing(prefix, false, prefix + folders.getFirst()),
              (key, size, modified) -> {
                if (key.compareTo(last) > 0) return false;
                add(key.substring(prefix.length()), size, modified, wals.segmentSize());
                return wals.patience().left();
              });
      return this;
    }

    private void add(String path, long size, Instant modified, long segmentSize) {
      var slash = path.lastIndexOf('/');
      var file = path.substring(slash + 1);
      var name = slash < 0 ? null : WalName.of(file).orElse(null);
      if (name == null) return;
      files++;
      // PostgreSQL refuses a segment that is too short, and the archive cannot mend it
      if (size == 0 || file.equals(name.name()) && size != segmentSize) return;
      // barman looks for a file in its own folder only
      if (name.type() != WalName.Type.SEGMENT
          || !path.startsWith(name.folder() + "/")
          || slash != 16) return;
      name.segment(segmentSize)
          .ifPresent(segment ->
              segments
                  .computeIfAbsent(segment.timeline(), _ -> new SegmentRanges())
                  .add(segment.number(), modified));
    }
  }
}
