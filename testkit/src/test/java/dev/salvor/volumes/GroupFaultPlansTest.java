package dev.salvor.volumes;

import static dev.salvor.volumes.Database.BEFORE;
import static dev.salvor.volumes.Database.CLAIMS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.engine.Engine.Standing;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.faults.Coverage;
import dev.salvor.testkit.faults.PlanCount;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Every write of the exchange of a database with every fault: the end is that of the undisturbed
 * run. What must never happen in between is asserted by the FakeCluster on every write, and by
 * {@link Played} where another room deletes or starts something.
 */
class GroupFaultPlansTest {
  private static final List<String> SWAPPED = swapped(new Database());

  private static List<String> swapped(Database db) {
    var swap = new Ticks(db.cluster, db.swap(), Facts.none("x"));
    assertThat(swap.run()).as(swap.failure()).isEqualTo(Standing.COMPLETE);
    db.cluster.settle();
    return Picture.of(db.cluster);
  }

  private static int writes() {
    var db = new Database();
    new Ticks(db.cluster, db.swap(), Facts.none("x")).run();
    return db.cluster.count();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "INVALID")
  void anySwapEndsAsTheUndisturbedOne(Fault fault) {
    var writes = writes();
    assertThat(writes).isGreaterThan(30);
    for (var number = 1; number <= writes; number++) {
      var db = new Database();
      PlanCount.add(1);
      db.cluster.fault(number, fault);
      var swap = new Ticks(db.cluster, db.swap(), Facts.none("x"));
      assertThat(swap.run())
          .as("%s of write %d: %s", fault, number, swap.failure())
          .isEqualTo(Standing.COMPLETE);
      db.cluster.settle();
      assertThat(Picture.of(db.cluster)).as("%s of write %d", fault, number).isEqualTo(SWAPPED);
      Coverage.add(db.cluster.writes());
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "INVALID")
  void anyUndoEndsAsTheUndisturbedOne(Fault fault) {
    var undisturbed = new Database();
    var base = new Ticks(undisturbed.cluster, undisturbed.swap(), Facts.none("x"));
    base.run();
    var first = undisturbed.cluster.count();
    assertThat(new Ticks(undisturbed.cluster, undisturbed.undo(5), base.facts()).run())
        .isEqualTo(Standing.COMPLETE);
    undisturbed.cluster.settle();
    assertThat(undisturbed.cluster.count()).isGreaterThan(first + 20);
    for (var number = first + 1; number <= undisturbed.cluster.count(); number++) {
      var db = new Database();
      PlanCount.add(1);
      var swap = new Ticks(db.cluster, db.swap(), Facts.none("x"));
      swap.run();
      db.cluster.fault(number, fault);
      var undo = new Ticks(db.cluster, db.undo(5), swap.facts());
      assertThat(undo.run())
          .as("%s of write %d: %s", fault, number, undo.failure())
          .isEqualTo(Standing.COMPLETE);
      db.cluster.settle();
      assertThat(Picture.of(db.cluster))
          .as("%s of write %d", fault, number)
          .isEqualTo(Picture.of(undisturbed.cluster));
      Coverage.add(db.cluster.writes());
    }
  }

  @Test
  void anAbortBeforeTheFirstDeletionLeavesNothingBehind() {
    var untouched = Picture.of(new Database().cluster);
    for (var ticks = 0; ; ticks += 2) {
      var db = new Database();
      PlanCount.add(1);
      var swap = new Ticks(db.cluster, db.swap(), Facts.none("x"));
      swap.run(ticks);
      if (swap.journal().started("SwapVolumes")) {
        assertThat(ticks).isGreaterThan(30);
        return;
      }
      swap.abort();
      assertThat(swap.run()).as("tick %d", ticks).isEqualTo(Standing.TAKEN_BACK);
      db.cluster.settle();
      assertThat(Picture.marks(db.cluster)).as("tick %d", ticks).isEmpty();
      assertThat(Picture.of(db.cluster)).as("tick %d", ticks).isEqualTo(untouched);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "INVALID")
  void anAbortWithAFaultLeavesNothingBehindEither(Fault fault) {
    var untouched = Picture.of(new Database().cluster);
    for (var step : List.of("RetainCopies", "PointVolumes")) {
      for (var number = 1; ; number++) {
        var db = new Database();
        PlanCount.add(1);
        var swap = db.swapped(step);
        var done = db.cluster.count();
        db.cluster.fault(done + number, fault);
        swap.abort();
        assertThat(swap.run())
            .as("%s of write %d after %s", fault, number, step)
            .isEqualTo(Standing.TAKEN_BACK);
        db.cluster.settle();
        assertThat(Picture.of(db.cluster))
            .as("%s %d after %s", fault, number, step)
            .isEqualTo(untouched);
        Coverage.add(db.cluster.writes());
        if (db.cluster.count() < done + number) break;
      }
    }
  }

  @Test
  void anUndoBegunAtAnyTickAfterTheFirstDeletionGivesTheDataFromBeforeBack() {
    for (var ticks = 1; ; ticks += 2) {
      var db = new Database();
      PlanCount.add(1);
      var swap = new Ticks(db.cluster, db.swap(), Facts.none("x"));
      var standing = swap.run(ticks);
      if (!swap.journal().started("SwapVolumes")) continue;
      var undo = new Ticks(db.cluster, db.undo(5), swap.facts());
      assertThat(undo.run()).as("tick %d: %s", ticks, undo.failure()).isEqualTo(Standing.COMPLETE);
      db.cluster.settle();
      for (var claim : CLAIMS)
        assertThat(db.data(claim)).as("tick %d", ticks).isEqualTo(BEFORE + " in " + claim);
      assertThat(db.claims())
          .as("tick %d", ticks)
          .containsExactly("db-2", "db-2-wal", "db-5", "db-5-wal");
      assertThat(db.cluster.volumeData().all().values())
          .as("tick %d: nothing is lost", ticks)
          .contains(Database.RECOVERED + " in db-r1-1", Database.RECOVERED + " in db-r1-1-wal")
          .contains("replica of " + BEFORE + " in db-1", "replica of " + BEFORE + " in db-3-wal");
      if (standing == Standing.COMPLETE) return;
    }
  }

  @Test
  void aSlowBinderOnlyTakesLonger() {
    for (var seconds : List.of(1, 5, 30)) {
      var db = new Database();
      PlanCount.add(1);
      db.binder.slow(Duration.ofSeconds(seconds));
      assertThat(swapped(db)).as("%d s", seconds).isEqualTo(SWAPPED);
    }
  }

  @Test
  void theApiServerMayBeAwayForAMinuteAtAnyTick() {
    for (var ticks = 1; ; ticks += 2) {
      var db = new Database();
      PlanCount.add(1);
      var swap = new Ticks(db.cluster, db.swap(), Facts.none("x"));
      if (swap.run(ticks) == Standing.COMPLETE) return;
      db.cluster.away(true);
      for (var i = 0; i < 60; i++) db.cluster.advance(Duration.ofSeconds(1));
      db.cluster.away(false);
      assertThat(swap.run()).as("tick %d: %s", ticks, swap.failure()).isEqualTo(Standing.COMPLETE);
      db.cluster.settle();
      assertThat(Picture.of(db.cluster)).as("tick %d", ticks).isEqualTo(SWAPPED);
    }
  }
}
