package dev.salvor.archive;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Transactions of all sorts on a real server, and how each of them ended. */
final class Traffic {
  private static final int SESSIONS = 3;
  private static final int ROUNDS = 800;
  private static final int IN_THE_LARGE_ONE = 6000;

  /**
   * That end with a commit of the transaction they are in: the large one, a prepared one, the short
   * ones.
   */
  static final int SUBTRANSACTIONS =
      IN_THE_LARGE_ONE
          + 1
          + SESSIONS
              * Math.toIntExact(
                  IntStream.range(0, ROUNDS)
                      .filter(Traffic::released)
                      .filter(i -> !rolledBack(i))
                      .count());

  private final PostgresServer server;
  private final List<Ended> ended = new ArrayList<>();

  /** A transaction, and the server's clock before and after its end. */
  record Ended(long xid, boolean commit, Instant notBefore, Instant notAfter) {}

  Traffic(PostgresServer server) {
    this.server = server;
  }

  List<Ended> run() throws Exception {
    try (var sql = new Session(server)) {
      sql.run("CREATE TABLE t (id bigserial PRIMARY KEY, v text)");
      sql.run("CREATE TABLE doomed AS SELECT generate_series(1, 100) AS n");
      sql.run("CREATE TABLE doomed_too AS SELECT generate_series(1, 100) AS n");
    }
    try (var pool = Executors.newFixedThreadPool(SESSIONS)) {
      var sessions = new ArrayList<Callable<List<Ended>>>();
      for (int i = 0; i < SESSIONS; i++) sessions.add(this::small);
      for (var done : pool.invokeAll(sessions)) ended.addAll(done.get());
    }
    try (var sql = new Session(server)) {
      large(sql);
      prepared(sql);
      definitions(sql);
      replicated(sql);
      idle(sql);
      ended.addAll(sql.ended);
    }
    return ended;
  }

  /** Many short ones, of which some are taken back or hold some that are. */
  private List<Ended> small() throws SQLException {
    try (var sql = new Session(server)) {
      for (int i = 0; i < ROUNDS; i++) {
        sql.run("BEGIN; INSERT INTO t (v) VALUES (repeat('x', " + (i * 7 % 900) + "))");
        if (i % 11 == 0)
          sql.run(
              "SAVEPOINT one; INSERT INTO t (v) VALUES ('one'); "
                  + (released(i) ? "RELEASE one" : "ROLLBACK TO one"));
        // not where a savepoint was rolled back to: it is still open, and the first row that
        // another
        // session is ahead with would make one subtransaction more
        // one session at a time: two that lock the same rows in another order lock each other out
        if (i % 97 == 0 && i % 11 != 0)
          sql.run("SELECT pg_advisory_xact_lock(1); UPDATE t SET v = v || 'y' WHERE id % 50 = 0");
        sql.end(rolledBack(i) ? "ROLLBACK" : "COMMIT");
        if (i % 400 == 100) sql.run("CHECKPOINT");
      }
      return sql.ended;
    }
  }

  private static boolean released(int round) {
    return round % 22 == 11;
  }

  private static boolean rolledBack(int round) {
    return round % 7 == 3;
  }

  /** Records over many pages and over whole segments, and a commit of more than a page. */
  private static void large(Session sql) throws SQLException {
    for (int size : new int[] {8100, 8192, 100_000, 3_000_000}) {
      sql.run("BEGIN");
      sql.run("SELECT pg_logical_emit_message(true, 'large', repeat('m', " + size + "))");
      sql.end("COMMIT");
      sql.run("SELECT pg_logical_emit_message(false, 'large', repeat('n', " + size + "))");
    }
    sql.run("BEGIN");
    sql.run(
        """
        DO $$ BEGIN
          FOR i IN 1..%d LOOP
            BEGIN INSERT INTO t (v) VALUES ('sub'); EXCEPTION WHEN division_by_zero THEN NULL; END;
          END LOOP;
        END $$\
        """
            .formatted(IN_THE_LARGE_ONE));
    sql.end("COMMIT");
  }

  private static void prepared(Session sql) throws SQLException {
    var plain = "INSERT INTO t (v) VALUES ('p')";
    prepare(sql, "a", List.of(plain), "COMMIT PREPARED 'a'");
    prepare(sql, "b", List.of(plain), "ROLLBACK PREPARED 'b'");
    prepare(
        sql,
        "c",
        List.of(plain, "SAVEPOINT s", plain, "CREATE TABLE made (n int)"),
        "COMMIT PREPARED 'c'");
    prepare(
        sql,
        "d",
        List.of(plain, "DROP TABLE doomed", "CREATE INDEX ON t (v)"),
        "COMMIT PREPARED 'd'");
    prepare(
        sql,
        "e",
        List.of(plain, "DROP TABLE doomed_too", "SAVEPOINT s", plain, "CREATE TABLE never (n int)"),
        "ROLLBACK PREPARED 'e'");
  }

  private static void prepare(Session sql, String id, List<String> statements, String end)
      throws SQLException {
    sql.run("BEGIN");
    for (var statement : statements) sql.run(statement);
    sql.endPrepared(id, end);
  }

  private static void definitions(Session sql) throws SQLException {
    for (var statement :
        List.of(
            "CREATE TABLE u (LIKE t INCLUDING ALL)",
            "TRUNCATE t",
            "DROP TABLE doomed_too",
            "ALTER TABLE u ADD c int DEFAULT 7")) {
      sql.run("BEGIN");
      sql.run(statement);
      sql.end("COMMIT");
    }
    sql.run("CREATE DATABASE other");
    sql.run("VACUUM FULL u");
    sql.run("DROP DATABASE other");
  }

  /** As a subscription applies it: the commit bears the name of where it came from. */
  private static void replicated(Session sql) throws SQLException {
    sql.run("SELECT pg_replication_origin_create('far')");
    sql.run("SELECT pg_replication_origin_session_setup('far')");
    for (var end : List.of("COMMIT", "ROLLBACK", "COMMIT")) {
      sql.run("BEGIN");
      sql.run("SELECT pg_replication_origin_xact_setup('0/1234', '" + Recording.FAR_AWAY + "')");
      sql.run("INSERT INTO t (v) VALUES ('far')");
      sql.end(end);
    }
    sql.run("SELECT pg_replication_origin_session_reset()");
  }

  /** Segments that are left nearly empty. */
  private static void idle(Session sql) throws SQLException {
    for (int i = 0; i < 3; i++) {
      sql.run("SELECT pg_switch_wal()");
      sql.run("CHECKPOINT");
      sql.run("SELECT pg_switch_wal()");
      sql.run("BEGIN");
      sql.run("INSERT INTO t (v) VALUES ('idle')");
      sql.end("COMMIT");
    }
  }

  /** A connection that keeps account of what it ended. */
  static final class Session implements AutoCloseable {
    private static final String XID = "SELECT pg_current_xact_id()::text::bigint";

    final List<Ended> ended = new ArrayList<>();
    private final Connection connection;
    private final Statement statement;

    Session(PostgresServer server) throws SQLException {
      connection = server.connect();
      statement = connection.createStatement();
    }

    void run(String sql) throws SQLException {
      statement.execute(sql);
    }

    /** Ends the open transaction, which has written something. */
    void end(String command) throws SQLException {
      try (var rows = statement.executeQuery(XID + ", clock_timestamp()")) {
        rows.next();
        end(command, rows.getLong(1), command.equals("COMMIT"), time(rows, 2));
      }
    }

    void endPrepared(String id, String command) throws SQLException {
      try (var rows = statement.executeQuery(XID + ", clock_timestamp()")) {
        rows.next();
        long xid = rows.getLong(1);
        var before = time(rows, 2);
        run("PREPARE TRANSACTION '" + id + "'");
        end(command, xid, command.startsWith("COMMIT"), before);
      }
    }

    private void end(String command, long xid, boolean commit, Instant before) throws SQLException {
      statement.execute(command + "; SELECT clock_timestamp()");
      statement.getMoreResults();
      try (var rows = statement.getResultSet()) {
        rows.next();
        ended.add(new Ended(xid, commit, before, time(rows, 1)));
      }
    }

    long number(String sql) throws SQLException {
      try (var rows = statement.executeQuery(sql)) {
        rows.next();
        return rows.getLong(1);
      }
    }

    String text(String sql) throws SQLException {
      try (var rows = statement.executeQuery(sql)) {
        rows.next();
        return rows.getString(1);
      }
    }

    <T> List<T> list(String sql, Row<T> row) throws SQLException {
      var list = new ArrayList<T>();
      try (var rows = statement.executeQuery(sql)) {
        while (rows.next()) list.add(row.of(rows));
      }
      return list;
    }

    private static Instant time(ResultSet rows, int column) throws SQLException {
      return rows.getObject(column, OffsetDateTime.class).toInstant();
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }

    /** One row of an answer. */
    @FunctionalInterface
    interface Row<T> {
      T of(ResultSet rows) throws SQLException;
    }
  }
}
