package dev.salvor.volumes;

import static dev.salvor.volumes.Shop.BACKUP;
import static dev.salvor.volumes.Shop.BEFORE;
import static dev.salvor.volumes.Shop.CLAIMS;
import static dev.salvor.volumes.Shop.NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.World;
import dev.salvor.testkit.faults.PlanCount;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Others who write while the exchange runs, and what is left of the way back. */
class DisturbanceTest {
  @Test
  void aControllerThatMakesEveryMissingClaimGetsTheProvenVolume() {
    var shop = new Shop();
    shop.also(DisturbanceTest::recreate);
    var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);
    for (var claim : CLAIMS) assertThat(shop.data(claim)).isEqualTo(BACKUP + " in " + claim);
    assertThat(swap.journal().of("SwapVolumes").orElseThrow().message())
        .contains("made by others")
        .contains("statefulset-controller");
    assertThat(UndoWindow.of(shop.cluster, swap.facts())).isEmpty();
  }

  @Test
  void aHoldLostAtAnyTickLeavesNoClaimMissingAndDeletesNothingMore() {
    for (var ticks = 1; ; ticks++) {
      var shop = new Shop();
      PlanCount.add(1);
      var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
      var standing = swap.run(ticks);
      if (!swap.journal().started("SwapVolumes")) continue;
      if (standing == Standing.COMPLETE) return;
      shop.hold = Optional.of(new Outcome.Failed("SuspensionLost", "flux goes on", "hold it"));
      var gone = CLAIMS.stream().filter(claim -> asRecorded(shop, swap.facts(), claim)).toList();
      standing = swap.run();
      shop.cluster.settle();
      for (var claim : CLAIMS) {
        var expected = gone.contains(claim) ? BEFORE : BACKUP;
        assertThat(shop.data(claim)).as("tick %d", ticks).isEqualTo(expected + " in " + claim);
      }
      if (!gone.isEmpty()) assertThat(swap.failure()).contains("SuspensionLost");
      shop.hold = Optional.empty();
      if (standing != Standing.COMPLETE) swap.retry();
      assertThat(swap.run()).as("tick %d", ticks).isEqualTo(Standing.COMPLETE);
    }
  }

  @Test
  void anAbortAfterTheFirstDeletionCompletesTheExchangeSoThatItCanBeSwappedBack() {
    for (var ticks = 1; ; ticks++) {
      var shop = new Shop();
      PlanCount.add(1);
      var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
      if (swap.run(ticks) == Standing.COMPLETE) return;
      if (!swap.journal().started("SwapVolumes")) continue;
      swap.abort();
      assertThat(swap.run()).isIn(Standing.STOPPED, Standing.COMPLETE);
      var undo = new Ticks(shop.cluster, shop.undo(), swap.facts());
      assertThat(undo.run()).as(undo.failure()).isEqualTo(Standing.COMPLETE);
      for (var claim : CLAIMS) assertThat(shop.data(claim)).isEqualTo(BEFORE + " in " + claim);
    }
  }

  @Test
  void anUndoAbortedBeforeItsFirstDeletionLeavesTheUndoPossible() {
    for (var ticks = 1; ; ticks++) {
      var shop = new Shop();
      PlanCount.add(1);
      var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
      swap.run();
      shop.cluster.settle();
      var done = Picture.of(shop.cluster);
      var undo = new Ticks(shop.cluster, shop.undo(), swap.facts());
      undo.run(ticks);
      if (undo.journal().started("UndoSwapVolumes")) return;
      undo.abort();
      assertThat(undo.run()).isEqualTo(Standing.TAKEN_BACK);
      shop.cluster.settle();
      assertThat(Picture.of(shop.cluster)).as("tick %d", ticks).isEqualTo(done);
      assertThat(UndoWindow.of(shop.cluster, undo.facts())).isEmpty();
      var again = new Ticks(shop.cluster, shop.undo(), undo.facts());
      assertThat(again.run()).as(again.failure()).isEqualTo(Standing.COMPLETE);
      for (var claim : CLAIMS) assertThat(shop.data(claim)).isEqualTo(BEFORE + " in " + claim);
    }
  }

  @Test
  void theReleaseWhileAnUndoRunsTakesNothingThatIsInUse() {
    for (var ticks = 1; ; ticks++) {
      var shop = new Shop();
      PlanCount.add(1);
      var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
      swap.run();
      var undo = new Ticks(shop.cluster, shop.undo(), swap.facts());
      var standing = undo.run(ticks);
      if (standing == Standing.COMPLETE) return;
      if (!undo.journal().started("UndoPointVolumes")) continue;
      var begun = undo.journal().started("UndoSwapVolumes");
      new Ticks(shop.cluster, shop.release(), undo.facts()).run(3);
      standing = undo.run();
      if (begun) {
        assertThat(standing).as("tick %d %s", ticks, undo.failure()).isEqualTo(Standing.COMPLETE);
        for (var claim : CLAIMS) assertThat(shop.data(claim)).isEqualTo(BEFORE + " in " + claim);
      }
      shop.cluster.settle();
      for (var claim : CLAIMS) assertThat(shop.data(claim)).endsWith(" in " + claim);
    }
  }

  @Test
  void theUndoIsRefusedWithTheReasonWhenTheOldVolumeIsGoneOrItsNodeIs() {
    var shop = new Shop();
    var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
    swap.run();
    var old = old(swap.facts().volumes().getFirst());
    var pv = shop.pv(old.name());
    shop.cluster
        .world()
        .save(
            pv.edit()
                .set(
                    "/spec/nodeAffinity",
                    Manifests.one(
                        """
                        required:
                          nodeSelectorTerms:
                          - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-9]}]
                        """)));
    assertThat(UndoWindow.of(shop.cluster, swap.facts()).orElseThrow()).contains("node");
    shop.cluster.delete(Kinds.PV.ref(old.name()));
    shop.cluster.settle();
    assertThat(UndoWindow.of(shop.cluster, swap.facts()).orElseThrow())
        .contains("gone or no longer kept");
    var undo = new Ticks(shop.cluster, shop.undo(), swap.facts());
    undo.run();
    assertThat(undo.failure()).contains("UndoImpossible");
    assertThat(shop.data("data")).isEqualTo(BACKUP + " in data");
  }

  @Test
  void aSecondVolumeThatWaitsForTheClaimStopsBeforeAnythingIsDeleted() {
    var shop = new Shop();
    var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
    while (!swap.journal().started("PointVolumes")) swap.run(1);
    shop.cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: static}
        spec:
          storageClassName: fast
          capacity: {storage: 1Gi}
          csi: {driver: disk.example, volumeHandle: other}
          claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: shop, name: files}
        """);
    assertThat(swap.run()).isEqualTo(Standing.TAKEN_BACK);
    assertThat(swap.failure()).contains("VolumeAlreadyPointed").contains("static");
    for (var claim : CLAIMS) assertThat(shop.data(claim)).isEqualTo(BEFORE + " in " + claim);
    assertThat(swap.facts().volumes()).allMatch(volume -> volume.copy() != null);
  }

  @Test
  void aFailureKeepsTheCopyAndTheRetryUsesIt() {
    var shop = new Shop();
    var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
    while (!swap.journal().started("PointVolumes")) swap.run(1);
    var copy = shop.pv(swap.facts().volumes().getFirst().provenCopy().name());
    shop.cluster.world().save(copy.edit().set("/spec/capacity/storage", "1Mi"));
    assertThat(swap.run()).isEqualTo(Standing.TAKEN_BACK);
    assertThat(swap.failure()).contains("CopyDoesNotFit").contains("1Mi");
    var kept = shop.pv(copy.name());
    shop.cluster.world().save(kept.edit().set("/spec/capacity/storage", "1Gi"));
    swap.retry();
    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);
    assertThat(shop.volumeOf(NS, "data").uid()).isEqualTo(copy.uid());
  }

  @Test
  void aCopyThatWasDroppedIsMadeAgainByTheRetry() {
    var shop = new Shop();
    var swap = new Ticks(shop.cluster, shop.swap(""), Facts.none("x"));
    while (!swap.journal().started("PointVolumes")) swap.run(1);
    var dropped = swap.facts().volumes().getFirst().provenCopy();
    var copy = shop.pv(dropped.name());
    shop.cluster.world().save(copy.edit().set("/spec/capacity/storage", "1Mi"));
    assertThat(swap.run()).isEqualTo(Standing.TAKEN_BACK);
    shop.cluster.settle();
    assertThat(shop.cluster.get(Kinds.PV.ref(dropped.name()))).isEmpty();
    swap.retry();
    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);
    for (var claim : CLAIMS) assertThat(shop.data(claim)).isEqualTo(BACKUP + " in " + claim);
    assertThat(swap.facts().volumes().getFirst().provenCopy().uid()).isNotEqualTo(dropped.uid());
  }

  @Test
  void aCopyThatSomebodyDeletedIsNotSilentlyLeftOut() {
    for (var gone = 1; gone <= CLAIMS.size(); gone++) {
      var shop = new Shop();
      PlanCount.add(1);
      var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
      while (!swap.journal().started("ReviewTarget")) swap.run(1);
      for (var volume : swap.facts().volumes().subList(0, gone))
        shop.cluster.delete(Kinds.PV.ref(volume.provenCopy().name()));
      shop.cluster.settle();
      var standing = swap.run();
      if (gone == CLAIMS.size()) {
        assertThat(standing).isEqualTo(Standing.TAKEN_BACK);
        assertThat(swap.failure()).contains("CopyTaken");
      } else {
        // the plan is a room further on; the refusal is what it stops at
        assertThat(swap.facts().findings())
            .anyMatch(found -> found.reason().equals("CopyTaken") && Looks.refuses(found));
      }
      for (var claim : CLAIMS.subList(0, gone))
        assertThat(shop.data(claim)).isEqualTo(BEFORE + " in " + claim);
    }
  }

  private static VolumeFacts.Pv old(VolumeFacts volume) {
    var old = volume.old();
    assertThat(old).isNotNull();
    return old;
  }

  private static boolean asRecorded(Shop shop, Facts facts, String claim) {
    var volume =
        facts.volumes().stream()
            .filter(each -> each.claim().equals(claim))
            .findFirst()
            .orElseThrow();
    return shop.cluster
        .get(Kinds.PVC.ref(NS, claim))
        .filter(seen -> seen.uid().equals(volume.claimUid()) && !seen.terminating())
        .isPresent();
  }

  private static void recreate(World world) {
    for (var claim : CLAIMS) {
      if (world.look(Kinds.PVC.ref(NS, claim)).isPresent()) continue;
      world
          .as("statefulset-controller")
          .create(
              Manifests.one(
                  """
                  apiVersion: v1
                  kind: PersistentVolumeClaim
                  metadata: {name: %s, namespace: shop}
                  spec:
                    storageClassName: fast
                    accessModes: [ReadWriteOnce]
                    resources: {requests: {storage: 1Gi}}
                  """
                      .formatted(claim)));
    }
  }
}
