package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.testkit.Fault;
import dev.salvor.testkit.faults.Happening;
import dev.salvor.testkit.faults.PlanCount;
import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Trial;
import dev.salvor.testkit.faults.Trials;
import dev.salvor.testkit.models.GaleraMishap;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong, the order to begin a new cluster is taken back, and it is right. */
class GaleraPlansTest {
  static final Scenario FORCED =
      new Scenario(
          "galera-forced",
          "Succeeded",
          () -> {
            var shop = new GaleraShop(3, 2);
            shop.galera.with(GaleraMishap.RECOVERY_FAILS);
            return shop.dies("node-1").later().recovers("node-1");
          });

  @Test
  void theOrderIsTakenBackWhateverGoesWrong() {
    var trials = new Trials(FORCED);
    assertThat(trials.undisturbed().stage().phase()).isEqualTo("Succeeded");
    var plans = new ArrayList<Trial>();
    plans.addAll(trials.everyWrite(1, 24));
    for (var what : List.of(Happening.ABORT, Happening.DELETE, Happening.STALE, Happening.AWAY))
      plans.addAll(trials.everyTick(what, 90));
    plans.addAll(trials.everyOvertaking(60));
    plans.addAll(trials.everyBan(Fault.FORBIDDEN, 6));
    PlanCount.add(plans.size());
    var wrong =
        plans.parallelStream()
            .map(plan -> {
              var course = plan.play();
              var database = course.stage().cluster().world().get(GaleraShop.DATABASE);
              return course.ended() && !database.orElseThrow().toString().contains("held-by")
                  ? ""
                  : plan.replay() + ": " + course.told() + " " + database;
            })
            .filter(text -> !text.isEmpty())
            .toList();
    assertThat(wrong).as(plans.size() + " plans").isEmpty();
  }
}
