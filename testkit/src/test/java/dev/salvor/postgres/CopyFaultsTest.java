package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Step;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.faults.Coverage;
import dev.salvor.testkit.models.CnpgModel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every fault at every write of the copy's life ends as if nothing had happened. */
class CopyFaultsTest {
  private static final int WRITES = 3;

  @Test
  void theCalmPlanHasThatManyWrites() {
    var bench = CopyBench.withRows();
    var facts = bench.facts();
    var before = bench.cluster.count();
    bench.drive(bench.steps(), facts);
    assertThat(bench.cluster.count() - before).isEqualTo(WRITES);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CRASH_BEFORE", "CRASH_AFTER", "CONFLICT", "LOST_REPLY", "UNAVAILABLE"})
  void forward(Fault fault) {
    for (var write = 1; write <= WRITES; write++) {
      var bench = CopyBench.withRows();
      var facts = bench.facts();
      bench.cluster.fault(bench.cluster.count() + write, fault);
      var end = bench.drive(bench.steps(), facts);
      var what = fault + " at write " + write;
      assertThat(CopyBench.failure(end)).as(what).isEmpty();
      assertThat(end.entries()).as(what).allMatch(one -> one.state() == Journal.State.DONE);
      assertThat(bench.cluster.list(Kinds.CLUSTER, "shop")).as(what).hasSize(2);
      assertThat(bench.cluster.list(Kinds.DATABASE_BACKUP, "shop")).as(what).hasSize(3);
      assertThat(CnpgModel.rowsOfClaim(bench.cluster.world(), Kinds.PVC.ref("shop", "db-r1-1")))
          .as(what)
          .containsExactly("before");
      Coverage.add(bench.cluster.writes());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CRASH_BEFORE", "CRASH_AFTER", "CONFLICT", "LOST_REPLY", "UNAVAILABLE"})
  void theEndOfTheCopy(Fault fault) {
    // the mark of the condemned, and the deletion
    for (var write = 1; write <= 2; write++) {
      var bench = CopyBench.withRows();
      var facts = bench.retained(bench.drive(bench.steps(), bench.facts()).facts());
      var data = facts.volumes().getFirst().provenCopy();
      bench.cluster.fault(bench.cluster.count() + write, fault);
      List<Step<Facts>> delete =
          List.of(new DeleteCopy(bench.cluster, bench.destroyer, CopyBench.RUN));
      assertThat(CopyBench.failure(bench.drive(delete, facts))).isEmpty();
      assertThat(Remnants.of(bench.cluster, "shop", "db-r1", null)).isEmpty();
      assertThat(bench.cluster.get(Kinds.PV.ref(data.name())).orElseThrow().text("/status/phase"))
          .isEqualTo("Released");
      Coverage.add(bench.cluster.writes());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CRASH_BEFORE", "CRASH_AFTER", "CONFLICT", "LOST_REPLY", "UNAVAILABLE"})
  void takenBack(Fault fault) {
    // the copy is marked and deleted, then its Backup
    for (var write = 1; write <= 4; write++) {
      var bench = CopyBench.withRows();
      var steps = bench.steps();
      var journal = bench.drive(steps, bench.facts());
      bench.cluster.fault(bench.cluster.count() + write, fault);
      bench.drive(steps, journal, true);
      var what = fault + " at write " + write;
      assertThat(Remnants.of(bench.cluster, "shop", "db-r1", null)).as(what).isEmpty();
      assertThat(bench.exists(Kinds.DATABASE_BACKUP, "salvor-0123abcd-first-1")).as(what).isFalse();
      assertThat(bench.db().healthy()).as(what).isTrue();
      Coverage.add(bench.cluster.writes());
    }
  }

  @Test
  void anAbortAtAnyMomentLeavesNothing() {
    for (var steps = 1; steps <= 5; steps++) {
      for (var seconds : List.of(0, 3, 9)) {
        var bench = CopyBench.withRows();
        var all = bench.steps();
        var journal = bench.drive(all.subList(0, steps), bench.facts());
        bench.cluster.advance(java.time.Duration.ofSeconds(seconds));
        bench.drive(all, journal, true);
        bench.settle();
        assertThat(Remnants.of(bench.cluster, "shop", "db-r1", null)).isEmpty();
        assertThat(bench.cluster.list(Kinds.PV, "")).hasSize(4);
        assertThat(bench.db().healthy()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CRASH_BEFORE", "CRASH_AFTER", "CONFLICT", "LOST_REPLY", "UNAVAILABLE"})
  void aCopyThatLostItsJobIsMadeAgain(Fault fault) {
    // created, marked, deleted, created again
    for (var write = 2; write <= 4; write++) {
      var bench = CopyBench.withRows();
      bench.cnpg.with(dev.salvor.testkit.models.CnpgMishap.FIRST_JOB_LOST);
      var facts = bench.facts();
      bench.cluster.fault(bench.cluster.count() + write, fault);
      var end = bench.drive(bench.steps().subList(0, 2), facts);
      var what = fault + " at write " + write;
      assertThat(CopyBench.failure(end)).as(what).isEmpty();
      assertThat(end.facts().postgres().knownCopy().uid())
          .as(what)
          .isEqualTo(bench.get(Kinds.CLUSTER, "db-r1").uid());
      assertThat(CnpgModel.rowsOfClaim(bench.cluster.world(), Kinds.PVC.ref("shop", "db-r1-1")))
          .as(what)
          .containsExactly("before");
      Coverage.add(bench.cluster.writes());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CRASH_BEFORE", "CRASH_AFTER", "CONFLICT", "LOST_REPLY", "UNAVAILABLE"})
  void aCopyThatIsLeftToThePersonHasNoMark(Fault fault) {
    var bench = CopyBench.withRows();
    var facts = bench.drive(bench.steps().subList(0, 3), bench.facts()).facts();
    bench.cluster.fault(bench.cluster.count() + 1, fault);
    List<Step<Facts>> leave = List.of(new LeaveCopy(bench.cluster, CopyBench.RUN));
    assertThat(CopyBench.failure(bench.drive(leave, facts))).isEmpty();
    assertThat(new CopyNames(bench.cluster, CopyBench.RUN).made(facts)).isEmpty();
    Coverage.add(bench.cluster.writes());
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CRASH_BEFORE", "CRASH_AFTER", "CONFLICT", "LOST_REPLY", "UNAVAILABLE"})
  void aFailedBackupIsCleanedUp(Fault fault) {
    // the mark of the condemned, and the deletion
    for (var write = 1; write <= 2; write++) {
      var bench = CopyBench.withRows();
      bench.cluster.put(
          """
          apiVersion: postgresql.cnpg.io/v1
          kind: Backup
          metadata: {name: broken, namespace: shop, labels: {recovery.salvor.dev/run: 0123abcd-run}}
          spec: {cluster: {name: db}}
          status: {phase: failed}
          """);
      bench.cluster.fault(bench.cluster.count() + write, fault);
      List<Step<Facts>> clean =
          List.of(new CleanDatabase(bench.cluster, bench.destroyer, CopyBench.RUN));
      assertThat(CopyBench.failure(bench.drive(clean, bench.facts()))).isEmpty();
      assertThat(bench.exists(Kinds.DATABASE_BACKUP, "broken")).isFalse();
      Coverage.add(bench.cluster.writes());
    }
  }
}
