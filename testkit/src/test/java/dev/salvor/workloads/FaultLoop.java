package dev.salvor.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Runbook;
import dev.salvor.testkit.Fault;
import java.util.List;
import java.util.function.Supplier;

/** The same plan with every fault at every write: it ends as if nothing had happened. */
record FaultLoop(Supplier<Plan> plans) {
  private static final List<Fault> FAULTS =
      List.of(
          Fault.CRASH_BEFORE,
          Fault.CRASH_AFTER,
          Fault.CONFLICT,
          Fault.LOST_REPLY,
          Fault.UNAVAILABLE);

  /** A fresh world, and what is to happen in it. */
  record Plan(Shop shop, Runbook<Facts> book, Journal<Facts> journal) {
    Journal<Facts> drive() {
      var end = shop.drive(book, journal);
      shop.cluster.settle();
      return end;
    }
  }

  void holds() {
    var calm = plans.get();
    var end = calm.drive();
    assertThat(end.entries()).allMatch(entry -> entry.state() == Journal.State.DONE);
    var writes = calm.shop().cluster.count();
    assertThat(writes).isPositive();
    for (var number = 1; number <= writes; number++) {
      for (var fault : FAULTS) {
        var plan = plans.get();
        plan.shop().cluster.fault(number, fault);
        var after = plan.drive();
        var what = fault + " at write " + calm.shop().cluster.writes().get(number - 1);
        assertThat(after.entries()).as(what).allMatch(entry -> entry.state() == Journal.State.DONE);
        assertThat(plan.shop().state()).as(what).isEqualTo(calm.shop().state());
        assertThat(plan.shop().pods().size()).as(what).isEqualTo(calm.shop().pods().size());
      }
    }
  }
}
