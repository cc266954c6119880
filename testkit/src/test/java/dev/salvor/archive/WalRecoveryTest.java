package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * PostgreSQL itself is the judge: real recoveries to a time end where TimeTarget says, or fail
 * where it says.
 */
class WalRecoveryTest {
  private static final String VERSION = Recording.VERSIONS.getLast();
  private static final long SIZE = 1L << 20;
  private static final Duration MICROSECOND = Duration.of(1, ChronoUnit.MICROS);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final List<Commit> COMMITS = new ArrayList<>();
  private static PostgresServer server;
  private static Path folder;
  private static Path backup;
  private static long begin;

  @BeforeAll
  static void fillAnArchive() throws Exception {
    PostgresServer.missing(VERSION).ifPresent(why -> abort(why));
    folder = Files.createTempDirectory("salvor-postgres-");
    server = PostgresServer.start(VERSION, 1, folder);
    try (var sql = new Traffic.Session(server)) {
      sql.run("CREATE TABLE made (xid bigint)");
    }
    server.stop("fast");
    backup = server.copyData();
    server.start();
    try (var sql = new Traffic.Session(server)) {
      begin = sql.number("SELECT pg_current_wal_insert_lsn() - '0/0'");
    }
    try (var pool = Executors.newFixedThreadPool(4)) {
      for (var done : pool.invokeAll(List.of(session(), session(), session(), session())))
        done.get();
    }
    try (var sql = new Traffic.Session(server)) {
      Recording.archiveAll(sql);
    }
    server.stop("fast");
    scan(commit -> COMMITS.add(commit));
    assertThat(COMMITS).hasSizeGreaterThan(300);
  }

  @AfterAll
  static void remove() throws IOException {
    if (server != null) server.close();
    if (folder != null) Recording.delete(folder);
  }

  @Test
  void theLastCommitItselfIsOutOfReach() throws Exception {
    fails(latest(), true);
  }

  @Test
  void whatIsLaterIsOutOfReach() throws Exception {
    fails(latest().plus(MICROSECOND), false);
  }

  @Test
  void aMicrosecondBeforeTheLastCommitIsInReach() throws Exception {
    recovers(latest().minus(MICROSECOND), true);
  }

  @Test
  void theLastCommitIsInReachIfItIsNotMeant() throws Exception {
    recovers(latest(), false);
  }

  @Test
  void inTheMiddle() throws Exception {
    var commit = COMMITS.get(COMMITS.size() / 2);
    recovers(commit.at(), true);
  }

  @Test
  void anAbortIsAPlaceToStopToo() throws Exception {
    var aborted =
        COMMITS.stream().filter(commit -> !commit.commit()).skip(20).findFirst().orElseThrow();
    recovers(aborted.at().minus(MICROSECOND), true);
  }

  private static void recovers(Instant target, boolean inclusive) throws Exception {
    var found = new TimeTarget(target, inclusive);
    scan(found);
    assertThat(found.stop()).isPresent();
    server.recover(backup, settings(target, inclusive));
    logged("database system is ready to accept connections");
    try (var sql = new Traffic.Session(server)) {
      var rows = new TreeSet<>(sql.list("SELECT xid FROM made", row -> row.getLong(1)));
      assertThat(rows).isEqualTo(committedUpTo(found.last()));
    } finally {
      server.stop("immediate");
    }
    var stop = found.stop().orElseThrow();
    assertThat(server.log())
        .contains(
            "recovery stopping before "
                + (stop.commit() ? "commit" : "abort")
                + " of transaction "
                + stop.xid());
  }

  private static void fails(Instant target, boolean inclusive) throws Exception {
    var found = new TimeTarget(target, inclusive);
    scan(found);
    assertThat(found.stop()).isEmpty();
    server.recover(backup, settings(target, inclusive));
    logged("recovery ended before configured recovery target was reached");
    await().atMost(PATIENCE).until(() -> !server.running());
  }

  /** The last word of a recovery. */
  private static void logged(String words) throws IOException {
    await()
        .atMost(PATIENCE)
        .until(() -> server.log().matches("(?s).*(FATAL|ready to accept connections).*"));
    assertThat(server.log()).contains(words);
  }

  /** The transactions that inserted a row, as far as the scan says that recovery gets. */
  private static Set<Long> committedUpTo(Optional<Commit> last) {
    long end = last.map(Commit::lsn).orElse(-1L);
    return COMMITS.stream()
        .filter(commit -> commit.commit() && commit.lsn() <= end)
        .map(Commit::xid)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** PostgreSQL does not know the zone Z when it reads its configuration. */
  private static String settings(Instant target, boolean inclusive) {
    return """

    archive_mode = off
    hot_standby = off
    recovery_target_time = '%s'
    recovery_target_inclusive = %s
    recovery_target_action = promote
    """
        .formatted(target.toString().replace("Z", "+00"), inclusive);
  }

  private static void scan(Predicate<Commit> visitor) {
    var segments = Recording.segments(server.archive(), SIZE);
    CommitScan.scan(
        segments,
        SIZE,
        CommitScan.TO_THE_END,
        commit -> commit.lsn() < begin || visitor.test(commit));
  }

  private static Callable<Void> session() {
    return () -> {
      try (var sql = new Traffic.Session(server)) {
        for (int i = 0; i < 100; i++) {
          sql.run("BEGIN; INSERT INTO made VALUES (pg_current_xact_id()::text::bigint)");
          sql.end(i % 4 == 1 ? "ROLLBACK" : "COMMIT");
        }
      }
      return null;
    };
  }

  private static Instant latest() {
    return COMMITS.stream().map(Commit::at).max(Instant::compareTo).orElseThrow();
  }
}
