package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.ClusterException;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.Killed;
import dev.salvor.testkit.faults.Coverage;
import dev.salvor.testkit.faults.PlanCount;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** A trial with every fault at every write: it ends as if nothing had happened. */
final class SwapFaults {
  /** INVALID is an answer and no accident. */
  private static final List<Fault> FAULTS =
      List.of(
          Fault.CRASH_BEFORE,
          Fault.CRASH_AFTER,
          Fault.CONFLICT,
          Fault.LOST_REPLY,
          Fault.FORBIDDEN,
          Fault.UNAVAILABLE);

  private SwapFaults() {}

  /**
   * @param trial drives the shop and returns what it looks like in the end
   * @param writes how many writes there are at least
   */
  static void hold(Supplier<SwapShop> shops, Function<SwapShop, Object> trial, int writes) {
    var calm = shops.get();
    var wanted = trial.apply(calm);
    assertThat(calm.cluster.count()).isGreaterThanOrEqualTo(writes);
    for (var number = 1; number <= calm.cluster.count(); number++)
      for (var fault : FAULTS) {
        var shop = shops.get();
        PlanCount.add(1);
        shop.cluster.fault(number, fault);
        assertThat(trial.apply(shop))
            .as("%s at write %s", fault, calm.cluster.writes().get(number - 1))
            .isEqualTo(wanted);
        Coverage.add(shop.cluster.writes());
      }
  }

  /** Calls it, through the fault, until something is so. */
  static void until(SwapShop shop, Runnable call, BooleanSupplier there) {
    for (var calls = 0; !there.getAsBoolean(); calls++) {
      assertThat(calls).isLessThan(20);
      try {
        call.run();
      } catch (ClusterException | Killed again) {
        shop.cluster.advance(Duration.ofSeconds(1));
      }
    }
  }
}
