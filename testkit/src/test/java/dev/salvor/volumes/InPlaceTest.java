package dev.salvor.volumes;

import static dev.salvor.volumes.Shop.BACKUP;
import static dev.salvor.volumes.Shop.BEFORE;
import static dev.salvor.volumes.Shop.CLAIMS;
import static dev.salvor.volumes.Shop.NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Journal.State;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.faults.PlanCount;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Stop, delete, restore: the claims go, their volumes stay, and the undo has them back. */
class InPlaceTest {
  private final Shop shop = new Shop();

  @Test
  void theClaimsComeBackFromTheBackupAndTheUndoGivesTheOldVolumesBack() {
    var restore = new Ticks(shop.cluster, runbook(shop), Facts.none("x"));
    assertThat(restore.run()).as(restore.failure()).isEqualTo(Standing.COMPLETE);
    for (var claim : CLAIMS) assertThat(shop.data(claim)).isEqualTo(BACKUP + " in " + claim);
    assertThat(shop.volumeOf(NS, "data").text(PvView.POLICY)).isEqualTo("Delete");
    assertThat(UndoWindow.of(shop.cluster, restore.facts())).isEmpty();

    var undo = new Ticks(shop.cluster, shop.undo(), restore.facts());
    assertThat(undo.run()).as(undo.failure()).isEqualTo(Standing.COMPLETE);
    for (var claim : CLAIMS) {
      assertThat(shop.data(claim)).isEqualTo(BEFORE + " in " + claim);
      assertThat(shop.claimSeen(NS, claim).label("velero.io/restore-name")).isEmpty();
      assertThat(shop.volumeOf(NS, claim).text(PvView.POLICY)).isEqualTo("Delete");
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "INVALID")
  void anyFaultEndsAsTheUndisturbedRun(Fault fault) {
    var restore = new Ticks(shop.cluster, runbook(shop), Facts.none("x"));
    restore.run();
    shop.cluster.settle();
    for (var number = 1; number <= shop.cluster.count(); number++) {
      var other = new Shop();
      PlanCount.add(1);
      other.cluster.fault(number, fault);
      var disturbed = new Ticks(other.cluster, runbook(other), Facts.none("x"));
      assertThat(disturbed.run())
          .as("%s of write %d: %s", fault, number, disturbed.failure())
          .isEqualTo(Standing.COMPLETE);
      other.cluster.settle();
      assertThat(Picture.of(other.cluster)).isEqualTo(Picture.of(shop.cluster));
    }
  }

  @Test
  void anUndoFromAnyTickAfterTheFirstDeletionGivesTheOldVolumesBack() {
    for (var ticks = 1; ; ticks++) {
      var other = new Shop();
      PlanCount.add(1);
      var restore = new Ticks(other.cluster, runbook(other), Facts.none("x"));
      var standing = restore.run(ticks);
      if (!restore.journal().started("DeleteClaims")) continue;
      var undo = new Ticks(other.cluster, other.undo(), restore.facts());
      assertThat(undo.run()).as("tick %d: %s", ticks, undo.failure()).isEqualTo(Standing.COMPLETE);
      for (var claim : CLAIMS)
        assertThat(other.data(claim)).as("tick %d", ticks).isEqualTo(BEFORE + " in " + claim);
      if (standing == Standing.COMPLETE) return;
    }
  }

  @Test
  void aClaimWithoutDataInTheBackupIsNeitherHeldNorDeleted() {
    var uid = shop.claimSeen(NS, "files").uid();
    var restore =
        new Ticks(
            shop.cluster,
            runbook(
                shop, volume -> volume.claim().equals("files") ? volume.withContent(null) : volume),
            Facts.none("x"));
    while (!restore.journal().in("DeleteClaims", State.DONE)) restore.run(1);
    assertThat(shop.claimSeen(NS, "files").uid()).isEqualTo(uid);
    assertThat(shop.volumeOf(NS, "files").text(PvView.POLICY)).isEqualTo("Delete");
    assertThat(shop.cluster.get(Kinds.PVC.ref(NS, "data"))).isEmpty();
  }

  @Test
  void aClaimThatSomebodyMakesInBetweenIsLeftAloneAndNamed() {
    var restore = new Ticks(shop.cluster, runbook(shop), Facts.none("x"));
    while (!restore.journal().started("DeleteClaims")) restore.run(1);
    restore.run(2);
    assertThat(shop.cluster.get(Kinds.PVC.ref(NS, "data"))).isEmpty();
    shop.claim("data", "");
    assertThat(restore.run()).isEqualTo(Standing.STOPPED);
    assertThat(restore.failure())
        .contains("ClaimTaken")
        .contains("kubectl -n shop delete pvc data");
    assertThat(shop.cluster.get(Kinds.PVC.ref(NS, "data"))).isPresent();
  }

  @Test
  void aLostClaimIsDeletedAlthoughThereIsNoVolumeToKeep() {
    var lost = shop.volumeOf(NS, "data");
    var pv = shop.cluster.world().get(lost.ref()).orElseThrow();
    pv.withObject("/metadata").remove("finalizers");
    pv.withObject("/status").put("phase", "Failed");
    shop.cluster.update(pv);
    shop.cluster.delete(lost.ref());
    shop.cluster.settle();
    assertThat(shop.claimSeen(NS, "data").text("/status/phase")).isEqualTo("Lost");
    var restore = new Ticks(shop.cluster, runbook(shop), Facts.none("x"));
    while (!restore.journal().in("DeleteClaims", State.DONE)) {
      assertThat(restore.failure()).isEmpty();
      restore.run(1);
    }
    assertThat(shop.cluster.get(Kinds.PVC.ref(NS, "data"))).isEmpty();
  }

  // ---- the runbook, with Velero in two looks

  private static Runbook<Facts> runbook(Shop shop) {
    return runbook(shop, UnaryOperator.identity());
  }

  private static Runbook<Facts> runbook(Shop shop, UnaryOperator<VolumeFacts> change) {
    return new Runbook<>(
        List.of(
            shop.readTarget(null, Strategy.InPlace),
            new Inspected(change),
            new RetainVolumes(shop.cluster, shop.destroyer, shop.run),
            new DeleteClaims(shop.cluster, shop.destroyer, shop.run),
            new Restored(shop),
            new SettleVolumes(shop.cluster, shop.destroyer, shop.run)),
        "",
        "DeleteClaims",
        "DeleteClaims");
  }

  private record Inspected(UnaryOperator<VolumeFacts> change) implements Step.Look<Facts> {
    @Override
    public Duration deadline() {
      return Duration.ofMinutes(1);
    }

    @Override
    public Sight<Facts> look(Facts facts, Moment moment) {
      var content =
          new VolumeFacts.Content(
              VolumeFacts.Method.FileSystem, "shop-0", "data", "k1", 10, "fast");
      return Sight.seen(
          facts.withVolumes(
              facts.volumes().stream()
                  .map(volume -> change.apply(volume.withContent(content)))
                  .toList()),
          "inspected");
    }
  }

  private record Restored(Shop shop) implements Step.Look<Facts> {
    @Override
    public Duration deadline() {
      return Duration.ofMinutes(10);
    }

    @Override
    public Sight<Facts> look(Facts facts, Moment moment) {
      var proven = facts.volumes();
      var next = new java.util.ArrayList<VolumeFacts>();
      for (var volume : proven) {
        if (volume.content() == null) {
          next.add(volume);
          continue;
        }
        var claim = ClaimView.read(shop.cluster, NS, volume.claim());
        if (claim.isEmpty()) {
          shop.cluster
              .as("velero-server")
              .create(
                  Manifests.one(
                      """
                      apiVersion: v1
                      kind: PersistentVolumeClaim
                      metadata: {name: %s, namespace: shop, labels: {app: shop, velero.io/restore-name: r}}
                      spec:
                        storageClassName: fast
                        accessModes: [ReadWriteOnce]
                        resources: {requests: {storage: 1Gi}}
                      """
                          .formatted(volume.claim())));
          return Sight.notYet("restoring " + volume.claim());
        }
        var pv = PvView.named(shop.cluster, claim.get().volumeName()).filter(PvView::bound);
        if (pv.isEmpty() || !claim.get().bound()) return Sight.notYet("binding");
        shop.cluster.setData(pv.get().seen().uid(), BACKUP + " in " + volume.claim());
        next.add(volume.withCopy(pv.get().facts()));
      }
      return Sight.seen(facts.withVolumes(next), "restored");
    }
  }
}
