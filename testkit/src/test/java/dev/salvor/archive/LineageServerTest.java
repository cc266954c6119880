package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A new lineage under a running server on timeline 2, as ArchiveReset begins one, and PostgreSQL's
 * own word on what can be recovered from it.
 */
class LineageServerTest {
  private static final String VERSION = Recording.VERSIONS.getLast();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static PostgresServer server;
  private static Path folder;
  private static Path backup;

  /** What is archived from now on, and nothing else. */
  private static Path fresh;

  @BeforeAll
  static void beginALineage() throws Exception {
    PostgresServer.missing(VERSION).ifPresent(why -> abort(why));
    folder = Files.createTempDirectory("salvor-postgres-");
    server = PostgresServer.start(VERSION, 1, folder);
    try (var sql = new Traffic.Session(server)) {
      sql.run("CREATE TABLE t AS SELECT 'first' AS row");
    }
    server.stop("fast");
    server.recover(server.copyData(), "");
    logged("ready to accept connections");
    // a stop archives what there is, so the new folder begins with what comes after
    server.stop("fast");
    fresh = server.archiveElsewhere();
    server.start();
    try (var sql = new Traffic.Session(server)) {
      sql.run("INSERT INTO t VALUES ('second')");
      backup = server.baseBackup(sql);
      sql.run("INSERT INTO t VALUES ('third')");
      sql.run("SELECT pg_switch_wal()");
      await().atMost(PATIENCE).until(() -> archived().size() >= 2 && done());
    }
    server.stop("fast");
  }

  @AfterAll
  static void remove() throws IOException {
    if (server != null) server.close();
    if (folder != null) Recording.delete(folder);
  }

  @Test
  void noOlderHistoryIsArchivedAgain() throws IOException {
    assertThat(server.archive().resolve("00000002.history")).exists();
    assertThat(archived()).isNotEmpty().noneMatch(name -> name.endsWith(".history"));
  }

  @Test
  void latestRecoversFromIt() throws Exception {
    server.recover(backup, from("latest"));
    logged("ready to accept connections");
    try (var sql = new Traffic.Session(server)) {
      assertThat(sql.list("SELECT row FROM t", row -> row.getString(1)))
          .containsExactly("first", "second", "third");
    }
    assertThat(server.log()).contains("selected new timeline ID: 3");
    server.stop("immediate");
  }

  @Test
  void itsNumberDoesNot() throws Exception {
    server.recover(backup, from("2"));
    logged("recovery target timeline 2 does not exist");
    await().atMost(PATIENCE).until(() -> !server.running());
  }

  private static String from(String timeline) {
    return """

    archive_mode = off
    restore_command = 'cp "%s/%%f" "%%p"'
    recovery_target_timeline = '%s'
    """
        .formatted(fresh, timeline);
  }

  private static boolean done() throws Exception {
    try (var sql = new Traffic.Session(server)) {
      return sql.number("SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'")
          == 0;
    }
  }

  private static List<String> archived() throws IOException {
    try (var files = Files.list(fresh)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void logged(String words) {
    await()
        .atMost(PATIENCE)
        .until(() -> server.log().matches("(?s).*(FATAL|ready to accept connections).*"));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(server.log()).contains(words));
  }
}
