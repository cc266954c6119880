package dev.salvor.volumes;

import static dev.salvor.volumes.Shop.BACKUP;
import static dev.salvor.volumes.Shop.BEFORE;
import static dev.salvor.volumes.Shop.CLAIMS;
import static dev.salvor.volumes.Shop.NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Strategy;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.kube.Kinds;
import org.junit.jupiter.api.Test;

/** The exchange from the first look to the end, undisturbed, and the way back. */
class SwapTest {
  private final Shop shop = new Shop();

  @Test
  void theClaimsHaveTheDataOfTheBackupAndLookAsBefore() {
    var before = shop.claimSeen(NS, "data");
    var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));

    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);

    for (var claim : CLAIMS) assertThat(shop.data(claim)).isEqualTo(BACKUP + " in " + claim);
    var after = shop.claimSeen(NS, "data");
    assertThat(after.uid()).isNotEqualTo(before.uid());
    assertThat(after.labels()).isEqualTo(before.labels());
    assertThat(after.annotation("note")).isEqualTo("mine");
    assertThat(after.annotations()).doesNotContainKeys(Marks.HELD_BY, Marks.CONDEMNED);
    assertThat(after.text("/spec/storageClassName")).isEqualTo("fast");
    assertThat(swap.facts().strategy()).isEqualTo(Strategy.Swap);
  }

  @Test
  void theNewVolumeIsAnOrdinaryOneAndTheOldOneIsKeptOutOfBackups() {
    var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);
    for (var volume : swap.facts().volumes()) {
      var fresh = shop.pv(volume.provenCopy().name());
      assertThat(fresh.text(PvView.POLICY)).isEqualTo("Delete");
      assertThat(fresh.labels()).doesNotContainKeys(Marks.RUN, Marks.ROLE);
      assertThat(fresh.annotations().keySet()).noneMatch(key -> key.startsWith(Marks.GROUP));
      var old = volume.old();
      assertThat(old).isNotNull();
      var kept = shop.pv(old.name());
      assertThat(kept.text("/status/phase")).isEqualTo("Released");
      assertThat(kept.text(PvView.POLICY)).isEqualTo("Retain");
      assertThat(kept.label(Marks.EXCLUDE_FROM_BACKUP)).isEqualTo("true");
      assertThat(shop.cluster.data(kept.uid())).startsWith(BEFORE);
    }
    assertThat(shop.cluster.list(Kinds.NAMESPACE, "")).hasSize(2);
  }

  @Test
  void theUndoGivesTheVolumesFromBeforeBackAndCanItselfBeUndone() {
    var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
    swap.run();
    assertThat(UndoWindow.of(shop.cluster, swap.facts())).isEmpty();

    var undo = new Ticks(shop.cluster, shop.undo(), swap.facts());
    assertThat(undo.run()).as(undo.failure()).isEqualTo(Standing.COMPLETE);
    for (var claim : CLAIMS) {
      assertThat(shop.data(claim)).isEqualTo(BEFORE + " in " + claim);
      var volume = shop.volumeOf(NS, claim);
      assertThat(volume.text(PvView.POLICY)).isEqualTo("Delete");
      assertThat(volume.labels()).doesNotContainKeys(Marks.EXCLUDE_FROM_BACKUP, Marks.RUN);
      assertThat(volume.annotations().keySet()).noneMatch(key -> key.startsWith(Marks.GROUP));
    }

    var again = new Ticks(shop.cluster, shop.undo(), undo.facts());
    assertThat(again.run()).as(again.failure()).isEqualTo(Standing.COMPLETE);
    for (var claim : CLAIMS) assertThat(shop.data(claim)).isEqualTo(BACKUP + " in " + claim);
  }

  @Test
  void theReleaseLetsTheOldVolumesGoAndNothingElse() {
    var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
    swap.run();
    var release = new Ticks(shop.cluster, shop.release(), swap.facts());
    assertThat(release.run()).as(release.failure()).isEqualTo(Standing.COMPLETE);
    shop.cluster.settle();
    assertThat(shop.cluster.list(Kinds.PV, "")).hasSize(CLAIMS.size());
    for (var claim : CLAIMS) assertThat(shop.data(claim)).isEqualTo(BACKUP + " in " + claim);
    assertThat(UndoWindow.of(shop.cluster, swap.facts())).isPresent();
  }

  @Test
  void theReleaseIsRefusedWhileTheClaimIsNotOnTheNewVolume() {
    var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
    swap.run();
    shop.cluster.delete(Kinds.PVC.ref(NS, "data"));
    shop.cluster.settle();
    var release = new Ticks(shop.cluster, shop.release(), swap.facts());
    release.run();
    assertThat(release.failure()).contains("VolumesNotReleased");
    assertThat(UndoWindow.of(shop.cluster, swap.facts())).isEmpty();
  }
}
