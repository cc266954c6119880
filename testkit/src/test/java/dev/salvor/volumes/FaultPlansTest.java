package dev.salvor.volumes;

import static dev.salvor.volumes.Shop.BACKUP;
import static dev.salvor.volumes.Shop.BEFORE;
import static dev.salvor.volumes.Shop.CLAIMS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.faults.FaultLoop;
import dev.salvor.testkit.faults.PlanCount;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Every write of the room with every fault: the end is that of the undisturbed run. What must never
 * happen in between is asserted by the FakeCluster on every write.
 */
class FaultPlansTest {
  private static final List<String> SWAPPED = swapped(new Shop());

  private static List<String> swapped(Shop shop) {
    var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);
    shop.cluster.settle();
    return Picture.of(shop.cluster);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "INVALID")
  void anySwapEndsAsTheUndisturbedOne(Fault fault) {
    new FaultLoop<>(Shop::new, shop -> shop.cluster, FaultPlansTest::swapped).holds(List.of(fault));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "INVALID")
  void anyUndoEndsAsTheUndisturbedOne(Fault fault) {
    new FaultLoop<>(Swapped::new, swapped -> swapped.shop.cluster, Swapped::undone)
        .holds(List.of(fault));
  }

  /** A shop after its exchange. */
  private static final class Swapped {
    final Shop shop = new Shop();
    final Ticks swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));

    Swapped() {
      assertThat(swap.run()).isEqualTo(Standing.COMPLETE);
    }

    Object undone() {
      var undo = new Ticks(shop.cluster, shop.undo(), swap.facts());
      assertThat(undo.run()).as(undo.failure()).isEqualTo(Standing.COMPLETE);
      shop.cluster.settle();
      return Picture.of(shop.cluster);
    }
  }

  @Test
  void anAbortBeforeTheFirstDeletionLeavesNothingBehind() {
    var untouched = Picture.of(new Shop().cluster);
    for (var ticks = 0; ; ticks++) {
      var shop = new Shop();
      PlanCount.add(1);
      var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
      swap.run(ticks);
      if (swap.journal().started("SwapVolumes")) {
        assertThat(ticks).isGreaterThan(20);
        return;
      }
      swap.abort();
      assertThat(swap.run()).as("tick %d", ticks).isEqualTo(Standing.TAKEN_BACK);
      shop.cluster.settle();
      assertThat(Picture.marks(shop.cluster)).as("tick %d", ticks).isEmpty();
      assertThat(Picture.of(shop.cluster)).as("tick %d", ticks).isEqualTo(untouched);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "INVALID")
  void anAbortWithAFaultLeavesNothingBehindEither(Fault fault) {
    var untouched = Picture.of(new Shop().cluster);
    for (var number = 1; ; number++) {
      var shop = new Shop();
      PlanCount.add(1);
      var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
      while (!swap.journal().in("PointVolumes", dev.salvor.engine.Journal.State.DONE)) swap.run(1);
      var done = shop.cluster.count();
      shop.cluster.fault(done + number, fault);
      swap.abort();
      assertThat(swap.run()).as("%s of write %d", fault, number).isEqualTo(Standing.TAKEN_BACK);
      shop.cluster.settle();
      assertThat(Picture.of(shop.cluster)).as("%s %d", fault, number).isEqualTo(untouched);
      if (shop.cluster.count() < done + number) return;
    }
  }

  @Test
  void anUndoBegunAtAnyTickAfterTheFirstDeletionGivesTheDataFromBeforeBack() {
    for (var ticks = 1; ; ticks++) {
      var shop = new Shop();
      PlanCount.add(1);
      var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
      var standing = swap.run(ticks);
      if (!swap.journal().started("SwapVolumes")) continue;
      var undo = new Ticks(shop.cluster, shop.undo(), swap.facts());
      assertThat(undo.run()).as("tick %d: %s", ticks, undo.failure()).isEqualTo(Standing.COMPLETE);
      shop.cluster.settle();
      for (var claim : CLAIMS)
        assertThat(shop.data(claim)).as("tick %d", ticks).isEqualTo(BEFORE + " in " + claim);
      assertThat(shop.cluster.volumeData().all().values())
          .as("tick %d: nothing is lost", ticks)
          .contains(BACKUP + " in data", BACKUP + " in files");
      if (standing == Standing.COMPLETE) return;
    }
  }

  @Test
  void aSlowBinderOnlyTakesLonger() {
    for (var seconds : List.of(1, 5, 30)) {
      var shop = new Shop();
      PlanCount.add(1);
      shop.binder.slow(Duration.ofSeconds(seconds));
      assertThat(swapped(shop)).isEqualTo(SWAPPED);
    }
  }

  @Test
  void theApiServerMayBeAwayForAMinuteAtAnyTick() {
    for (var ticks = 1; ; ticks++) {
      var shop = new Shop();
      PlanCount.add(1);
      var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
      if (swap.run(ticks) == Standing.COMPLETE) return;
      shop.cluster.away(true);
      swap.run(60);
      shop.cluster.away(false);
      assertThat(swap.run()).as("tick %d: %s", ticks, swap.failure()).isEqualTo(Standing.COMPLETE);
      shop.cluster.settle();
      assertThat(Picture.of(shop.cluster)).as("tick %d", ticks).isEqualTo(SWAPPED);
    }
  }
}
