package dev.salvor.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** PostgreSQL's own pg_waldump, as testkit/postgres/fetch.sh found or got it. */
record WalDump(int major, Path tool) {
  private static final Pattern LINE =
      Pattern.compile(
          "rmgr: Transaction .* tx: +(?<xid>\\d+), lsn: (?<high>[0-9A-F]+)/(?<low>[0-9A-F]+),.* desc: (?<type>COMMIT|ABORT)(?<prepared>_PREPARED)? (?<rest>.*)");

  /** What describes the end of a transaction: the xid if it was prepared, then the time. */
  private static final Pattern DESCRIPTION =
      Pattern.compile(
          "(?:(?<xid>\\d+): )?(?<at>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?)(?: UTC|\\+00).*");

  static Optional<WalDump> find() throws IOException {
    var file = PostgresServer.cache().resolve("pg_waldump");
    if (!Files.exists(file)) return Optional.empty();
    var parts = Files.readString(file).strip().split(" ", 2);
    return Optional.of(new WalDump(Integer.parseInt(parts[0]), Path.of(parts[1])));
  }

  /**
   * The ends of transactions in these segments, which lie in one folder and are of one timeline.
   */
  List<Commit> read(Path first, Path last) throws IOException {
    var builder =
        new ProcessBuilder(
                tool.toString(),
                "--rmgr=Transaction",
                first.toString(),
                last.getFileName().toString())
            .directory(first.getParent().toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("TZ", "UTC");
    var commits = new ArrayList<Commit>();
    var process = builder.start();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var match = LINE.matcher(line);
        if (!match.matches()) continue;
        long lsn =
            Long.parseLong(match.group("high"), 16) << 32 | Long.parseLong(match.group("low"), 16);
        commits.add(
            commit(
                lsn, Long.parseLong(match.group("xid")), match.group("type"), match.group("rest")));
      }
    }
    return commits;
  }

  /** From the words of PostgreSQL's rmgrdesc/xactdesc.c. */
  static Commit commit(long lsn, long xid, String type, String description) {
    var match = DESCRIPTION.matcher(description);
    if (!match.matches()) throw new IllegalArgumentException(type + " " + description);
    var at = LocalDateTime.parse(match.group("at").replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    var prepared = match.group("xid");
    return new Commit(
        at, lsn, prepared == null ? xid : Long.parseLong(prepared), type.startsWith("COMMIT"));
  }
}
