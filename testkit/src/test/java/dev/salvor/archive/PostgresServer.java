package dev.salvor.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** A real server with an archive, out of what testkit/postgres/fetch.sh got. */
final class PostgresServer implements AutoCloseable {
  private final Path home;
  private final Path data;
  private final Path archive;
  private final Path log;
  private final int port;

  private PostgresServer(Path folder) throws IOException {
    home = folder.resolve("home");
    data = folder.resolve("data");
    archive = folder.resolve("archive");
    log = folder.resolve("log");
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
  }

  static Path cache() {
    var env = System.getenv();
    var set = env.get("SALVOR_CACHE");
    var user =
        Path.of(env.getOrDefault("XDG_CACHE_HOME", env.getOrDefault("HOME", "") + "/.cache"));
    return (set == null ? user.resolve("salvor") : Path.of(set)).resolve("postgresql");
  }

  /** What is missing to run this version here. */
  static Optional<String> missing(String version) {
    if (!Files.exists(cache().resolve(version + ".jar")))
      return Optional.of("no PostgreSQL " + version + ": testkit/postgres/fetch.sh gets it");
    if (root() && !Files.isExecutable(Path.of("/usr/bin/setpriv")))
      return Optional.of(
          "PostgreSQL does not run as root, and there is no setpriv to become nobody");
    return Optional.empty();
  }

  static PostgresServer start(String version, int segmentMib, Path folder) throws IOException {
    var server = new PostgresServer(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    server.unpack(version);
    Files.createDirectory(server.archive);
    Files.createDirectory(server.data);
    for (var path : List.of(folder, server.archive, server.data)) disown(path);
    server.run(
        "initdb",
        "-D",
        server.data,
        "-N",
        "-A",
        "trust",
        "-U",
        "postgres",
        "--no-locale",
        "-E",
        "UTF8",
        "--wal-segsize=" + segmentMib);
    Files.writeString(
        server.data.resolve("postgresql.conf"),
        """
        listen_addresses = '127.0.0.1'
        unix_socket_directories = ''
        port = %d
        fsync = off
        synchronous_commit = off
        shared_buffers = 16MB
        autovacuum = off
        track_commit_timestamp = on
        wal_level = logical
        wal_compression = on
        max_prepared_transactions = 10
        max_wal_size = 1GB
        wal_keep_size = 1GB
        timezone = UTC
        archive_mode = on
        archive_command = 'cp "%%p" "%s/%%f"'
        restore_command = 'cp "%s/%%f" "%%p"'
        """
            .formatted(server.port, server.archive, server.archive));
    server.start();
    return server;
  }

  void start() throws IOException {
    run("pg_ctl", "start", "-s", "-w", "-t", "60", "-D", data, "-l", log);
  }

  void stop(String mode) throws IOException {
    run("pg_ctl", "stop", "-s", "-w", "-t", "60", "-m", mode, "-D", data);
  }

  /** A copy of the data of the stopped server: a base backup. */
  Path copyData() throws IOException {
    var copy = data.resolveSibling("copy");
    execute("/bin/cp", "-a", data, copy);
    return copy;
  }

  /** What the stopped server archives from now on goes to a new, empty folder. */
  Path archiveElsewhere() throws IOException {
    var folder = Files.createDirectory(archive.resolveSibling("fresh"));
    disown(folder);
    Files.writeString(
        data.resolve("postgresql.conf"),
        "\narchive_command = 'cp \"%%p\" \"%s/%%f\"'\n".formatted(folder),
        StandardOpenOption.APPEND);
    return folder;
  }

  /** Of the running server, without its WAL, as barman makes it; from version 15. */
  Path baseBackup(Traffic.Session sql) throws IOException, SQLException {
    var copy = data.resolveSibling("base");
    sql.run("SELECT pg_backup_start('base', true)");
    execute("/bin/cp", "-a", data, copy);
    execute("/bin/sh", "-c", "rm -r " + copy + "/pg_wal/* " + copy + "/postmaster.pid");
    var label = sql.list("SELECT labelfile FROM pg_backup_stop()", row -> row.getString(1));
    Files.writeString(copy.resolve("backup_label"), label.getFirst());
    disown(copy.resolve("backup_label"));
    return copy;
  }

  /**
   * Makes the stopped server recover a copy of its data by its archive, to where the settings say.
   */
  void recover(Path copy, String settings) throws IOException {
    execute("/bin/rm", "-rf", data, log);
    execute("/bin/cp", "-a", copy, data);
    Files.writeString(data.resolve("postgresql.conf"), settings, StandardOpenOption.APPEND);
    Files.createFile(data.resolve("recovery.signal"));
    run("pg_ctl", "start", "-s", "-W", "-D", data, "-l", log);
  }

  String log() throws IOException {
    return Files.exists(log) ? Files.readString(log) : "";
  }

  boolean running() {
    return Files.exists(data.resolve("postmaster.pid"));
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&sslmode=disable");
  }

  Path data() {
    return data;
  }

  Path archive() {
    return archive;
  }

  @Override
  public void close() throws IOException {
    if (running()) stop("immediate");
  }

  /** A copy of it: the folder must be readable for nobody. */
  private void unpack(String version) throws IOException {
    call(List.of("/bin/cp", "-a", unpacked(version).toString(), home.toString()), home.getParent());
  }

  /** Only what a server needs, beside the archive that it came in: to unpack takes seconds. */
  private static Path unpacked(String version) throws IOException {
    var known = cache().resolve("server-" + version);
    if (Files.exists(known)) return known;
    var work = Files.createTempDirectory(cache(), ".unpacked.");
    try (var jar = new ZipInputStream(Files.newInputStream(cache().resolve(version + ".jar")))) {
      for (var entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry())
        if (entry.getName().endsWith(".txz"))
          untar(new XZInputStream(new BufferedInputStream(jar)), work);
    }
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    try {
      Files.move(work, known, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // somebody else was faster
      if (!Files.exists(known)) throw e;
      call(List.of("/bin/rm", "-rf", work.toString()), known);
    }
    return known;
  }

  private static void untar(InputStream in, Path home) throws IOException {
    var tar = new TarArchiveInputStream(in);
    for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      var target = home.resolve(entry.getName()).normalize();
      if (!target.startsWith(home)) throw new IOException("leaves the folder: " + entry.getName());
      if (entry.isDirectory() || entry.getName().endsWith(".a")) continue;
      Files.createDirectories(target.getParent());
      if (entry.isSymbolicLink()) Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      else Files.copy(tar, target);
      if (!entry.isSymbolicLink() && (entry.getMode() & 0100) != 0)
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private void run(String tool, Object... arguments) throws IOException {
    execute(home.resolve("bin").resolve(tool).toString(), arguments);
  }

  private void execute(String program, Object... arguments) throws IOException {
    var command = new ArrayList<String>();
    if (root())
      command.addAll(
          List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"));
    command.add(program);
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    try {
      call(command, home);
    } catch (IOException e) {
      throw new IOException(e.getMessage() + log(), e);
    }
  }

  private static void call(List<String> command, Path folder) throws IOException {
    // the server keeps the output open: a file, not a pipe
    var output = Files.createTempFile("postgres", ".out");
    try {
      var process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (process.waitFor() != 0)
        throw new IOException(String.join(" ", command) + ": " + Files.readString(output));
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException("interrupted", e));
    } finally {
      Files.delete(output);
    }
  }

  private static boolean root() {
    return System.getProperty("user.name").equals("root");
  }

  private static void disown(Path path) throws IOException {
    if (!root()) return;
    var users = path.getFileSystem().getUserPrincipalLookupService();
    Files.setOwner(path, users.lookupPrincipalByName("nobody"));
  }
}
