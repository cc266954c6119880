package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * What a real server archived, and what it says itself of the transactions in there: short and long
 * ones, one that a crash cut in the middle of a record, and some on a second timeline.
 */
final class Recording {
  /** As testkit/postgres/fetch.sh gets them. */
  static final List<String> VERSIONS =
      List.of("14.24.0", "15.19.0", "16.15.0", "17.11.0", "18.6.0");

  static final Instant FAR_AWAY = Instant.parse("2020-01-01T00:00:00Z");

  private static final Map<String, FutureTask<Recording>> DONE = new ConcurrentHashMap<>();

  final int major;
  final long segmentSize;
  final Path archive;
  final List<Traffic.Ended> ended = new ArrayList<>();

  /** What pg_walinspect of the same server read, in WAL order, and up to where; from 15. */
  List<Commit> inspected = List.of();

  long inspectedFrom;
  long inspectedTo;

  /** pg_xact_commit_timestamp of each xid that has one, subtransactions too. */
  final Map<Long, Instant> commitTimes = new TreeMap<>();

  long systemId;

  /** Where the record starts that the crash cut. */
  long cut;

  private Recording(String version, int segmentMib, Path archive) {
    this.major = Integer.parseInt(version.substring(0, 2));
    this.segmentSize = (long) segmentMib << 20;
    this.archive = archive;
  }

  /** One per version and JVM. */
  static Recording of(String version) {
    var task =
        DONE.computeIfAbsent(
            version, any -> new FutureTask<>(() -> record(version, segmentMib(version))));
    task.run();
    try {
      return task.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("PostgreSQL " + version + ": " + e.getMessage(), e);
    }
  }

  /** Small ones for many borders, and once what nearly everybody has. */
  private static int segmentMib(String version) {
    return switch (version.substring(0, 2)) {
      case "15" -> 16;
      case "17" -> 2;
      default -> 1;
    };
  }

  /** The chain that a recovery would follow: the newest timeline of each segment. */
  List<WalSegment> segments() {
    return segments(archive, segmentSize);
  }

  static List<WalSegment> segments(Path archive, long segmentSize) {
    var chain = new TreeMap<Long, WalSegment>();
    for (var file : files(archive)) {
      var name = file.getFileName().toString();
      long timeline = Long.parseLong(name.substring(0, 8), 16);
      long log = Long.parseLong(name.substring(8, 16), 16);
      long start = log << 32 | Long.parseLong(name.substring(16), 16) * segmentSize;
      // in the order of names: a later timeline replaces an earlier one
      chain.put(start, new WalSegment(start, timeline, () -> Files.newInputStream(file)));
    }
    return List.copyOf(chain.values());
  }

  /** The archived segments, without histories and partial ones. */
  List<Path> files() {
    return files(archive);
  }

  private static List<Path> files(Path archive) {
    try (var files = Files.list(archive)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[0-9A-F]{24}"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Recording record(String version, int segmentMib) throws Exception {
    var folder = Files.createTempDirectory("salvor-postgres-");
    var kept = Files.createTempDirectory("salvor-wal-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(kept)));
    try (var server = PostgresServer.start(version, segmentMib, folder)) {
      var recording = new Recording(version, segmentMib, kept.resolve("archive"));
      recording.fill(server);
      server.stop("immediate");
      copy(server.archive(), recording.archive);
      return recording;
    } finally {
      delete(folder);
    }
  }

  private void fill(PostgresServer server) throws Exception {
    long firstXid;
    try (var sql = new Traffic.Session(server)) {
      firstXid = sql.number("SELECT pg_current_xact_id()::text::bigint") + 1;
      systemId = sql.number("SELECT system_identifier FROM pg_control_system()");
      inspectedFrom =
          sql.number("SELECT pg_current_wal_insert_lsn() - '0/0'") / segmentSize * segmentSize;
    }
    ended.addAll(new Traffic(server).run());
    if (major >= 15) inspect(server);
    crash(server);
    some(server);
    secondTimeline(server);
    some(server);
    try (var sql = new Traffic.Session(server)) {
      // whatever has ended before the switch is in the archive, whoever ran it
      long last = sql.number("SELECT pg_current_xact_id()::text::bigint");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() ->
              sql.number("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint") > last);
      archiveAll(sql);
      sql.list(
          "SELECT x, (extract(epoch FROM pg_xact_commit_timestamp(x::text::xid)) * 1000000)::bigint FROM generate_series("
              + firstXid
              + "::bigint, "
              + last
              + ") AS x WHERE pg_xact_commit_timestamp(x::text::xid) IS NOT NULL",
          rows ->
              commitTimes.put(
                  rows.getLong(1), Instant.EPOCH.plus(rows.getLong(2), ChronoUnit.MICROS)));
    }
  }

  private void inspect(PostgresServer server) throws Exception {
    try (var sql = new Traffic.Session(server)) {
      sql.run("CREATE EXTENSION pg_walinspect");
      sql.run("CHECKPOINT");
      inspectedTo = sql.number("SELECT pg_current_wal_flush_lsn() - '0/0'");
      inspected =
          sql.list(
              "SELECT start_lsn - '0/0', xid::text::bigint, record_type, description FROM pg_get_wal_records_info("
                  + "'0/0'::pg_lsn + "
                  + inspectedFrom
                  + ", '0/0'::pg_lsn + "
                  + inspectedTo
                  + ") WHERE resource_manager = 'Transaction' AND record_type ~ '^(COMMIT|ABORT)'",
              rows ->
                  WalDump.commit(
                      rows.getLong(1), rows.getLong(2), rows.getString(3), rows.getString(4)));
    }
  }

  /**
   * Cuts a record in two at the end of a segment, as in
   * src/test/recovery/t/026_overwrite_contrecord.pl.
   */
  private void crash(PostgresServer server) throws Exception {
    String lost;
    try (var sql = new Traffic.Session(server)) {
      sql.run("CHECKPOINT");
      sql.run("SELECT pg_switch_wal()");
      sql.run("SET synchronous_commit = on");
      cut = sql.number("SELECT pg_current_wal_insert_lsn() - '0/0'");
      sql.run("SELECT pg_logical_emit_message(true, 'cut', repeat('z', " + segmentSize + "))");
      lost = sql.text("SELECT pg_walfile_name(pg_current_wal_lsn())");
    }
    server.stop("immediate");
    assertThat(Files.deleteIfExists(server.data().resolve("pg_wal").resolve(lost))).isTrue();
    assertThat(server.archive().resolve(lost)).doesNotExist();
    server.start();
  }

  private void secondTimeline(PostgresServer server) throws Exception {
    try (var sql = new Traffic.Session(server)) {
      sql.run("CHECKPOINT");
    }
    server.stop("immediate");
    Files.createFile(server.data().resolve("recovery.signal"));
    server.start();
    try (var sql = new Traffic.Session(server)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> sql.text("SELECT pg_is_in_recovery()").equals("f"));
      assertThat(sql.text("SELECT pg_walfile_name(pg_current_wal_lsn())")).startsWith("00000002");
    }
  }

  private void some(PostgresServer server) throws Exception {
    try (var sql = new Traffic.Session(server)) {
      for (int i = 0; i < 50; i++) {
        sql.run("BEGIN");
        sql.run("INSERT INTO t (v) VALUES ('more')");
        sql.end(i % 5 == 0 ? "ROLLBACK" : "COMMIT");
      }
      ended.addAll(sql.ended);
    }
  }

  static void archiveAll(Traffic.Session sql) throws Exception {
    sql.run("SELECT pg_logical_emit_message(false, 'last', 'there is something to switch')");
    var last = sql.text("SELECT pg_walfile_name(pg_current_wal_insert_lsn())");
    sql.run("SELECT pg_switch_wal()");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            sql.number(
                    "SELECT count(*) FROM pg_stat_archiver WHERE last_archived_wal >= '"
                        + last
                        + "'")
                == 1);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (var files = Files.list(from)) {
      for (var file : files.toList()) Files.copy(file, to.resolve(file.getFileName()));
    }
  }

  static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
