package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.gitops.GitOpsJanitor;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.models.GaleraMishap;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Members of a Galera cluster go with their nodes. */
class GaleraLossTest {
  private static final String FORCED = "/spec/galera/recovery/forceClusterBootstrapInPod";

  @Test
  void withAQuorumTheNewMemberJoinsByItself() {
    var shop = new GaleraShop(3).dies("node-1").later();
    assertThat(shop.ready()).isEqualTo(2);
    var story = new Story(shop.recovers("node-1"));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    whole(shop, 3);
    assertThat(shop.cluster.writes()).noneMatch(write -> write.ref().kind().equals("MariaDB"));
  }

  @Test
  void withoutAQuorumItsOperatorRecoversIt() {
    var shop = new GaleraShop(3).dies("node-1", "node-2").later();
    assertThat(shop.ready()).isZero();
    var stories = List.of(new Story(shop.recovers("node-1")), new Story(shop.recovers("node-2")));
    together(stories);
    for (var story : stories)
      assertThat(story.stage.phase()).as(story.message()).isEqualTo("Succeeded");
    whole(shop, 3);
    assertThat(shop.cluster.writes()).noneMatch(write -> write.ref().kind().equals("MariaDB"));
  }

  @Test
  void theMemberThatHasMostIsNamedIfTheOperatorFindsNone() {
    var shop = new GaleraShop(3);
    shop.galera.with(GaleraMishap.RECOVERY_FAILS);
    shop.dies("node-1", "node-2").later();
    var stories = List.of(new Story(shop.recovers("node-1")), new Story(shop.recovers("node-2")));
    together(stories);
    for (var story : stories)
      assertThat(story.stage.phase()).as(story.message()).isEqualTo("Succeeded");
    whole(shop, 3);
    assertThat(shop.cluster.writes()).anyMatch(write -> write.ref().kind().equals("MariaDB"));
    assertThat(shop.database().at(FORCED).isMissingNode()).isTrue();
  }

  @Test
  void ofTwoThatAreLeftTheOneThatHasMoreIsNamed() {
    var shop = new GaleraShop(5, 3);
    shop.galera.with(GaleraMishap.RECOVERY_FAILS);
    shop.dies("node-1").later();
    assertThat(shop.ready()).isZero();
    shop.write(3, "h1@9");
    shop.write(4, "h1@7");
    var story = new Story(shop.recovers("node-1"));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    for (var member = 0; member < 5; member++) assertThat(shop.data(member)).isEqualTo("h1@9");
    notTold(shop);
  }

  @Test
  void whileAMemberOfAnotherNodeMayServeNothingIsBegun() {
    var shop = new GaleraShop(3);
    shop.galera.with(GaleraMishap.RECOVERY_FAILS);
    shop.dies("node-1").cut("node-2").later();
    var story = new Story(shop.recovers("node-1"));
    story.until(() -> story.message().contains("node-2, which does not answer"));
    assertThat(story.message()).contains("NodeLossRecovery for it");
    story.ticks(200);
    assertThat(shop.cluster.writes()).noneMatch(write -> write.ref().kind().equals("MariaDB"));
  }

  @Test
  void anOrderThatStandsAlreadyIsARefusal() {
    var shop = new GaleraShop(3).dies("node-1").later();
    var database = shop.database();
    database.withObject("/spec/galera/recovery").put("forceClusterBootstrapInPod", "db-0");
    shop.cluster.world().update(database);
    var story = new Story(shop.recovers("node-1"));
    assertThat(story.ends()).isEqualTo("Refused");
    assertThat(story.stage.resource().toString()).contains("GaleraBootstrapForced");
    assertThat(shop.cluster.world().get(Kinds.PVC.ref("bank", "storage-db-0"))).isPresent();
  }

  @Test
  void anOrderThatDoesNotHelpIsTakenBack() {
    var shop = new GaleraShop(3, 2);
    shop.galera.with(GaleraMishap.RECOVERY_FAILS, GaleraMishap.BOOTSTRAP_FAILS);
    shop.dies("node-1").later();
    var story = new Story(shop.recovers("node-1"));
    assertThat(story.ends()).isEqualTo("Failed");
    assertThat(story.reason()).isEqualTo("GaleraBootstrapFailed");
    notTold(shop);
    shop.galera.without(GaleraMishap.BOOTSTRAP_FAILS);
    assertThat(story.retried()).as(story.message()).isEqualTo("Succeeded");
    whole(shop, 3);
  }

  /** It goes on until the cluster stands, and then takes the order back all the same. */
  @Test
  void anAbortTakesTheOrderBack() {
    var shop = new GaleraShop(3, 2);
    shop.galera.with(GaleraMishap.RECOVERY_FAILS);
    shop.dies("node-1").later();
    var story =
        new Story(shop.recovers("node-1")).until(() -> !shop.database().at(FORCED).isMissingNode());
    story.stage.edit("{\"spec\": {\"abort\": true}}");
    story.ends();
    whole(shop, 3);
  }

  /** Its finalizer was taken off, or it was deleted and had no time left. */
  @Test
  void theJanitorTakesTheOrderBackOfARecoveryThatIsGone() {
    var shop = new GaleraShop(3, 2);
    shop.galera.with(GaleraMishap.RECOVERY_FAILS, GaleraMishap.BOOTSTRAP_FAILS);
    shop.dies("node-1").later();
    var story =
        new Story(shop.recovers("node-1")).until(() -> !shop.database().at(FORCED).isMissingNode());
    var recovery = story.stage.resource();
    recovery.withObject("/metadata").remove("finalizers");
    shop.cluster.world().update(recovery);
    shop.cluster.world().delete(story.stage.recovery());
    var janitor = new GitOpsJanitor(shop.cluster, (_, _, _, _, _, _, _) -> {}, Clock.systemUTC());
    assertThat(janitor.sweep()).get().asString().contains("gave back MariaDB bank/db");
    notTold(shop);
    assertThat(janitor.sweep()).isEmpty();
  }

  /** A state transfer into the other member had not ended: it has nothing to begin with. */
  @Test
  void aMemberThatWasNotFilledToTheEndIsNeverBegunWith() {
    var shop = new GaleraShop(3);
    shop.galera.with(GaleraMishap.RECOVERY_FAILS);
    shop.dies("node-1", "node-2").later();
    shop.write(2, "h1@7!");
    var stories = List.of(new Story(shop.recovers("node-1")), new Story(shop.recovers("node-2")));
    for (var story : stories) story.until(() -> story.message().contains("has lost its quorum:"));
    for (var story : stories) story.ticks(200);
    assertThat(shop.cluster.writes()).noneMatch(write -> write.ref().kind().equals("MariaDB"));
  }

  static void notTold(GaleraShop shop) {
    assertThat(shop.database().at(FORCED).isMissingNode()).isTrue();
    assertThat(shop.database().at("/metadata/annotations").toString()).doesNotContain("held-by");
  }

  /** All members run, the new ones have what the old ones had, and nothing is told any more. */
  private static void whole(GaleraShop shop, int members) {
    assertThat(shop.ready()).isEqualTo(members);
    for (var member = 0; member < members; member++)
      assertThat(shop.data(member)).isEqualTo("h1@1");
    notTold(shop);
  }

  static void together(List<Story> stories) {
    for (var round = 0; round < 6000; round++) {
      var going = false;
      for (var story : stories) going |= story.tick();
      if (!going) return;
      if (stories.stream().allMatch(GaleraLossTest::over)) return;
    }
    throw new AssertionError(stories.stream().map(Story::message).toList().toString());
  }

  private static boolean over(Story story) {
    return !story.stage.resource().at("/status/endedAt").isMissingNode()
        || story.stage.phase().equals("Failed");
  }
}
