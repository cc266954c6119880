package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * (b) Three instances with WAL volumes after a fail-over, the primary being instance 3: back to a
 * moment by Swap, then {@code latest} while the primary lives and is written to, also by somebody
 * nobody stops. Whatever they were told is committed is there afterwards.
 */
@Scenario
class LLatestIT {
  private static final String NAMESPACE = "e2e-l";
  private static final Database.Shape SHAPE = new Database.Shape(3, true, true);
  private final Stage stage = Stage.plain();
  private final DatabaseRoom house = new DatabaseRoom(stage, NAMESPACE);
  private Database database = new Database(stage, NAMESPACE, SHAPE, new Bucket("", "", "", ""));

  @BeforeAll
  void install() {
    database = Database.install(stage, NAMESPACE, SHAPE);
    database.backup("first");
    database.promote("db-3");
  }

  @Test
  @Order(1)
  void theThirdInstanceGoesBackToAMoment() throws InterruptedException {
    database.sell("before", 3);
    Thread.sleep(Duration.ofSeconds(2));
    var moment = database.now();
    Thread.sleep(Duration.ofSeconds(2));
    database.sell("after", 3);
    database.archive();
    var uid = database.uid();
    var recovery = house.recover("moment", DatabaseRoom.time(moment) + ", " + Recovery.automatic());
    recovery.succeed();

    System.out.println("e2e: moment: outage " + recovery.status().path("outage").asText());
    assertThat(database.uid()).isEqualTo(uid);
    assertThat(database.primary()).isEqualTo("db-3");
    assertThat(database.sold("before")).isEqualTo(3);
    assertThat(database.sold("after")).isZero();
    whole(recovery);
  }

  @Test
  @Order(2)
  void notOneCommittedRowIsLost() {
    var lineage = database.lineage();
    var before = database.sold("before");
    try (var till = Till.install(database);
        var stranger = DatabaseProber.start(database)) {
      Kube.await("the till sells", Duration.ofMinutes(2), () -> till.committed().size() > 20);
      var recovery =
          house.recover(
              "latest", "target: {latest: true}, strategy: InPlace, " + Recovery.automatic());
      recovery.succeed();
      database.healthy();
      till.ready();
      stranger.awaitAnswer(Duration.ofMinutes(1));
      var told = till.committed();
      Kube.await(
          "the till sells again",
          Duration.ofMinutes(2),
          () -> till.committed().size() > told.size());

      System.out.println("e2e: latest: outage " + recovery.status().path("outage").asText());
      assertThat(told).hasSizeGreaterThan(20);
      assertThat(till.kept()).containsAll(told);
      var strangers = stranger.committed();
      assertThat(DatabaseProber.kept(database)).containsAll(strangers);
      assertThat(database.sold("before")).isEqualTo(before);
      assertThat(database.lineage()).isNotEqualTo(lineage);
      whole(recovery);
    }
  }

  private void whole(Recovery recovery) {
    database.healthy();
    assertThat(database.status().path("readyInstances").asInt()).isEqualTo(3);
    assertThat(database.lineage()).isEqualTo(DatabaseRoom.lineage(recovery)).isNotEqualTo("db");
    assertThat(database.holds("ContinuousArchiving")).isTrue();
    assertThat(house.clusters()).containsExactly("db");
  }

  @AfterAll
  void clear() {
    house.room().clear();
  }
}
