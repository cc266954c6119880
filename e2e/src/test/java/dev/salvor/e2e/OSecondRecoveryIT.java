package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** (e) A recovered database is recovered once more, from what it archived since. */
@Scenario
class OSecondRecoveryIT {
  private static final String NAMESPACE = "e2e-o";
  private final Stage stage = Stage.plain();
  private final DatabaseRoom house = new DatabaseRoom(stage, NAMESPACE);

  @Test
  void theThirdLineageHasTheRightRows() throws InterruptedException {
    var database = Database.install(stage, NAMESPACE, new Database.Shape(1, true, false));
    database.backup("first");
    var first = moment(database, "one");
    database.sell("lost-1", 3);
    database.archive();
    house.recover("first", DatabaseRoom.time(first) + ", " + Recovery.automatic()).succeed();
    database.healthy();
    var second = generation(database);
    assertThat(second).isGreaterThan(1);
    assertThat(database.sold("one")).isEqualTo(3);
    assertThat(database.sold("lost-1")).isZero();

    var later = moment(database, "two");
    database.sell("lost-2", 3);
    database.archive();
    house.recover("second", DatabaseRoom.time(later) + ", " + Recovery.automatic()).succeed();
    database.healthy();
    // numbers that other clusters of the bucket use are left out
    assertThat(generation(database)).isGreaterThan(second);
    assertThat(database.sold("one")).isEqualTo(3);
    assertThat(database.sold("two")).isEqualTo(3);
    assertThat(database.sold("lost-2")).isZero();
    assertThat(database.status().path("timelineID").asInt()).isGreaterThan(2);
    assertThat(database.holds("ContinuousArchiving")).isTrue();
  }

  /** N of the lineage {@code db-vN}. */
  private static int generation(Database database) {
    assertThat(database.lineage()).matches("db-v[0-9]+");
    return Integer.parseInt(database.lineage().substring("db-v".length()));
  }

  private static Instant moment(Database database, String what) throws InterruptedException {
    database.sell(what, 3);
    Thread.sleep(Duration.ofSeconds(2));
    var moment = database.now();
    Thread.sleep(Duration.ofSeconds(2));
    return moment;
  }

  @AfterAll
  void clear() {
    house.room().clear();
  }
}
