package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same backup recovered twice in one run, by CloudNativePG alone and by Swap, for two amounts
 * of data: what Swap adds, and its outage beside the cluster's own stop and start.
 */
@Scenario
class DatabaseBench {
  private static final Duration LIMIT = Duration.ofMinutes(15);

  /** Rows of half a kilobyte that do not compress. */
  private static final String ROW =
      "(select string_agg(md5(random()::text || g || i), '') from generate_series(1, 16) i)";

  private static final int ROWS_PER_MEGABYTE = 1_900;
  private static final int CHUNK = 25;
  private final Stage stage = Stage.plain();
  private final List<String> namespaces = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {50, 500})
  void besideCloudNativePgAlone(int megabytes) throws InterruptedException {
    var house = new DatabaseRoom(stage, "e2e-bench-" + megabytes);
    namespaces.add(house.namespace());
    var database = Database.install(stage, house.namespace(), Database.Shape.small());
    for (var i = 0; i < megabytes / CHUNK; i++)
      database.sql(
          "insert into sales (what) select "
              + ROW
              + " from generate_series(1, "
              + CHUNK * ROWS_PER_MEGABYTE
              + ") g");
    // first, because it makes the table that is written to during the outage
    var own = database.ownStopAndStart();
    database.archive();
    var backup = database.backup("first");
    database.sell("before", 3);
    Thread.sleep(Duration.ofSeconds(2));
    var moment = database.now();
    Thread.sleep(Duration.ofSeconds(2));
    database.sell("after", 3);
    database.archive();
    var bytes = Long.parseLong(database.sql("select pg_database_size('app')"));
    var alone = alone(database, backup, moment);

    try (var prober = DatabaseProber.start(database)) {
      var began = Instant.now();
      var recovery = house.recover("swap", DatabaseRoom.time(moment) + ", " + Recovery.automatic());
      recovery.succeed();
      var whole = Duration.between(began, Instant.now());
      database.healthy();
      prober.awaitAnswer(Duration.ofMinutes(1));
      assertThat(database.sold("before")).isEqualTo(3);
      assertThat(database.sold("after")).isZero();
      var steps = recovery.status().path("steps");
      var copy = between(steps, "AcquireLock", "VerifyCopy");
      var outage = prober.unanswered();
      lines.add(
          "%7d MB %10s %12s %14s %12s %10s %10s %10s"
              .formatted(
                  bytes >> 20,
                  seconds(alone),
                  seconds(copy),
                  seconds(between(steps, "ClearSqlChecks", "BackUpCopy")),
                  seconds(whole),
                  seconds(outage),
                  seconds(own),
                  seconds(outage.minus(own))));
      System.out.println(lines.getLast());
    }
    house.room().clear();
  }

  /** How long a plain Cluster with {@code bootstrap.recovery} takes to become healthy. */
  private Duration alone(Database database, String backup, Instant moment) {
    var began = Instant.now();
    stage
        .kube()
        .apply(
            """
            apiVersion: postgresql.cnpg.io/v1
            kind: Cluster
            metadata: {name: alone, namespace: %s}
            spec:
              instances: 1
              storage: {size: 1Gi}
              bootstrap:
                recovery: {source: origin, recoveryTarget: {backupID: %s, targetTime: "%s"}}
              externalClusters:
              - name: origin
                plugin: {name: barman-cloud.cloudnative-pg.io, parameters: {barmanObjectName: store, serverName: db}}
              plugins: [{name: barman-cloud.cloudnative-pg.io, isWALArchiver: true, parameters: {barmanObjectName: store, serverName: alone}}]
            """
                .formatted(database.namespace(), backup, moment));
    Kube.await(
        "the plain recovery is healthy",
        LIMIT,
        () -> {
          var status =
              stage.kube().get(Database.KIND, database.namespace(), "alone").path("status");
          return status.path("phase").asText().equals("Cluster in healthy state")
              && status.path("readyInstances").asInt() == 1;
        });
    var took = Duration.between(began, Instant.now());
    stage
        .kube()
        .kubectl("-n", database.namespace(), "delete", Database.KIND, "alone", "--timeout=120s");
    return took;
  }

  /** From the end of one step of the journal to the end of another. */
  private static Duration between(JsonNode steps, String from, String to) {
    return Duration.between(end(steps, from), end(steps, to));
  }

  private static Instant end(JsonNode steps, String name) {
    return StreamSupport.stream(steps.spliterator(), false)
        .filter(step -> step.path("name").asText().equals(name))
        .map(step -> Instant.parse(step.path("since").asText()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no step " + name));
  }

  private static String seconds(Duration duration) {
    return "%.1f s".formatted(duration.toMillis() / 1000.0);
  }

  @AfterAll
  void print() {
    System.out.println(
        "\nPITR of one instance, plugin; the cluster's own recovery by kubectl, then Swap from the same backup\n"
            + "%10s %10s %12s %14s %12s %10s %10s %10s%n"
                .formatted(
                    "data",
                    "CNPG",
                    "Salvor copy",
                    "its backup",
                    "whole Swap",
                    "outage",
                    "own stop",
                    "added")
            + String.join("\n", lines));
    Room.of(stage, namespaces.toArray(String[]::new)).clear();
  }
}
