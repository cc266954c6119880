package dev.salvor.testkit.models;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The object stores of all WAL archives, in the layout of barman-cloud (postgres.md 2.1). What a
 * WAL segment holds is not PostgreSQL's bytes; backup.info and history files are as barman and
 * PostgreSQL write them.
 */
public final class ArchiveModel {
  /** One object below a destinationPath: {@code db/wals/0000000100000000/...}. */
  public record Item(String key, long bytes, Instant modified) {}

  /** A base backup, as tests ask for it. */
  public record Backup(String id, String systemId, long timeline, Instant begin, Instant end) {}

  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS+00:00").withZone(ZoneOffset.UTC);

  private final Map<String, PgLineage> lineages = new LinkedHashMap<>();
  private final Map<String, byte[]> foreign = new LinkedHashMap<>();

  PgLineage lineage(String destinationPath, String serverName) {
    var path = clean(destinationPath);
    return lineages.computeIfAbsent(path + "/" + serverName, _ -> new PgLineage(path, serverName));
  }

  /** Base backups of a lineage, oldest first. */
  public List<Backup> backups(String destinationPath, String serverName) {
    return lineage(destinationPath, serverName).bases.stream()
        .map(base ->
            new Backup(
                base.id(), base.data().systemId, base.data().timeline, base.begin(), base.end()))
        .toList();
  }

  /** Names of archived WAL segments, and of history files, in order. */
  public List<String> wal(String destinationPath, String serverName) {
    var lineage = lineage(destinationPath, serverName);
    var names = new ArrayList<>(lineage.wal.keySet());
    lineage.histories.keySet().forEach(timeline -> names.add(historyName(timeline)));
    return names.stream().sorted().toList();
  }

  /** Time of the newest commit in the archived WAL of a lineage. */
  public Optional<Instant> lastCommit(String destinationPath, String serverName) {
    return lineage(destinationPath, serverName).wal.values().stream()
        .flatMap(segment -> segment.commits().stream())
        .map(PgData.Commit::at)
        .max(Comparator.naturalOrder());
  }

  /** Somebody removes a segment: a gap. */
  public void loseWal(String destinationPath, String serverName, String name) {
    if (lineage(destinationPath, serverName).wal.remove(name) == null)
      throw new IllegalArgumentException("no segment " + name);
  }

  /** Somebody else's object, e.g. WAL of another system below the same prefix. */
  public void putForeign(String destinationPath, String key, byte[] bytes) {
    foreign.put(clean(destinationPath) + "/" + key, bytes);
    var parts = key.split("/", -1);
    if (parts.length == 4 && parts[1].equals("wals"))
      lineage(destinationPath, parts[0])
          .put(
              new PgLineage.Segment(
                  Long.parseLong(parts[3].substring(0, 8), 16),
                  (Long.parseLong(parts[3].substring(8, 16), 16) << 8)
                      + Long.parseLong(parts[3].substring(16, 24), 16),
                  List.of(),
                  Instant.EPOCH));
  }

  /** Everything below a destinationPath, sorted by key as an object store lists it. */
  public List<Item> list(String destinationPath) {
    var found = new ArrayList<Item>();
    for (var lineage : of(destinationPath)) {
      var root = lineage.serverName + "/";
      for (var base : lineage.bases) {
        found.add(item(root, "base/" + base.id() + "/backup.info", info(base).length, base.end()));
        if (base.done()) {
          found.add(item(root, "base/" + base.id() + "/data.tar", size(base), base.end()));
          var label = "%s.%08X.backup".formatted(base.beginWal(), base.beginLsn() % PgData.SEGMENT);
          found.add(item(root, walKey(label), 360, base.end()));
        }
      }
      for (var segment : lineage.wal.values())
        found.add(item(root, walKey(segment.name()), PgData.SEGMENT, segment.uploaded()));
      for (var history : lineage.histories.values())
        found.add(
            item(
                root,
                "wals/" + historyName(history.timeline()),
                PgData.history(history.forks()).length(),
                history.uploaded()));
    }
    return found.stream().sorted(Comparator.comparing(Item::key)).toList();
  }

  /** Content of backup.info and of history files; empty for what the model has no bytes of. */
  public Optional<byte[]> bytes(String destinationPath, String key) {
    var other = foreign.get(clean(destinationPath) + "/" + key);
    if (other != null) return Optional.of(other.clone());
    for (var lineage : of(destinationPath)) {
      for (var base : lineage.bases) {
        if (key.equals(lineage.serverName + "/base/" + base.id() + "/backup.info"))
          return Optional.of(info(base));
      }
      for (var history : lineage.histories.values()) {
        if (key.equals(lineage.serverName + "/wals/" + historyName(history.timeline())))
          return Optional.of(PgData.history(history.forks()).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return Optional.empty();
  }

  static String id(Instant begin) {
    return ID.format(begin);
  }

  private List<PgLineage> of(String destinationPath) {
    var path = clean(destinationPath);
    return lineages.values().stream().filter(one -> one.destinationPath.equals(path)).toList();
  }

  private static String clean(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static Item item(String root, String key, long bytes, Instant modified) {
    return new Item(root + key, bytes, modified);
  }

  private static String walKey(String name) {
    return "wals/" + name.substring(0, 16) + "/" + name;
  }

  private static String historyName(long timeline) {
    return "%08X.history".formatted(timeline);
  }

  private static long size(PgLineage.Base base) {
    return (32L << 20) + 100L * base.data().commits.size();
  }

  private static byte[] info(PgLineage.Base base) {
    var size = size(base);
    return """
    backup_label=None
    backup_name=%s
    begin_offset=%d
    begin_time=%s
    begin_wal=%s
    begin_xlog=%s
    children_backup_ids=None
    cluster_size=%d
    compression=None
    config_file=/var/lib/postgresql/data/pgdata/postgresql.conf
    encryption=None
    end_offset=%d
    end_time=%s
    end_wal=%s
    end_xlog=%s
    error=None
    mode=concurrent
    parent_backup_id=None
    pgdata=/var/lib/postgresql/data/pgdata
    server_name=cloud
    size=%d
    snapshots_info=None
    status=%s
    systemid=%s
    tablespaces=None
    timeline=%d
    version=%d
    xlog_segment_size=%d
    """
        .formatted(
            base.name(),
            base.beginLsn() % PgData.SEGMENT,
            TIME.format(base.begin()),
            base.beginWal(),
            PgData.lsn(base.beginLsn()),
            size,
            base.endLsn() % PgData.SEGMENT,
            base.done() ? TIME.format(base.end()) : "None",
            base.endWal(),
            PgData.lsn(base.endLsn()),
            size,
            base.done() ? "DONE" : "FAILED",
            base.data().systemId,
            base.data().timeline,
            base.major() * 10000 + 4,
            PgData.SEGMENT)
        .getBytes(StandardCharsets.UTF_8);
  }
}
