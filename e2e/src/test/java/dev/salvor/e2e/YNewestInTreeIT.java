package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The newest moment by Swap with the archiver in the tree, one instance. */
@Scenario
class YNewestInTreeIT {
  private static final String NAMESPACE = "e2e-yt";
  private final Stage stage = Stage.plain();
  private final DatabaseRoom house = new DatabaseRoom(stage, NAMESPACE);

  @Test
  void notOneCommittedRowIsLost() {
    var database = Database.install(stage, NAMESPACE, new Database.Shape(1, false, false));
    database.backup("first");
    try (var till = Till.install(database)) {
      var recovery =
          house.recover(
              "newest",
              "target: {latest: true}, strategy: Swap, safetyBackup: Skip, "
                  + Recovery.automatic());
      recovery.succeed();
      database.healthy();
      till.ready();
      var told = till.committed();
      Kube.await(
          "the till sells again",
          Duration.ofMinutes(2),
          () -> till.committed().size() > told.size());
      System.out.println(
          "e2e: newest by Swap, in-tree: outage %s, %d rows acknowledged"
              .formatted(recovery.status().path("outage").asText(), told.size()));
      assertThat(told).hasSizeGreaterThan(20);
      assertThat(till.kept()).containsAll(told);
      assertThat(database.status().path("timelineID").asInt()).isEqualTo(2);
      assertThat(database.lineage()).isEqualTo(DatabaseRoom.lineage(recovery)).isNotEqualTo("db");
      assertThat(database.holds("ContinuousArchiving")).isTrue();
    }
  }

  @AfterAll
  void clear() {
    house.room().clear();
  }
}
