package dev.salvor.recovery;

import dev.salvor.testkit.faults.Coverage.Place;
import dev.salvor.testkit.faults.Disturbance;
import dev.salvor.testkit.faults.Happening;
import dev.salvor.testkit.faults.Scenario;
import dev.salvor.testkit.faults.Trial;
import dev.salvor.testkit.faults.Trials;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is played of the recoveries of databases by default: each takes several times as long as one
 * of a namespace. The faults of their own rooms' writes are played in the tests of those rooms;
 * here it is the order of the whole that people meddle with.
 */
final class DatabaseSample {
  /** Not one that could not start: nothing joins its replicas again when it is taken back. */
  private static final Set<Scenario> UNDONE =
      Set.of(DatabaseScenarios.IN_PLACE, DatabaseScenarios.LOST);

  private DatabaseSample() {}

  static List<Trial> of(Scenario scenario, Trials trials) {
    var plans = new ArrayList<Trial>();
    if (scenario == DatabaseScenarios.SWAP) {
      var writes = trials.everyWrite(1, 36);
      for (var i = 0; i < writes.size(); i += 2) plans.add(writes.get(i));
      for (var hold : List.of(10, 25, 50, 60, 75, 90))
        plans.add(held(scenario, trials, hold, Happening.ABORT));
      plans.add(held(scenario, trials, 55, Happening.DELETE));
      plans.add(held(scenario, trials, 30, Happening.REVERT));
      plans.add(held(scenario, trials, 70, Happening.REVERT));
      return plans;
    }
    if (scenario == DatabaseScenarios.DRAIN) {
      for (var hold : List.of(40, 55, 65, 75, 85))
        plans.add(held(scenario, trials, hold, Happening.ABORT));
      plans.add(held(scenario, trials, 60, Happening.DELETE));
      plans.add(held(scenario, trials, 50, Happening.REVERT));
      plans.add(held(scenario, trials, 65, Happening.REVERT));
    }
    var writes = trials.everyWrite(1, 1_000);
    plans.add(writes.get(writes.size() / 2));
    if (UNDONE.contains(scenario)) plans.add(held(scenario, trials, 60, Happening.ABORT));
    return plans;
  }

  /** Before the tick that lies behind so many per cent of those in which GitOps is held. */
  private static Trial held(Scenario scenario, Trials trials, int percent, Happening what) {
    var held = trials.undisturbed().held();
    var tick = held.get(held.size() * percent / 100);
    return new Trial(scenario, List.of(new Disturbance.AtTick(tick, what)));
  }

  /** Where every fault has to be met in whole runbooks; all places if there is time. */
  static Set<Place> places(boolean all) {
    return WritingPlaces.ofTheOperator().keySet().stream()
        .filter(place ->
            all
                || !place.site().startsWith("dev.salvor.postgres.")
                // no test of its room has a whole outage around it
                || place.site().startsWith("dev.salvor.postgres.PromoteCopy"))
        .collect(Collectors.toSet());
  }
}
