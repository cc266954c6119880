package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * (a), (f) A database under Flux, back to a moment between two rows, and the way back from there.
 */
@Scenario
class KPointInTimeIT {
  private static final String NAMESPACE = "e2e-k";
  private final Stage stage = Stage.plain();
  private final DatabaseRoom house = new DatabaseRoom(stage, NAMESPACE);
  private Flux flux = new Flux(stage);
  private Database database =
      new Database(stage, NAMESPACE, Database.Shape.small(), new Bucket("", "", "", ""));
  private List<String> volumes = List.of();
  private String approved = "";
  private Recovery recovery =
      Recovery.of(stage.kube(), Recovery.Kind.PostgresRecovery, NAMESPACE, "back");

  @BeforeAll
  void install() {
    database = Database.need(stage, NAMESPACE, Database.Shape.small());
    flux = Flux.need(stage);
    stage.kube().namespace(NAMESPACE);
    flux.source(NAMESPACE, publish(Database.NAME));
    stage.kube().apply(Flux.kustomization(NAMESPACE, NAMESPACE, "./app", ""));
    Kube.await("the Cluster is there", Duration.ofMinutes(3), () -> !database.uid().isEmpty());
    database.ready();
    flux.awaitReady(NAMESPACE);
    database.backup("first");
  }

  private String publish(String lineage) {
    return flux.publish(
        NAMESPACE,
        Map.of(
            "app/archive.yaml", database.surroundings(),
            "app/db.yaml", database.manifest(lineage),
            "app/till.yaml", Till.manifest(database)));
  }

  @Test
  @Order(1)
  void exactlyTheRowsBeforeTheMomentComeBack() throws InterruptedException {
    var own = database.ownStopAndStart();
    database.sell("before", 5);
    // commit times are what is compared: the moment has to lie between them
    Thread.sleep(Duration.ofSeconds(2));
    var moment = database.now();
    Thread.sleep(Duration.ofSeconds(2));
    database.sell("after", 5);
    var sure = database.sql(till("at <= '" + moment.minusSeconds(1) + "'"));
    database.sql("delete from sales where what = 'before'");
    database.archive();
    volumes = volumes();
    var uid = database.uid();
    var system = database.status().path("systemID").asText();

    try (var till = Till.open(database);
        var prober = DatabaseProber.start(database)) {
      recovery = house.recover("back", DatabaseRoom.time(moment));
      approved = recovery.approve();
      recovery.awaitReason("GitBehind");
      database.healthy();
      prober.awaitAnswer(Duration.ofMinutes(1));
      System.out.println(
          "e2e: PITR by Swap: unanswered %d ms; the cluster's own stop and start %d ms"
              .formatted(prober.unanswered().toMillis(), own.toMillis()));

      assertThat(database.sold("before")).isEqualTo(5);
      assertThat(database.sold("after")).isZero();
      assertThat(
              database.sql(
                  "select count(*) from sales where at between '"
                      + moment
                      + "' and '"
                      + moment.plusSeconds(3)
                      + "'"))
          .isEqualTo("0");
      assertThat(database.sql(till("at <= '" + moment.minusSeconds(1) + "'"))).isEqualTo(sure);
      assertThat(database.uid()).isEqualTo(uid);
      assertThat(database.status().path("systemID").asText()).isEqualTo(system);
      assertThat(flux.suspended(NAMESPACE)).isTrue();

      var lineage = DatabaseRoom.lineage(recovery);
      assertThat(lineage).isNotEqualTo(Database.NAME);
      assertThat(recovery.status().path("gitPatch").asText()).contains(lineage);
      handBack(lineage);
      recovery.succeed();
      assertNothingIsHeld(till);
      assertThat(database.lineage()).isEqualTo(lineage);
      assertThat(database.archived(lineage))
          .anyMatch(key -> key.contains("/base/"))
          .anyMatch(key -> key.contains("/wals/"));
    }
    assertThat(recovery.status().path("outage").asText()).isNotEmpty();
    assertThat(house.clusters()).containsExactly(Database.NAME);
  }

  private static String till(String where) {
    return "select count(*), max(id) from sales where what = 'till' and " + where;
  }

  private void handBack(String lineage) {
    publish(lineage);
    flux.fetch(NAMESPACE);
  }

  private void assertNothingIsHeld(Till till) {
    assertThat(flux.suspended(NAMESPACE)).isFalse();
    flux.awaitReady(NAMESPACE);
    till.ready();
    assertThat(till.replicas()).isEqualTo(1);
    // the numbers that the till was told of before the moment are given out once more: only the
    // database knows
    var sold = database.sold("till");
    Kube.await("the till sells", Duration.ofMinutes(2), () -> database.sold("till") > sold);
    var nightly =
        stage.kube().get("scheduledbackups.postgresql.cnpg.io", NAMESPACE, "nightly").path("spec");
    assertThat(nightly.path("suspend").asBoolean()).isFalse();
    for (var claim : stage.kube().list("persistentvolumeclaims", NAMESPACE))
      assertThat(claim.path("metadata").path("annotations").toString()).doesNotContain("held-by");
    assertThat(database.holds("ContinuousArchiving")).isTrue();
  }

  private List<String> volumes() {
    return stage.kube().list("persistentvolumeclaims", NAMESPACE).stream()
        .map(claim -> claim.path("spec").path("volumeName").asText())
        .sorted()
        .toList();
  }

  @Test
  @Order(2)
  void undoBringsTheOldDataBack() {
    assertThat(recovery.status().path("undo").path("possible").asBoolean()).isTrue();
    assertThat(volumes()).isNotEqualTo(volumes);
    var began = Instant.now();
    try (var till = Till.open(database)) {
      recovery.patch("{\"spec\":{\"undo\":{\"requested\":true}}}");
      recovery.approve(approved);
      recovery.awaitReason("GitBehind");
      handBack(Database.NAME);
      recovery.await("Undone");
      System.out.println(
          "e2e: undo took " + Duration.between(began, Instant.now()).toSeconds() + " s");
      database.healthy();
      assertThat(database.sold("after")).isEqualTo(5);
      assertThat(database.sold("before")).isZero();
      assertThat(volumes()).isEqualTo(volumes);
      assertThat(database.lineage()).isEqualTo(Database.NAME);
      database.archive();
      assertNothingIsHeld(till);
    }
    // and it can be recovered from what it archives now
    database.backup("after-undo");
  }

  @AfterAll
  void clear() {
    if (!Cluster.keep()) flux.delete(NAMESPACE);
    house.room().clear();
  }
}
