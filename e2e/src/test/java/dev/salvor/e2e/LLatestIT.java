package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * (b) {@code latest} while the primary lives and is written to: three instances with WAL volumes,
 * after a fail-over. Whatever the application was told is committed is there afterwards.
 */
@Scenario
class LLatestIT {
  private static final String NAMESPACE = "e2e-l";
  private final Stage stage = Stage.plain();
  private final DatabaseRoom house = new DatabaseRoom(stage, NAMESPACE);

  @Test
  void notOneCommittedRowIsLost() {
    var database = Database.install(stage, NAMESPACE, new Database.Shape(3, true, true));
    database.backup("first");
    database.promote("db-3");
    try (var till = Till.install(database)) {
      Kube.await("the till sells", Duration.ofMinutes(2), () -> till.committed().size() > 20);
      var recovery = house.recover("latest", "target: {latest: true}, strategy: InPlace, " + Recovery.automatic());
      recovery.succeed();
      database.healthy();
      till.ready();
      var told = till.committed();
      Kube.await(
          "the till sells again",
          Duration.ofMinutes(2),
          () -> till.committed().size() > told.size());

      System.out.println("e2e: latest: outage " + recovery.status().path("outage").asText());
      assertThat(told).hasSizeGreaterThan(20);
      assertThat(till.kept()).containsAll(told);
      assertThat(database.primary()).isEqualTo("db-3");
      assertThat(database.status().path("readyInstances").asInt()).isEqualTo(3);
      assertThat(database.lineage()).isEqualTo(DatabaseRoom.lineage(recovery)).isNotEqualTo("db");
      assertThat(database.holds("ContinuousArchiving")).isTrue();
      assertThat(house.clusters()).containsExactly("db");
    }
  }

  @AfterAll
  void clear() {
    house.room().clear();
  }
}
