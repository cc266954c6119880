package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** (c) The operator killed with SIGKILL, at random moments and at the worst ones. */
@Scenario
class CKilledIT {
  private static final String NAMESPACE = "e2e-c";
  private final Stage stage = Stage.open();
  private final Room room = Room.of(stage, NAMESPACE);
  private Shop shop = new Shop(stage, NAMESPACE, "local-path", true);
  private java.util.List<String> good = java.util.List.of();

  @BeforeAll
  void backUp() {
    shop = Shop.install(stage, NAMESPACE);
    shop.fill(400, 150_000);
    good = shop.sums();
    new Velero(stage.kube()).backup("e2e-c-1", NAMESPACE);
  }

  @Test
  @Order(1)
  void threeRandomMomentsChangeNothing() throws InterruptedException {
    var seed = Long.getLong("salvor.seed", System.nanoTime());
    System.out.println("e2e: -Dsalvor.seed=" + seed);
    var random = new Random(seed);
    shop.damage();
    var recovery = begin("random");
    for (var i = 0; i < 3; i++) {
      // the moment is the point here: nothing to wait for
      Thread.sleep(Duration.ofMillis(1_000 + random.nextInt(7_000)));
      killAndStart(recovery);
    }
    assertBack(recovery);
  }

  /** swap.md 4.3, 6: between the deletion of the claim and its creation. */
  @Test
  @Order(2)
  void killedBetweenDeletionAndCreation() {
    shop.damage();
    var uid = shop.claimUid();
    var recovery = begin("between");
    Kube.await(
        "the claim is being deleted",
        Recovery.LIMIT,
        () -> {
          var claim = shop.claim();
          return claim.isMissingNode()
              || claim.path("metadata").has("deletionTimestamp")
              || !claim.path("metadata").path("uid").asText().equals(uid);
        });
    killAndStart(recovery);
    assertBack(recovery);
  }

  /** swap.md 4.3, 6: the claim is there again, the consumers are not. */
  @Test
  @Order(3)
  void killedBetweenCreationAndScaleUp() {
    shop.damage();
    var uid = shop.claimUid();
    var recovery = begin("before-scale-up");
    Kube.await(
        "the claim is there again",
        Recovery.LIMIT,
        () -> !shop.claim().isMissingNode() && !shop.claimUid().equals(uid));
    killAndStart(recovery);
    assertBack(recovery);
  }

  /** swap.md 4.3, 6: nobody binds for a while after the deletion. */
  @Test
  @Order(4)
  void controllerManagerAwayAfterTheDeletion() throws InterruptedException {
    var manager = ControllerManager.find();
    org.junit.jupiter.api.Assumptions.assumeTrue(
        manager.isPresent() && stage.cluster() instanceof ToolCluster,
        "only where the controller-manager is a process of this machine");
    shop.damage();
    var uid = shop.claimUid();
    var recovery = begin("no-controller");
    Kube.await(
        "the claim is gone",
        Recovery.LIMIT,
        () -> shop.claim().isMissingNode() || !shop.claimUid().equals(uid));
    try (var _ = manager.get().stopped()) {
      Thread.sleep(Duration.ofSeconds(30));
      assertThat(recovery.phase()).isNotEqualTo("Failed");
    }
    assertBack(recovery);
  }

  private Recovery begin(String name) {
    return Recovery.apply(
        stage.kube(),
        NAMESPACE,
        name,
        Recovery.from("e2e-c-1") + ", undo: {retainFor: 0s}, " + Recovery.automatic());
  }

  private void killAndStart(Recovery recovery) {
    stage.operator().kill();
    System.out.println("e2e: SIGKILL at " + recovery.status().path("step").asText("-"));
    stage.operator().start();
  }

  private void assertBack(Recovery recovery) {
    recovery.succeed();
    shop.ready();
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    assertThat(shop.claim().path("status").path("phase").asText()).isEqualTo("Bound");
    assertThat(
            stage.kube().get("deployment", NAMESPACE, "shop").path("spec").path("replicas").asInt())
        .isEqualTo(1);
    assertThat(shop.claim().path("metadata").path("annotations").toString())
        .doesNotContain("held-by");
    room.awaitNoShadow();
  }

  @AfterAll
  void clear() {
    stage.operator().start();
    room.clear();
  }
}
