package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.testkit.faults.Disturbance;
import dev.salvor.testkit.faults.Happening;
import dev.salvor.testkit.faults.PlanCount;
import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Trial;
import dev.salvor.testkit.faults.Trials;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Every write of the operator gone wrong in every way, every tick disturbed by everybody (DESIGN
 * section 8). A plan that fails prints the command that plays it alone.
 */
class FaultPlansTest {
  @TestFactory
  @DisabledIfSystemProperty(named = "plan", matches = ".+")
  Stream<DynamicTest> every() {
    return Scenarios.ALL.stream()
        .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> play(scenario)));
  }

  @Test
  @EnabledIfSystemProperty(named = "plan", matches = ".+")
  void one() {
    var plan = System.getProperty("plan", "").split("/", 2);
    var scenario =
        Scenarios.ALL.stream().filter(one -> one.name().equals(plan[0])).findFirst().orElseThrow();
    var disturbances = Arrays.stream(plan[1].split("\\+")).map(Disturbance::parse).toList();
    var trial = new Trial(scenario, disturbances);
    assertThat(new Trials(scenario).judge(trial)).isEmpty();
  }

  private static void play(Scenario scenario) {
    var trials = new Trials(scenario);
    var course = trials.undisturbed();
    assertThat(course.ended()).as("the undisturbed course ends").isTrue();
    assertThat(course.stage().phase())
        .as(course.stage().resource().at("/status/message").asText())
        .isEqualTo(scenario.phase());
    var plans = new ArrayList<Trial>(trials.everyWrite());
    for (var happening : List.of(Happening.ABORT, Happening.DELETE, Happening.STALE))
      plans.addAll(trials.everyTick(happening));
    plans.addAll(trials.everyRevert());
    plans.addAll(trials.crashPairs(40));
    var failing =
        plans.parallelStream()
            .map(trial -> {
              var wrong = trials.judge(trial);
              return wrong.isEmpty()
                  ? ""
                  : trial.replay() + "\n    " + String.join("\n    ", wrong);
            })
            .filter(text -> !text.isEmpty())
            .toList();
    PlanCount.add(plans.size());
    assertThat(failing).as(plans.size() + " plans").isEmpty();
  }
}
