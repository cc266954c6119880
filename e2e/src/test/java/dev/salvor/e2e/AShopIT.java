package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** (a) 300 MB in 2,000 files, overwritten by garbage, back byte for byte, in all three ways. */
@Scenario
class AShopIT {
  private static final String NAMESPACE = "e2e-a";
  private static final Duration ADDED = Duration.ofSeconds(15);

  private final Stage stage = Stage.open();
  private final Velero velero = new Velero(stage.kube());
  private final Room room = Room.of(stage, NAMESPACE);
  private final Shop shop = new Shop(stage, NAMESPACE, "local-path", true);
  private Flux flux = new Flux(stage);
  private List<String> good = List.of();
  private Duration own = Duration.ZERO;

  @BeforeAll
  void backUp() {
    flux = Flux.need(stage);
    stage.kube().namespace(NAMESPACE);
    // no volumes: nothing to restore of it, so nothing of it may start beside (swap.md 4.3, 1)
    var web =
        Kube.manifest("apps/web.yaml", Map.of("ns", NAMESPACE, "image", stage.cluster().busybox()));
    flux.source(
        NAMESPACE,
        flux.publish(NAMESPACE, Map.of("app/shop.yaml", shop.manifest(), "app/web.yaml", web)));
    stage.kube().apply(Flux.kustomization(NAMESPACE, NAMESPACE, "./app", ""));
    flux.awaitReady(NAMESPACE);
    shop.ready();
    shop.fill(2_000, 150_000);
    good = shop.sums();
    assertThat(good).hasSize(2_001);
    velero.backup("e2e-a-1", NAMESPACE);
    own = shop.ownStopAndStart();
    System.out.println("e2e: the shop's own stop and start: " + own.toMillis() + " ms");
  }

  @Test
  @Order(1)
  void swapBringsEveryByteBackWhileTheShopAnswers() {
    shop.damage();
    var started = new Starts(stage);
    try (var watch = stage.watch();
        var prober = shop.prober()) {
      prober.awaitAnswer(Duration.ofSeconds(30));
      var recovery = Recovery.apply(stage.kube(), NAMESPACE, "swap", Recovery.from("e2e-a-1"));
      recovery.approve();
      recovery.succeed();
      shop.ready();
      prober.awaitAnswer(Duration.ofSeconds(30));
      var unanswered = prober.unanswered();
      System.out.println("e2e: swap: unanswered " + unanswered.toMillis() + " ms");

      assertThat(Shop.differences(good, shop.sums())).isEmpty();
      assertThat(unanswered).isLessThanOrEqualTo(own.plus(ADDED));
      assertThat(recovery.status().path("outage").asText()).isNotEmpty();
      assertThat(recovery.status().path("undo").path("possible").asBoolean()).isTrue();
      // the watch would be worthless had it seen nothing
      assertThat(watch.pods()).isNotEmpty();
      assertThat(watch.started()).isNotEmpty().noneMatch(AShopIT::ofTheApplication);
    }
    assertThat(started.inShadow()).isEmpty();
    room.awaitNoShadow();
    assertGivenBack();
    assertNothingIsExcludedFromBackups();
  }

  private static boolean ofTheApplication(String container) {
    return container.matches(".*/(shop|migrate|web)");
  }

  /** Flux is as it was, and the recovery is nothing to it. */
  private void assertGivenBack() {
    assertThat(flux.suspended(NAMESPACE)).isFalse();
    flux.awaitReady(NAMESPACE);
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
  }

  /** M1: production must still be backed up after the exchange. */
  private void assertNothingIsExcludedFromBackups() {
    var label = "velero.io/exclude-from-backup";
    assertThat(shop.claim().path("metadata").path("labels").has(label)).isFalse();
    var volume = stage.kube().get("persistentvolume", "", shop.volume());
    assertThat(volume.path("metadata").path("labels").has(label)).isFalse();
    assertThat(volume.path("spec").path("persistentVolumeReclaimPolicy").asText())
        .isEqualTo("Delete");
    assertThat(stage.kube().list("pods", NAMESPACE))
        .noneMatch(pod -> pod.path("metadata").path("labels").has(label));
  }

  @Test
  @Order(2)
  void inPlaceBringsEveryByteBack() {
    shop.damage();
    var recovery =
        Recovery.apply(
            stage.kube(),
            NAMESPACE,
            "in-place",
            Recovery.from("e2e-a-1")
                + ", strategy: InPlace, undo: {retainFor: 0s}, "
                + Recovery.automatic());
    recovery.succeed();
    shop.ready();
    assertGivenBack();
    assertNothingIsExcludedFromBackups();
  }

  @Test
  @Order(3)
  void namespaceScopeBringsEverythingBack() {
    shop.damage();
    stage.kube().kubectl("-n", NAMESPACE, "delete", "service", "shop");
    stage.kube().kubectl("-n", NAMESPACE, "delete", "deployment", "web");
    var recovery =
        Recovery.apply(
            stage.kube(),
            NAMESPACE,
            "all",
            Recovery.from("e2e-a-1")
                + ", scope: Namespace, undo: {retainFor: 0s}, "
                + Recovery.automatic());
    recovery.succeed();
    shop.ready();
    stage.kube().rollout(NAMESPACE, "deployment/web");
    assertGivenBack();
    try (var prober = shop.prober()) {
      prober.awaitAnswer(Duration.ofSeconds(30));
    }
  }

  @AfterAll
  void clear() {
    if (!Cluster.keep()) flux.delete(NAMESPACE);
    room.clear();
  }
}
