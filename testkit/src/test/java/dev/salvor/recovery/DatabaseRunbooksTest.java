package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Marks;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.faults.Disturbance;
import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.faults.Trial;
import dev.salvor.testkit.models.CnpgInstallation;
import dev.salvor.testkit.models.CnpgModel;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Whole runbooks of databases when nobody disturbs them. */
class DatabaseRunbooksTest {
  @Test
  void aSwapBringsBackTheRowsUnderTheSameClusterInANewLineage() {
    var shop = new DatabaseShop().underFlux();
    var uid = shop.db().uid();
    assertThat(shop.rows()).containsExactly("good-order-2", "old-damage", "old-orders");
    var course = play(shop.recovers(DatabaseScenarios.toMoment(shop)));
    var status = course.stage().resource().at("/status");
    assertThat(course.ended()).as(status.toPrettyString()).isTrue();
    assertThat(course.stage().phase()).as(status.at("/message").asText()).isEqualTo("Succeeded");
    assertThat(shop.rows()).containsExactly("order-1", "good-order-2");
    assertThat(shop.db().uid()).isEqualTo(uid);
    assertThat(shop.lineage()).isEqualTo("db-v2");
    assertThat(shop.cluster.list(Kinds.CLUSTER, "shop")).hasSize(1);
    assertThat(shop.cluster.list(Kinds.JOB, "shop")).isEmpty();
    for (var volume : status.at("/facts/volumes"))
      assertThat(shop.volume(volume.path("claim").asText()).at("/metadata/uid").asText())
          .isEqualTo(volume.at("/copy/uid").asText())
          .isNotEmpty();
    assertThat(shop.object(Kinds.DEPLOYMENT, "web").at("/status/readyReplicas").asInt())
        .isEqualTo(2);
    assertThat(shop.object(Kinds.SCHEDULED_BACKUP, "nightly").at("/spec/suspend").asBoolean())
        .isFalse();
    nothingIsHeld(shop);
  }

  @Test
  void fluxStaysHeldUntilGitKnowsTheNewLineage() {
    var shop = new DatabaseShop().underFlux();
    var course = play(shop.recovers(DatabaseScenarios.toMoment(shop)));
    assertThat(course.stage().phase()).isEqualTo("Succeeded");
    var given =
        shop.cluster.writes().stream()
            .filter(write -> write.ref().equals(DatabaseShop.APPS))
            .map(Recorded::after)
            .filter(Objects::nonNull)
            .map(after -> after.at("/spec/suspend").asBoolean())
            .toList();
    assertThat(given)
        .as("held, given to a revision without the change, held again, given back")
        .containsExactly(true, false, true, false);
    assertThat(shop.flux.of(DatabaseShop.APPS).toString()).contains("\"serverName\":\"db-v2\"");
    var owner = shop.cluster.get(DatabaseShop.APPS).orElseThrow();
    assertThat(owner.text("/status/lastAppliedRevision")).isEqualTo(shop.flux.revision());
  }

  @Test
  void anUndoBringsBackTheOldRowsAndTheOldLineageAlsoInGit() {
    var shop = new DatabaseShop().underFlux();
    var uid = shop.db().uid();
    shop.cluster.with(new Regret(DatabaseShop.RECOVERY));
    var course = play(shop.recovers(DatabaseScenarios.toMoment(shop)));
    assertThat(course.stage().phase())
        .as(course.stage().resource().at("/status/message").asText())
        .isEqualTo("Undone");
    assertThat(shop.rows()).containsExactly("good-order-2", "old-damage", "old-orders");
    assertThat(shop.db().uid()).isEqualTo(uid);
    assertThat(shop.lineage()).isEqualTo("db");
    assertThat(shop.flux.of(DatabaseShop.APPS).toString()).contains("\"serverName\":\"db\"");
    assertThat(course.stage().resource().at("/status/gitPatch").asText())
        .contains("serverName: db-v2 -> db");
    nothingIsHeld(shop);
  }

  @Test
  void whatIsRecoveredInPlaceHasTheRowsAndItsConsumers() {
    var shop = new DatabaseShop().underFlux();
    var course = play(shop.recovers(DatabaseScenarios.to(shop, "InPlace")));
    assertThat(course.stage().phase()).isEqualTo("Succeeded");
    assertThat(shop.rows()).containsExactly("order-1", "good-order-2");
    assertThat(shop.lineage()).isEqualTo("db-v2");
    assertThat(shop.object(Kinds.DEPLOYMENT, "web").at("/status/readyReplicas").asInt())
        .isEqualTo(2);
    assertThat(shop.cluster.volumeData().all().values())
        .as("the old database")
        .anyMatch(data -> data.contains("old-orders"));
    nothingIsHeld(shop);
  }

  /** Everything is taken back, the copy too; the retry found its volumes missing. */
  @Test
  void theRetryAfterACopyThatCouldNotBeDeletedMakesAnother() {
    var calm = new Trial(DatabaseScenarios.SWAP, List.of()).play();
    var refused =
        calm.stage().cluster().writes().stream()
            .filter(write -> write.site().contains("CopyRemoval"))
            .findFirst()
            .orElseThrow();
    var shop = new DatabaseShop().underFlux();
    var stage = shop.recovers(DatabaseScenarios.toMoment(shop));
    var ban = new Disturbance.FromWrite(refused.number(), Fault.FORBIDDEN);
    new Trial(new Scenario("once", "", () -> stage), List.of(ban)).play();
    assertThat(stage.phase())
        .as(stage.resource().at("/status/message").asText())
        .isEqualTo("Succeeded");
    assertThat(shop.rows()).containsExactly("order-1", "good-order-2");
    assertThat(shop.lineage()).as("db-v2 is what the first copy has begun").isEqualTo("db-v3");
    nothingIsHeld(shop);
  }

  @Test
  void aClusterThatIsGoneIsMadeAnewOverTheRecoveredVolumes() {
    var course = DatabaseScenarios.GONE.stage().get();
    var cluster = play(course).stage().cluster();
    assertThat(course.phase()).isEqualTo("Succeeded");
    var db = cluster.get(DatabaseShop.DB).orElseThrow();
    assertThat(db.text("/spec/plugins/0/parameters/serverName")).isEqualTo("db-v2");
    assertThat(CnpgModel.rowsOfClaim(cluster.world(), Kinds.PVC.ref("shop", "db-1")))
        .containsExactly("order-1", "good-order-2");
  }

  @Test
  void theNewestMomentHasAlsoWhatAStrangerWroteAfterTheLastBackup() {
    var shop = new DatabaseShop().underFlux();
    var stranger = new LateWriter(shop.cnpg, DatabaseShop.DB);
    shop.cluster.with(stranger);
    var course = play(shop.recovers("target: {latest: true}\nstrategy: InPlace\n"));
    assertThat(course.stage().phase())
        .as(course.stage().resource().at("/status/message").asText())
        .isEqualTo("Succeeded");
    assertThat(shop.rows())
        .containsExactly("good-order-2", "old-damage", "old-orders", LateWriter.ROW);
    nothingIsHeld(shop);
  }

  @Test
  void aDatabaseWhoseArchiveHasAnotherHistoryGetsALineageOfItsOwn() {
    var shop = new DatabaseShop().underFlux().withStrangers();
    var course = play(shop.resets());
    assertThat(course.stage().phase())
        .as(course.stage().resource().at("/status/message").asText())
        .isEqualTo("Succeeded");
    assertThat(shop.lineage()).isEqualTo("db-v2");
    assertThat(shop.cnpg.archive().backups(CnpgInstallation.DESTINATION, "db-v2")).hasSize(1);
    assertThat(shop.rows()).containsExactly("good-order-2", "old-damage", "old-orders");
    nothingIsHeld(shop);
  }

  private static void nothingIsHeld(DatabaseShop shop) {
    for (var kind : Kinds.ALL) {
      for (var object : shop.cluster.list(kind, "")) {
        if (kind == Kinds.PV) continue;
        assertThat(object.annotations())
            .as(object.ref().text())
            .doesNotContainKeys(Marks.HELD_BY, Marks.LINEAGE, Marks.CONDEMNED);
      }
    }
    for (var lease : shop.cluster.list(Kinds.LEASE, ""))
      assertThat(lease.has("/spec/holderIdentity")).isFalse();
  }

  private static Trial.Course play(Stage stage) {
    return new Trial(new Scenario("once", "", () -> stage), List.of()).play();
  }
}
