package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.models.CnpgMishap;
import org.junit.jupiter.api.Test;

/** The newest moment by Swap, while the primary lives: the copy follows until nobody writes. */
class DrainingSwapTest {
  private DatabaseShop shop = new DatabaseShop().underFlux();

  @Test
  void notOneCommittedRowIsLost() {
    var uid = shop.db().uid();
    var writer = new BusyWriter(shop.cnpg, DatabaseShop.DB);
    shop.cluster.with(writer);
    var story = new Story(shop.recovers(DatabaseScenarios.NEWEST));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(writer.acknowledged()).hasSizeGreaterThan(50);
    assertThat(shop.rows())
        .contains("good-order-2", "old-damage", "old-orders")
        .containsAll(writer.acknowledged());
    assertThat(shop.db().uid()).isEqualTo(uid);
    assertThat(shop.lineage()).isEqualTo("db-v2");
    assertThat(shop.cluster.list(Kinds.CLUSTER, "shop")).hasSize(1);
    assertThat(shop.cluster.list(Kinds.JOB, "shop")).isEmpty();
  }

  /** The last of them was written when the application stood still already. */
  @Test
  void whatIsWrittenAfterTheLastBackupIsThereToo() {
    var story = begun();
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(shop.rows())
        .containsExactly(
            "good-order-2",
            "old-damage",
            "old-orders",
            LastWords.LATE,
            LastWords.LAST,
            LastWords.FIRST);
    assertThat(shop.cluster.volumeData().all().values())
        .as("the old volumes")
        .anyMatch(data -> data.contains(LastWords.LAST) && !data.contains(LastWords.FIRST));
  }

  @Test
  void theWayBackLosesWhatWasWrittenSince() {
    shop.cluster.with(new Regret(DatabaseShop.RECOVERY));
    var story = begun();
    assertThat(story.ends()).as(story.message()).isEqualTo("Undone");
    asBefore();
  }

  @Test
  void aSegmentThatNeverArrivesGivesTheDatabaseBack() {
    var story = begun().untilStep("Hibernate");
    shop.cnpg.with(CnpgMishap.ARCHIVING_FAILS);
    assertThat(story.ends()).as(story.message()).isEqualTo("Failed");
    assertThat(story.message()).contains("has not reached lineage db");
    asBefore();
    assertThat(copy()).as("it serves the next try").isNotEmpty();
    shop.cnpg.without(CnpgMishap.ARCHIVING_FAILS);
    shop.cluster.settle();
    assertThat(story.retried()).as(story.message()).isEqualTo("Succeeded");
    assertThat(shop.rows()).endsWith(LastWords.LATE, LastWords.LAST, LastWords.FIRST);
  }

  @Test
  void aCopyThatDoesNotCatchUpGivesTheDatabaseBackAndGoesOnFollowing() {
    var story = begun().untilStep("Hibernate");
    shop.cnpg.with(CnpgMishap.FOLLOWER_STUCK);
    assertThat(story.ends()).as(story.message()).isEqualTo("Failed");
    assertThat(story.message()).contains("the last segment is");
    asBefore();
    var copy = copy();
    assertThat(copy).isNotEmpty();
    shop.cnpg.without(CnpgMishap.FOLLOWER_STUCK);
    shop.cluster.settle();
    assertThat(story.retried()).as(story.message()).isEqualTo("Succeeded");
    assertThat(shop.rows()).endsWith(LastWords.LATE, LastWords.LAST, LastWords.FIRST);
    assertThat(story.stage.resource().at("/status/facts/postgres/copy/uid").asText())
        .isEqualTo(copy);
  }

  /** Its volume does not say that all was archived. */
  @Test
  void aPrimaryThatWasKilledIsGivenBack() {
    var story = begun().untilStep("NoteSleep");
    var uid = shop.volume("db-2").at("/metadata/uid").asText();
    var data = shop.cluster.volumeData().of(uid);
    shop.cluster.setData(uid, data.replaceFirst(" true\n", " false\n"));
    assertThat(story.ends()).as(story.message()).isEqualTo("Failed");
    assertThat(story.reason()).isEqualTo("NotShutDownCleanly");
    asBefore();
  }

  /** What it wrote meanwhile is not in the copy, and nothing was deleted. */
  @Test
  void whoWakesTheDatabaseMeanwhileKeepsIt() {
    // under GitOps the guard of the lineage refuses that
    shop = new DatabaseShop();
    var story = begun().untilStep("Hibernate");
    shop.cnpg.with(CnpgMishap.FOLLOWER_STUCK);
    story.untilStep("AwaitReplay");
    hibernation("off");
    shop.cluster.settle();
    hibernation("on");
    shop.cluster.settle();
    shop.cnpg.without(CnpgMishap.FOLLOWER_STUCK);
    assertThat(story.ends()).as(story.message()).isEqualTo("Failed");
    assertThat(story.reason()).isEqualTo("WokenMeanwhile");
    assertThat(shop.lineage()).isEqualTo("db");
    assertThat(shop.rows()).endsWith(LastWords.LATE, LastWords.LAST);
  }

  /** It diverged from the primary, which is awake again: of no use to anybody. */
  @Test
  void aCopyThatWasPromotedGoesWhenItIsTakenBack() {
    var story = begun().untilStep("DeleteCopy");
    story.stage.edit("{\"spec\": {\"abort\": true}}");
    assertThat(story.ends()).as(story.message()).isEqualTo("Aborted");
    asBefore();
    assertThat(copy()).isEmpty();
    assertThat(shop.cluster.list(Kinds.PV, "")).as("no volume of the copy").hasSize(4);
  }

  @Test
  void whereArchivingFailsNothingBegins() {
    shop.cnpg.with(CnpgMishap.ARCHIVING_FAILS);
    shop.insert("old-unarchived");
    shop.archiveWal();
    shop.cluster.settle();
    var story = new Story(shop.recovers(DatabaseScenarios.NEWEST));
    assertThat(story.ends()).as(story.message()).isEqualTo("Refused");
    assertThat(story.stage.resource().at("/status/plan/summary").asText())
        .contains("WAL archiving of Cluster shop/db fails", "strategy: InPlace");
    assertThat(copy()).isEmpty();
  }

  @Test
  void aCopyThatSomebodyDeletesCostsNoOutage() {
    var story = begun().untilStep("AwaitApproval");
    shop.cluster.delete(Kinds.CLUSTER.ref("shop", "db-r1"));
    assertThat(story.ends()).as(story.message()).isEqualTo("Failed");
    assertThat(story.reason()).isEqualTo("CopyVanished");
    assertThat(shop.lineage()).isEqualTo("db");
    assertThat(story.stage.resource().at("/status/steps").findValuesAsText("name"))
        .doesNotContain("SuspendGitOps");
  }

  private Story begun() {
    shop.cluster.with(new LastWords(shop));
    return new Story(shop.recovers(DatabaseScenarios.NEWEST));
  }

  private void asBefore() {
    assertThat(shop.rows())
        .containsExactly(
            "good-order-2", "old-damage", "old-orders", LastWords.LATE, LastWords.LAST);
    assertThat(shop.lineage()).isEqualTo("db");
    assertThat(shop.cluster.list(Kinds.JOB, "shop")).isEmpty();
    assertThat(shop.object(Kinds.DEPLOYMENT, "web").at("/status/readyReplicas").asInt())
        .isEqualTo(2);
  }

  /** Its UID; empty without one. */
  private String copy() {
    return shop.cluster
        .get(Kinds.CLUSTER.ref("shop", "db-r1"))
        .map(dev.salvor.kube.Seen::uid)
        .orElse("");
  }

  private void hibernation(String value) {
    var edit = shop.db().edit().annotate("cnpg.io/hibernation", value);
    shop.cluster.world().save(edit);
  }
}
