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
    return scenarios()
        .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> play(scenario)));
  }

  @Test
  @EnabledIfSystemProperty(named = "plan", matches = ".+")
  void one() {
    var plan = System.getProperty("plan", "").split("/", 2);
    var scenario =
        scenarios().filter(one -> one.name().equals(plan[0])).findFirst().orElseThrow();
    var disturbances = Arrays.stream(plan[1].split("\\+")).map(Disturbance::parse).toList();
    var trial = new Trial(scenario, disturbances);
    assertThat(new Trials(scenario).judge(trial)).isEmpty();
  }

  private static Stream<Scenario> scenarios() {
    return Stream.concat(Scenarios.ALL.stream(), DatabaseScenarios.ALL.stream());
  }

  /** All there are with {@code -Dplans=all}; else all of one scenario and a part of the others. */
  private static List<Trial> plans(Scenario scenario, Trials trials) {
    var all = System.getProperty("plans", "").equals("all");
    if (!all && DatabaseScenarios.ALL.contains(scenario)) return few(scenario, trials);
    var first = all || scenario == Scenarios.SWAP_FLUX;
    var plans = new ArrayList<Trial>(trials.everyWrite(first ? 6 : 2, all ? 1 : first ? 2 : 6));
    for (var people : List.of(Happening.ABORT, Happening.DELETE))
      plans.addAll(trials.everyTick(people, all ? 1 : first ? 3 : 9));
    plans.addAll(trials.everyRevert(all ? 1 : first ? 2 : 6));
    plans.addAll(trials.crashPairs(all ? 200 : first ? 20 : 4));
    if (!first) return plans;
    plans.addAll(trials.everyTick(Happening.STALE, all ? 1 : 6));
    for (var other : List.of(Happening.AWAY, Happening.VELERO, Happening.CONSUMER, Happening.CLAIM))
      plans.addAll(trials.everyTick(other, all ? 2 : 15));
    return plans;
  }

  /** A database takes several times as long to play as a namespace. */
  private static List<Trial> few(Scenario scenario, Trials trials) {
    var plans = trials.everyWrite(1, 18);
    if (scenario != DatabaseScenarios.SWAP) return List.of(plans.getFirst(), plans.getLast());
    var held = trials.undisturbed().held().getFirst();
    plans.addAll(trials.everyTick(Happening.ABORT, held / 4).subList(0, 3));
    return plans;
  }

  private static void play(Scenario scenario) {
    var trials = new Trials(scenario);
    var course = trials.undisturbed();
    assertThat(course.ended()).as("the undisturbed course ends").isTrue();
    assertThat(course.stage().phase())
        .as(course.stage().resource().at("/status/message").asText())
        .isEqualTo(scenario.phase());
    var plans = plans(scenario, trials);
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
