package dev.salvor.recovery;

import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Stage;
import java.util.List;

/** What of VolumeRecovery is disturbed in {@link FaultPlansTest}. */
final class VolumeScenarios {
  static final List<Scenario> ALL =
      List.of(
          new Scenario("volume-swap", "Succeeded", () -> VolumeShop.once().damaged().recovers()),
          new Scenario(
              "volume-job",
              "Succeeded",
              () ->
                  VolumeShop.once()
                      .damaged()
                      .program(0, "fetching\nRestore Success!")
                      .recovers(VolumeShop.JOB)),
          new Scenario("volume-undo", "Undone", VolumeScenarios::undo),
          new Scenario("volume-empty", "Failed", VolumeScenarios::empty),
          new Scenario(
              "volume-node-loss",
              "Succeeded",
              () -> new NodeShop().volSync().dies().recovers("confirmNodeLost: node-1\n")));

  private VolumeScenarios() {}

  private static Stage undo() {
    var shop = VolumeShop.once().damaged();
    shop.shop.cluster.with(new Regret(VolumeShop.RECOVERY));
    return shop.recovers();
  }

  private static Stage empty() {
    var shop = VolumeShop.once().damaged();
    shop.volSync.emptied("shop", "repo");
    return shop.recovers();
  }
}
