package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** (i) The 300 MB again, from a CSI snapshot and from a data-mover backup, by Swap. */
@Scenario
class ICsiIT {
  private static final String NAMESPACE = "e2e-i";
  private final Stage stage = Stage.open();
  private final Velero velero = new Velero(stage.kube());
  private final Room room = Room.of(stage, NAMESPACE);
  private Shop shop = new Shop(stage, NAMESPACE, "csi-hostpath", false);
  private List<String> good = List.of();
  private Duration own = Duration.ZERO;

  @BeforeAll
  void install() {
    var missing = stage.cluster().need("csi");
    Assumptions.assumeTrue(missing.isEmpty(), () -> "the cluster lacks " + missing.orElse(""));
    shop = Shop.install(stage, NAMESPACE, "csi-hostpath", false);
    shop.fill(2_000, 150_000);
    good = shop.sums();
    own = shop.ownStopAndStart();
  }

  @Test
  @Order(1)
  void fromASnapshot() {
    velero.backup("e2e-i-snapshot", NAMESPACE, "snapshotMoveData: false");
    swap("snapshot", "e2e-i-snapshot");
  }

  @Test
  @Order(2)
  void fromTheDataMover() {
    velero.backup("e2e-i-mover", NAMESPACE, "snapshotMoveData: true");
    swap("mover", "e2e-i-mover");
  }

  private void swap(String name, String backup) {
    shop.damage();
    try (var watch = stage.watch();
        var prober = shop.prober()) {
      prober.awaitAnswer(Duration.ofSeconds(30));
      var recovery =
          Recovery.apply(
              stage.kube(),
              NAMESPACE,
              name,
              Recovery.from(backup) + ", strategy: Swap, " + Recovery.automatic());
      recovery.succeed();
      shop.ready();
      prober.awaitAnswer(Duration.ofSeconds(30));
      System.out.println("e2e: " + name + ": unanswered " + prober.unanswered().toMillis() + " ms");
      assertThat(prober.unanswered()).isLessThanOrEqualTo(own.plus(Duration.ofSeconds(15)));
      assertThat(watch.started()).isNotEmpty().noneMatch(at -> at.matches(".*/(shop|migrate)"));
    }
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    room.awaitNoShadow();
    // the copy must not hang on anything of the shadow namespace that is now gone
    stage.kube().kubectl("-n", NAMESPACE, "rollout", "restart", "deployment/shop");
    shop.ready();
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
  }

  @AfterAll
  void clear() {
    room.clear();
  }
}
