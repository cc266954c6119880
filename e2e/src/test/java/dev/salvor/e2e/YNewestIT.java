package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The newest moment by Swap while the primary lives and is written to, by its consumer and by a
 * stranger whom nobody stops: three instances with WAL volumes, the primary being instance 3.
 * Whatever one of them was told is committed is there afterwards; the undo gives back the volumes
 * from before; and what the new lineage holds, begun by a base backup of a standby, can be
 * recovered.
 */
@Scenario
class YNewestIT {
  private static final String NAMESPACE = "e2e-y";
  private static final Database.Shape SHAPE = new Database.Shape(3, true, true);
  private final Stage stage = Stage.plain();
  private final DatabaseRoom house = new DatabaseRoom(stage, NAMESPACE);
  private Database database = new Database(stage, NAMESPACE, SHAPE, new Bucket("", "", "", ""));
  private Recovery recovery = Recovery.of(stage.kube(), Recovery.Kind.PostgresRecovery, "", "");
  private List<Long> before = List.of();
  private String approved = "";

  @BeforeAll
  void install() {
    database = Database.install(stage, NAMESPACE, SHAPE);
    database.backup("first");
    database.promote("db-3");
  }

  @Test
  @Order(1)
  void notOneCommittedRowIsLost() {
    var uid = database.uid();
    var system = database.status().path("systemID").asText();
    try (var till = Till.install(database);
        var stranger = DatabaseProber.start(database)) {
      recovery = house.recover("newest", "target: {latest: true}, strategy: Swap");
      approved = recovery.approve();
      var planned = till.committed().size();
      recovery.succeed();
      database.healthy();
      till.ready();
      stranger.awaitAnswer(Duration.ofMinutes(1));
      var told = till.committed();
      Kube.await(
          "the till sells again",
          Duration.ofMinutes(2),
          () -> till.committed().size() > told.size());

      System.out.println(
          "e2e: newest by Swap: unanswered %d ms, outage %s, %d rows acknowledged"
              .formatted(
                  stranger.unanswered().toMillis(),
                  recovery.status().path("outage").asText(),
                  told.size()));
      assertThat(told).as("it sold while the copy followed").hasSizeGreaterThan(planned);
      assertThat(till.kept()).containsAll(told);
      // it goes on writing: first what it was told of, then what is there
      var acknowledged = stranger.committed();
      assertThat(DatabaseProber.kept(database)).containsAll(acknowledged);
      before = told;
    }
    assertThat(database.uid()).isEqualTo(uid);
    assertThat(database.primary()).isEqualTo("db-3");
    assertThat(database.status().path("systemID").asText()).isEqualTo(system);
    assertThat(database.status().path("timelineID").asInt()).isEqualTo(3);
    assertThat(database.status().path("readyInstances").asInt()).isEqualTo(3);
    assertThat(database.lineage()).isEqualTo(DatabaseRoom.lineage(recovery)).isNotEqualTo("db");
    assertThat(database.holds("ContinuousArchiving")).isTrue();
    assertThat(house.clusters()).containsExactly("db");
  }

  /** It begins with a base backup that was taken of a standby, on the timeline before. */
  @Test
  @Order(2)
  void theNewLineageBringsBackWhatItGoesOnWith() {
    database.sell("later", 3);
    database.archive();
    var beside =
        house.recover("proof", "target: {latest: true}, strategy: Beside, " + Recovery.automatic());
    beside.succeed();
    var copy = beside.status().path("facts").path("postgres").path("copy").path("name").asText();
    assertThat(database.sql(copy + "-1", "select count(*) from sales where what = 'later'"))
        .isEqualTo("3");
    var kept =
        database
            .sql(copy + "-1", "select id from sales where what = 'till'")
            .lines()
            .map(Long::parseLong)
            .toList();
    assertThat(kept).containsAll(before);
    stage.kube().kubectl("-n", NAMESPACE, "delete", Database.KIND, copy, "--wait=true");
  }

  @Test
  @Order(3)
  void theWayBackLosesWhatWasWrittenSinceAndNothingElse() {
    recovery.patch("{\"spec\":{\"undo\":{\"requested\":true}}}");
    recovery.approve(approved);
    recovery.await("Undone");
    database.healthy();
    assertThat(database.sold("later")).isZero();
    assertThat(database.lineage()).isEqualTo(Database.NAME);
    assertThat(database.sql("select count(*) > 20 from sales where what = 'till'"))
        .as("what was sold before the exchange is on the old volumes too")
        .isEqualTo("t");
    database.archive();
  }

  @AfterAll
  void clear() {
    house.room().clear();
  }
}
