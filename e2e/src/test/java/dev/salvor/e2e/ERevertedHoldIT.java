package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * (e) The child's manifest in Git says {@code suspend: false}, and a person resumes the parent, so
 * that the parent takes the hold off the child again: stopped before any deletion, even though the
 * consumers stand still already.
 */
@Scenario
class ERevertedHoldIT {
  private static final String NAMESPACE = "e2e-e";
  private final Stage stage = Stage.open();
  private final Room room = Room.of(stage, NAMESPACE);

  @Test
  void stoppedBeforeAnyDeletion() throws InterruptedException {
    var flux = Flux.need(stage);
    stage.kube().namespace(NAMESPACE);
    var shop = new Shop(stage, NAMESPACE, "local-path", true);
    var url =
        flux.publish(
            "e2e-e",
            Map.of(
                "parent/child.yaml",
                Flux.kustomization("e2e-e-child", "e2e-e", "./shop", "suspend: false"),
                "shop/shop.yaml",
                shop.manifest()));
    flux.source("e2e-e", url);
    stage.kube().apply(Flux.kustomization("e2e-e-parent", "e2e-e", "./parent", ""));
    flux.awaitReady("e2e-e-parent");
    flux.awaitReady("e2e-e-child");
    shop.ready();
    shop.fill(50, 10_000);
    new Velero(stage.kube()).backup("e2e-e-1", NAMESPACE);
    shop.damage();
    var damaged = shop.sums();
    var claim = shop.claimUid();
    var volume = shop.volume();

    var over = new AtomicBoolean();
    var person =
        Thread.ofVirtual()
            .start(() -> {
              while (!over.get()) {
                if (flux.suspended("e2e-e-parent") && flux.suspended("e2e-e-child"))
                  flux.resume("e2e-e-parent");
              }
            });
    var recovery =
        Recovery.apply(
            stage.kube(),
            NAMESPACE,
            "reverted",
            Recovery.from("e2e-e-1") + ", " + Recovery.automatic());
    try {
      recovery.await("Failed", Recovery.LIMIT);
    } finally {
      over.set(true);
      person.join();
    }

    assertThat(recovery.stalled()).isEqualTo("SuspensionLost");
    assertThat(shop.claimUid()).isEqualTo(claim);
    assertThat(shop.volume()).isEqualTo(volume);
    assertThat(recovery.started("SwapVolumes") && recovery.done("SwapVolumes")).isFalse();
    // everything is as before: what was stopped runs again, what was held is free
    shop.ready();
    assertThat(shop.sums()).isEqualTo(damaged);
    Kube.await(
        "nothing is held",
        Duration.ofSeconds(60),
        () -> !flux.suspended("e2e-e-parent") && !flux.suspended("e2e-e-child"));
    room.awaitNoShadow();
  }

  @AfterAll
  void clear() {
    new Flux(stage).delete("e2e-e-parent", "e2e-e-child");
    room.clear();
  }
}
