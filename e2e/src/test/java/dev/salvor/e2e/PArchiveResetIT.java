package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * (g) A Cluster that was made anew archives into the prefix of the one before it, and CloudNativePG
 * refuses that: Expected empty archive.
 */
@Scenario
class PArchiveResetIT {
  private static final String NAMESPACE = "e2e-p";
  private final Stage stage = Stage.plain();
  private final DatabaseRoom house = new DatabaseRoom(stage, NAMESPACE);

  @Test
  void archivesAgainAndCanBeRecovered() throws InterruptedException {
    var database = Database.install(stage, NAMESPACE, Database.Shape.small());
    database.backup("first");
    database.archive();
    stage.kube().kubectl("-n", NAMESPACE, "delete", Database.KIND, Database.NAME, "--timeout=120s");
    Kube.await(
        "nothing of it is left",
        Duration.ofMinutes(2),
        () ->
            stage
                .kube()
                .list("pods,persistentvolumeclaims", NAMESPACE, "-l", "cnpg.io/cluster=db")
                .isEmpty());
    stage.kube().apply(database.manifest(Database.NAME));
    database.ready();
    database.sql("select pg_switch_wal()");
    Kube.await(
        "archiving fails",
        Duration.ofMinutes(5),
        () -> database.status().toString().contains("ContinuousArchivingFailing"));
    var before = database.archived("db");

    var diagnosis =
        Recovery.apply(
            stage.kube(),
            Recovery.Kind.ArchiveReset,
            NAMESPACE,
            "diagnose",
            "cluster: db, mode: Diagnose, " + Recovery.automatic());
    diagnosis.succeed();
    assertThat(diagnosis.status().path("facts").path("postgres").path("diagnosis").asText())
        .isEqualTo("Diverged");
    assertThat(database.lineage()).isEqualTo("db");

    var reset =
        Recovery.apply(
            stage.kube(),
            Recovery.Kind.ArchiveReset,
            NAMESPACE,
            "reset",
            "cluster: db, " + Recovery.automatic());
    reset.succeed();
    var lineage = database.lineage();
    assertThat(lineage).isNotEqualTo("db");
    assertThat(database.holds("ContinuousArchiving")).isTrue();
    assertThat(database.archived(lineage)).anyMatch(key -> key.contains("/base/"));
    // what was there before is another cluster's history, and stays
    assertThat(database.archived("db")).containsAll(before);

    database.sell("before", 3);
    Thread.sleep(Duration.ofSeconds(2));
    var moment = database.now();
    Thread.sleep(Duration.ofSeconds(2));
    database.sell("after", 3);
    database.archive();
    house.recover("back", DatabaseRoom.time(moment) + ", " + Recovery.automatic()).succeed();
    database.healthy();
    assertThat(database.sold("before")).isEqualTo(3);
    assertThat(database.sold("after")).isZero();
  }

  @AfterAll
  void clear() {
    house.room().clear();
  }
}
