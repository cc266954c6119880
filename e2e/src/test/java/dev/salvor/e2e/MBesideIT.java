package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** (c) Beside, with the old database serving all the while; in place, when its volumes are lost. */
@Scenario
class MBesideIT {
  private static final String NAMESPACE = "e2e-m";
  private final Stage stage = Stage.plain();
  private final DatabaseRoom house = new DatabaseRoom(stage, NAMESPACE);
  private Database database =
      new Database(stage, NAMESPACE, Database.Shape.small(), new Bucket("", "", "", ""));

  @BeforeAll
  void install() {
    database = Database.install(stage, NAMESPACE, new Database.Shape(1, false, false));
    database.backup("first");
  }

  @Test
  @Order(1)
  void theOldOneServesAllTheWhile() throws InterruptedException {
    database.sell("before", 5);
    Thread.sleep(Duration.ofSeconds(2));
    var moment = database.now();
    Thread.sleep(Duration.ofSeconds(2));
    database.sell("after", 5);
    database.archive();
    var pods = pods();
    try (var till = Till.install(database);
        var prober = DatabaseProber.start(database)) {
      var recovery =
          house.recover(
              "beside",
              DatabaseRoom.time(moment)
                  + ", strategy: Beside, checks: [{name: rows, query: \"select count(*) = 5 from sales where what = 'before'\"}], "
                  + Recovery.automatic());
      recovery.succeed();
      System.out.println("e2e: beside: unanswered " + prober.unanswered().toMillis() + " ms");
      assertThat(pods()).isEqualTo(pods);
      assertThat(database.sold("after")).isEqualTo(5);
      assertThat(database.lineage()).isEqualTo("db");
      assertThat(till.kept()).containsAll(till.committed().subList(0, 5));

      var copy =
          recovery.status().path("facts").path("postgres").path("copy").path("name").asText();
      assertThat(house.clusters()).containsExactlyInAnyOrder("db", copy);
      var answer =
          database.sql(
              copy + "-1",
              "select count(*) filter (where what = 'before'), count(*) filter (where what = 'after') from sales");
      assertThat(answer).isEqualTo("5|0");
      stage.kube().kubectl("-n", NAMESPACE, "delete", Database.KIND, copy, "--timeout=120s");
    }
  }

  @Test
  @Order(2)
  void inPlaceWhenTheVolumesAreLost() {
    database.sell("late", 5);
    database.archive();
    var uid = database.uid();
    stage
        .kube()
        .kubectl("-n", NAMESPACE, "delete", "pvc", "-l", "cnpg.io/cluster=db", "--wait=false");
    stage.kube().kubectl("-n", NAMESPACE, "delete", "pod", "db-1", "--grace-period=0", "--force");
    Kube.await(
        "the cluster knows that it is lost",
        Duration.ofMinutes(3),
        () -> database.status().path("phase").asText().contains("unrecoverable"));

    var recovery =
        house.recover(
            "in-place", "target: {latest: true}, strategy: InPlace, " + Recovery.automatic());
    recovery.succeed();
    database.healthy();
    assertThat(database.sold("late")).isEqualTo(5);
    assertThat(database.sold("before")).isEqualTo(5);
    assertThat(database.uid()).isNotEqualTo(uid);
    assertThat(database.lineage()).isNotEqualTo("db");
    assertThat(database.holds("ContinuousArchiving")).isTrue();
  }

  /** Which pods run the database, and how often their containers were started. */
  private List<String> pods() {
    return stage.kube().list("pods", NAMESPACE, "-l", "cnpg.io/cluster=db").stream()
        .map(pod ->
            pod.path("metadata").path("uid").asText()
                + pod.path("status").path("containerStatuses").findValuesAsText("restartCount"))
        .sorted()
        .toList();
  }

  @AfterAll
  void clear() {
    house.room().clear();
  }
}
