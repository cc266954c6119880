package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** (g) The whole namespace is gone; the recovery lives in the operator's namespace. */
@Scenario
class GNamespaceGoneIT {
  private static final String NAMESPACE = "e2e-g";
  private final Stage stage = Stage.open();
  private final Room room = Room.of(stage, NAMESPACE);

  @Test
  void everythingComesBack() {
    var shop = Shop.install(stage, NAMESPACE);
    shop.fill(200, 50_000);
    var good = shop.sums();
    new Velero(stage.kube()).backup("e2e-g-1", NAMESPACE);
    stage.kube().kubectl("delete", "namespace", NAMESPACE, "--timeout=120s");

    var recovery =
        Recovery.apply(
            stage.kube(),
            Rights.NAMESPACE,
            "e2e-g",
            "targetNamespace: e2e-g, "
                + Recovery.from("e2e-g-1")
                + ", scope: Namespace, "
                + Recovery.automatic());
    recovery.succeed();
    shop.ready();

    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    assertThat(stage.kube().get("secret", NAMESPACE, "shop").path("data").path("password").asText())
        .isNotEmpty();
    try (var prober = shop.prober()) {
      prober.awaitAnswer(Duration.ofSeconds(30));
    }
  }

  @AfterAll
  void clear() {
    room.clear();
  }
}
