package dev.salvor.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Runbook;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.faults.FaultLoop;
import java.util.List;
import java.util.function.Supplier;

/** A runbook of this room in a fresh world, for every fault at every write. */
record Faulty(Shop shop, Runbook<Facts> book, Journal<Facts> journal) {
  static void holds(Supplier<Faulty> plans) {
    new FaultLoop<>(plans, plan -> plan.shop().cluster, Faulty::end)
        .holds(
            List.of(
                Fault.CRASH_BEFORE,
                Fault.CRASH_AFTER,
                Fault.CONFLICT,
                Fault.LOST_REPLY,
                Fault.UNAVAILABLE));
  }

  private Object end() {
    var end = shop.drive(book, journal);
    shop.cluster.settle();
    assertThat(end.entries()).allMatch(entry -> entry.state() == Journal.State.DONE);
    return List.of(shop.state(), shop.pods().size());
  }
}
