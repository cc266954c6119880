package dev.salvor.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The application of a database: a Deployment that writes a row five times a second through Secret
 * {@code db-app} and prints its number once it is committed.
 */
final class Till implements AutoCloseable {
  private final Database database;
  private final Path book;
  private final Process reader;

  private Till(Database database) {
    this.database = database;
    try {
      book = Files.createTempFile("salvor-e2e-till", ".log");
      reader = follow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String manifest(Database database) {
    return Kube.manifest(
        "apps/till.yaml",
        Map.of("ns", database.namespace(), "image", database.stage().cluster().postgres()));
  }

  static Till install(Database database) {
    database.stage().kube().apply(manifest(database));
    return open(database);
  }

  /** Reads along from now on; the Deployment is there already. */
  static Till open(Database database) {
    var till = new Till(database);
    till.ready();
    return till;
  }

  /**
   * What a pod printed is gone with it, so it is read while it is printed, pod after pod. A stream
   * whose pod was killed may never end, hence the short ones that overlap.
   */
  private Process follow() throws IOException {
    var builder =
        new ProcessBuilder(
                "sh",
                "-c",
                "while :; do timeout 20 kubectl -n \"$1\" logs -f deployment/till --since=60s --pod-running-timeout=15s; sleep 0.2; done",
                "sh",
                database.namespace())
            .redirectOutput(book.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("KUBECONFIG", database.stage().kube().kubeconfig().toString());
    return builder.start();
  }

  void ready() {
    database.stage().kube().rollout(database.namespace(), "deployment/till");
  }

  int replicas() {
    return database
        .stage()
        .kube()
        .get("deployment", database.namespace(), "till")
        .path("spec")
        .path("replicas")
        .asInt();
  }

  /** Numbers of the rows whose commit the application was told of. */
  List<Long> committed() {
    try {
      return Files.readAllLines(book).stream()
          .filter(line -> line.matches("sold [0-9]+"))
          .map(line -> Long.parseLong(line.substring("sold ".length())))
          .distinct()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those that the database has now. */
  List<Long> kept() {
    return database
        .sql("select id from sales where what = 'till' order by id")
        .lines()
        .map(Long::parseLong)
        .toList();
  }

  @Override
  public void close() {
    reader.descendants().forEach(ProcessHandle::destroy);
    reader.destroy();
  }
}
