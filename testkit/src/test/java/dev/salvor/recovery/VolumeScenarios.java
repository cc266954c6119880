package dev.salvor.recovery;

import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Stage;
import java.util.List;
import java.util.stream.Stream;

/** What of VolumeRecovery is disturbed in {@link FaultPlansTest}. */
final class VolumeScenarios {
  private static final Scenario SWAP =
      new Scenario("volume-swap", "Succeeded", () -> VolumeShop.once().damaged().recovers());

  /** Of them only what nobody before them has reached is played by default. */
  static final List<Scenario> SIDE =
      List.of(
          new Scenario("volume-job", "Succeeded", VolumeScenarios::job),
          new Scenario("volume-undo", "Undone", VolumeScenarios::undo),
          new Scenario("volume-captures", "Undone", VolumeScenarios::captures),
          new Scenario("volume-empty", "Failed", VolumeScenarios::empty));

  static final List<Scenario> ALL = Stream.concat(Stream.of(SWAP), SIDE.stream()).toList();

  private VolumeScenarios() {}

  private static Stage job() {
    return VolumeShop.once()
        .damaged()
        .program(0, "fetching\nRestore Success!")
        .recovers(VolumeShop.JOB);
  }

  private static Stage undo() {
    var shop = VolumeShop.once().damaged();
    shop.shop.cluster.with(new Regret(VolumeShop.RECOVERY));
    return shop.recovers();
  }

  private static Stage captures() {
    var there = new CaptureShop();
    there.volumes.shop.cluster.with(new Regret(VolumeShop.RECOVERY));
    return there.recovers();
  }

  private static Stage empty() {
    var shop = VolumeShop.once().damaged();
    shop.volSync.emptied("shop", "repo");
    return shop.recovers();
  }
}
