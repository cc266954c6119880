package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** (h) The operator killed after it deleted the claims of a database and before it made them. */
@Scenario
class QKilledDatabaseIT {
  private static final String NAMESPACE = "e2e-q";
  private final Stage stage = Stage.plain();
  private final DatabaseRoom house = new DatabaseRoom(stage, NAMESPACE);

  @Test
  void killedBetweenDeletionAndCreation() throws InterruptedException {
    var database = Database.install(stage, NAMESPACE, new Database.Shape(2, true, true));
    database.backup("first");
    database.sell("before", 3);
    Thread.sleep(Duration.ofSeconds(2));
    var moment = database.now();
    Thread.sleep(Duration.ofSeconds(2));
    database.sell("after", 3);
    database.archive();
    var cluster = database.uid();
    var claim = database.primary();
    var uid = claimUid(claim);

    var recovery = house.recover("killed", DatabaseRoom.time(moment) + ", " + Recovery.automatic());
    Kube.await(
        "the claim is being deleted",
        Duration.ofMinutes(15),
        () -> {
          recovery.phase();
          var found = stage.kube().get("pvc", NAMESPACE, claim);
          return found.isMissingNode()
              || found.path("metadata").has("deletionTimestamp")
              || !found.path("metadata").path("uid").asText().equals(uid);
        });
    stage.operator().kill();
    System.out.println("e2e: SIGKILL at " + recovery.status().path("step").asText("-"));
    stage.operator().start();
    recovery.succeed();
    database.healthy();
    assertThat(database.sold("before")).isEqualTo(3);
    assertThat(database.sold("after")).isZero();
    assertThat(database.uid()).isEqualTo(cluster);
    assertThat(claimUid(claim)).isNotEqualTo(uid);
    assertThat(database.holds("ContinuousArchiving")).isTrue();
    assertThat(house.clusters()).containsExactly("db");
  }

  private String claimUid(String claim) {
    return stage.kube().get("pvc", NAMESPACE, claim).path("metadata").path("uid").asText();
  }

  @AfterAll
  void clear() {
    stage.operator().start();
    house.room().clear();
  }
}
