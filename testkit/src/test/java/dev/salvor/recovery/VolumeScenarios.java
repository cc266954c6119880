package dev.salvor.recovery;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.World;
import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.models.LonghornModel;
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
          new Scenario("volume-longhorn", "Succeeded", VolumeScenarios::longhorn),
          new Scenario("longhorn-failed", "Failed", VolumeScenarios::longhornFails),
          new Scenario("longhorn-bound", "Aborted", VolumeScenarios::longhornAborted),
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

  private static Stage longhorn() {
    return new LonghornShop().damaged().recovers(LonghornShop.NEWEST);
  }

  private static Stage longhornFails() {
    return new LonghornShop()
        .damaged()
        .with(LonghornModel.Mishap.RESTORE_FAILS)
        .recovers(LonghornShop.NEWEST);
  }

  /** While the volume has a claim beside, and is not yet kept. */
  private static Stage longhornAborted() {
    var there = new LonghornShop().damaged();
    there.shop.cluster.with(new SideRoads.Aborter(VolumeShop.RECOVERY, VolumeScenarios::bound));
    return there.recovers(LonghornShop.NEWEST);
  }

  private static boolean bound(World world) {
    return world.look(Kinds.PV, "").stream()
        .anyMatch(
            pv -> pv.name().startsWith("salvor-") && pv.text("/status/phase").equals("Bound"));
  }

  private static Stage empty() {
    var shop = VolumeShop.once().damaged();
    shop.volSync.emptied("shop", "repo");
    return shop.recovers();
  }
}
