package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.faults.Coverage;
import dev.salvor.testkit.faults.Disturbance;
import dev.salvor.testkit.faults.Happening;
import dev.salvor.testkit.faults.PlanCount;
import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Trial;
import dev.salvor.testkit.faults.Trials;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Every write of the operator gone wrong in every way, every tick disturbed by everybody (DESIGN
 * section 8). A plan that fails prints the command that plays it alone.
 */
@Order(3)
class FaultPlansTest {
  /** Not the threads of JUnit: one of those that waits here would take another class in between. */
  private static final ForkJoinPool PLAYERS =
      new ForkJoinPool(Runtime.getRuntime().availableProcessors());

  /** Of a course of no more writes every one goes wrong in every way. */
  private static final int SHORT = 160;

  /** One scenario after the other: what one has met the next need not meet again. */
  @TestFactory
  @DisabledIfSystemProperty(named = "plan", matches = ".+")
  Stream<DynamicTest> every() {
    Coverage.demand(WritingPlaces.ofTheOperator(), WritingPlaces.OWED);
    return scenarios()
        .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> play(scenario)));
  }

  /** What {@code make test} looks at in the end can fail. */
  @Test
  @DisabledIfSystemProperty(named = "plan", matches = ".+")
  void aPlaceThatNoPlanReachesIsNamed() {
    assertThat(WritingPlaces.ofTheOperator()).hasSizeGreaterThan(60);
    var unreached = new ClassFileImporter().importClasses(Unreached.class);
    assertThat(Coverage.missing(WritingPlaces.in(unreached).keySet()))
        .singleElement()
        .asString()
        .startsWith(Unreached.class.getName() + ":")
        .contains("CRASH_BEFORE", "CRASH_AFTER", "CONFLICT", "LOST_REPLY");
  }

  private static Stream<Scenario> scenarios() {
    return Stream.of(Scenarios.ALL, DatabaseScenarios.ALL, SideRoads.ALL, VolumeScenarios.ALL)
        .flatMap(List::stream);
  }

  @Test
  @EnabledIfSystemProperty(named = "plan", matches = ".+")
  void one() {
    var plan = System.getProperty("plan", "").split("/", 2);
    var scenario = scenarios().filter(one -> one.name().equals(plan[0])).findFirst().orElseThrow();
    if (plan.length == 1) {
      play(scenario);
      return;
    }
    var disturbances = Arrays.stream(plan[1].split("\\+")).map(Disturbance::parse).toList();
    var trial = new Trial(scenario, disturbances);
    assertThat(new Trials(scenario).judge(trial)).isEmpty();
  }

  /**
   * All there are with {@code -Dplans=all}; else most of one scenario, a part of the other main
   * ones, every fault of the short ones, and of every one what no plan before it has reached.
   */
  private static List<Trial> plans(Scenario scenario, Trials trials) {
    var all = System.getProperty("plans", "").equals("all");
    var first = scenario == Scenarios.SWAP_FLUX;
    var side = SideRoads.ALL.contains(scenario) || VolumeScenarios.SIDE.contains(scenario);
    var plans = new ArrayList<Trial>();
    if (all) everything(trials, plans);
    else if (DatabaseScenarios.ALL.contains(scenario))
      plans.addAll(DatabaseSample.of(scenario, trials));
    else if (first) most(trials, plans);
    else if (!side) sample(trials, plans);
    if (!all && trials.undisturbed().writes() <= SHORT)
      trials.everyWrite(6, 1).stream().filter(plan -> !plans.contains(plan)).forEach(plans::add);
    else if (!all && side) plans.addAll(trials.everyWrite(1, 12));
    plans.addAll(trials.unmet(plans, DatabaseSample.places(all)));
    return plans;
  }

  private static void everything(Trials trials, List<Trial> plans) {
    plans.addAll(trials.everyWrite(6, 1));
    for (var what : List.of(Happening.ABORT, Happening.DELETE, Happening.STALE))
      plans.addAll(trials.everyTick(what, 1));
    for (var what : List.of(Happening.VELERO, Happening.CONSUMER, Happening.CLAIM))
      plans.addAll(trials.everyTick(what, 2));
    plans.addAll(trials.everyTick(Happening.AWAY, 1));
    plans.addAll(trials.everyRevert(1));
    plans.addAll(trials.everyBan(Fault.FORBIDDEN, 1));
    plans.addAll(trials.everyOvertaking(1));
    plans.addAll(trials.crashPairs(200));
  }

  private static void most(Trials trials, List<Trial> plans) {
    plans.addAll(trials.everyWrite(6, 6));
    for (var what : List.of(Happening.ABORT, Happening.DELETE))
      plans.addAll(trials.everyTick(what, 8));
    plans.addAll(trials.everyTick(Happening.STALE, 16));
    plans.addAll(trials.everyTick(Happening.AWAY, 14));
    for (var what : List.of(Happening.VELERO, Happening.CONSUMER, Happening.CLAIM))
      plans.addAll(trials.everyTick(what, 30));
    plans.addAll(trials.everyRevert(6));
    plans.addAll(trials.everyBan(Fault.FORBIDDEN, 4));
    plans.addAll(trials.everyOvertaking(6));
    plans.addAll(trials.crashPairs(20));
  }

  private static void sample(Trials trials, List<Trial> plans) {
    plans.addAll(trials.everyWrite(1, 48));
    for (var what : List.of(Happening.ABORT, Happening.DELETE))
      plans.addAll(trials.everyTick(what, 56));
    plans.addAll(trials.everyTick(Happening.AWAY, 40));
    plans.addAll(trials.everyRevert(18));
    plans.addAll(trials.everyBan(Fault.FORBIDDEN, 20));
    plans.addAll(trials.everyOvertaking(56));
    plans.addAll(trials.crashPairs(4));
  }

  private static void play(Scenario scenario) {
    var trials = new Trials(scenario);
    var course = trials.undisturbed();
    assertThat(course.ended()).as("the undisturbed course ends").isTrue();
    assertThat(course.stage().phase())
        .as(course.stage().resource().at("/status/message").asText())
        .isEqualTo(scenario.phase());
    var plans = plans(scenario, trials);
    var failing = PLAYERS.submit(() -> trials.failing(plans)).join();
    PlanCount.add(plans.size());
    assertThat(failing).as(plans.size() + " plans").isEmpty();
  }
}
