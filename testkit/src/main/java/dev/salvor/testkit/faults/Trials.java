package dev.salvor.testkit.faults;

import dev.salvor.testkit.Fault;
import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.faults.Coverage.Place;
import dev.salvor.testkit.faults.Disturbance.AtTick;
import dev.salvor.testkit.faults.Disturbance.AtWrite;
import dev.salvor.testkit.faults.Disturbance.FromWrite;
import dev.salvor.testkit.faults.Disturbance.Overtaken;
import dev.salvor.testkit.faults.Trial.Course;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** All trials of a scenario, from its undisturbed course: every write, every tick. */
public final class Trials {
  private static final List<Fault> PASSING =
      List.of(
          Fault.CRASH_BEFORE,
          Fault.CRASH_AFTER,
          Fault.CONFLICT,
          Fault.LOST_REPLY,
          Fault.FORBIDDEN,
          Fault.UNAVAILABLE);

  /** With {@code -Dplans=all} every one. */
  private static final int TO_THE_END = System.getProperty("plans", "").equals("all") ? 1 : 8;

  /** So many relays at a time. */
  private static final int LANES = Runtime.getRuntime().availableProcessors();

  private final Scenario scenario;
  private final Course undisturbed;
  private final Set<String> oldData;

  public Trials(Scenario scenario) {
    this.scenario = scenario;
    this.undisturbed = new Trial(scenario, List.of()).play();
    this.oldData = oldData(undisturbed);
  }

  /** The course that the others are compared with. */
  public Course undisturbed() {
    return undisturbed;
  }

  /**
   * Every write to the cluster in {@code ways} of the six ways in which it can go wrong, in turn,
   * and every {@code commits}-th status commit in half as many, rounded up. A commit that is
   * refused is refused whatever the answer says, and one whose reply is lost has happened: three
   * ways are all there are.
   */
  public List<Trial> everyWrite(int ways, int commits) {
    var all = new ArrayList<Trial>();
    var writes = undisturbed.stage().cluster().writes();
    for (var write = 1; write <= undisturbed.writes(); write++) {
      if (writes.get(write - 1).verb() == Recorded.Verb.STATUS) {
        if (write % commits != 0) continue;
        for (var way = 0; way < (ways + 1) / 2; way++)
          all.add(trial(new AtWrite(write, PASSING.get((write / commits + way) % 3))));
        continue;
      }
      for (var way = 0; way < ways; way++)
        all.add(trial(new AtWrite(write, PASSING.get((write + way) % PASSING.size()))));
    }
    return all;
  }

  /** Those faults at these places that no plan has met yet, nor {@code planned} do. */
  public List<Trial> unmet(List<Trial> planned, Set<Place> places) {
    var writes = undisturbed.stage().cluster().writes();
    var met = new HashMap<Place, Set<Fault>>();
    for (var trial : planned)
      for (var one : trial.disturbances())
        if (one instanceof AtWrite(var number, var fault) && number <= writes.size())
          met.computeIfAbsent(Place.of(writes.get(number - 1)), _ -> new HashSet<>()).add(fault);
    var all = new ArrayList<Trial>();
    for (var write : writes) {
      if (write.site().isEmpty()) continue;
      var place = Place.of(write);
      if (!places.contains(place)) continue;
      for (var fault : Coverage.missing(place))
        if (met.computeIfAbsent(place, _ -> new HashSet<>()).add(fault))
          all.add(trial(new AtWrite(write.number(), fault)));
    }
    return all;
  }

  /** In every {@code steps}-th place the first write to each kind refused for good. */
  public List<Trial> everyBan(Fault fault, int steps) {
    var seen = new HashSet<String>();
    return undisturbed.stage().cluster().writes().stream()
        .filter(write -> !write.site().isEmpty() && seen.add(write.site() + write.kind()))
        .filter(_ -> seen.size() % steps == 0)
        .map(write -> trial(new FromWrite(write.number(), fault)))
        .toList();
  }

  /**
   * A process that stands still in every {@code steps}-th tick, before its write or before one of
   * its reads, while another goes on.
   */
  public List<Trial> everyOvertaking(int steps) {
    var all = new ArrayList<Trial>();
    var ways = List.of(new int[] {0, 8}, new int[] {4, 60}, new int[] {2, 4});
    for (var tick = 1; tick <= undisturbed.ticks(); tick++) {
      if (tick % steps != 0) continue;
      var way = ways.get(tick / steps % ways.size());
      all.add(trial(new Overtaken(tick, way[0], way[1])));
    }
    return all;
  }

  /** This happening before every {@code steps}-th tick. */
  public List<Trial> everyTick(Happening what, int steps) {
    var all = new ArrayList<Trial>();
    for (var tick = 1 + what.ordinal() % steps; tick <= undisturbed.ticks(); tick += steps)
      all.add(trial(new AtTick(tick, what)));
    return all;
  }

  /** The hold is taken off before every {@code steps}-th tick of those that have one. */
  public List<Trial> everyRevert(int steps) {
    return undisturbed.held().stream()
        .filter(tick -> tick % steps == 0)
        .map(tick -> trial(new AtTick(tick, Happening.REVERT)))
        .toList();
  }

  /** Two crashes, at pairs of writes that a fixed seed picks. */
  public List<Trial> crashPairs(int number) {
    var random = new Random(20260101);
    var all = new ArrayList<Trial>();
    for (var i = 0; i < number; i++) {
      var first = 1 + random.nextInt(undisturbed.writes());
      var second = first + 1 + random.nextInt(Math.max(1, undisturbed.writes() - first));
      all.add(
          trial(
              new AtWrite(first, random.nextBoolean() ? Fault.CRASH_BEFORE : Fault.CRASH_AFTER),
              new AtWrite(second, random.nextBoolean() ? Fault.CRASH_BEFORE : Fault.CRASH_AFTER)));
    }
    return all;
  }

  /**
   * Plays them all, those of one fault in relays; what is wrong, with the command that plays it
   * again. To be called in the pool that is to play them. Of the others one of so many is played to
   * its end whatever it comes to on the way: that equal standings go on alike is looked at, not
   * only believed.
   */
  public List<String> failing(List<Trial> plans) {
    var wrong = new ConcurrentLinkedQueue<String>();
    var alone = new ConcurrentLinkedQueue<Trial>();
    var lanes = new ArrayList<List<Trial>>();
    for (var lane = 0; lane < LANES; lane++) lanes.add(new ArrayList<>());
    var runners = 0;
    for (var plan : plans) {
      if (Relay.takes(plan)) lanes.get(runners++ % LANES).add(plan);
      else alone.add(plan);
    }
    lanes.parallelStream()
        .forEach(lane -> {
          while (!lane.isEmpty()) {
            var relay = new Relay(undisturbed.stage().cluster().writes(), lane);
            var found = judge(relay);
            if (!found.isEmpty()) wrong.add(shortest(relay, found));
            alone.addAll(relay.missed());
          }
        });
    alone.parallelStream()
        .forEach(plan -> {
          var toTheEnd = Math.floorMod(plan.disturbances().toString().hashCode(), TO_THE_END) == 0;
          var script = undisturbed.script();
          var found = judge(plan, toTheEnd ? script.toTheEnd() : script);
          if (!found.isEmpty()) wrong.add(text(plan, found));
        });
    return List.copyOf(wrong);
  }

  /** Where everything went another way for good it was by the last fault, as a rule. */
  private String shortest(Relay relay, List<String> found) {
    var last = judge(relay.last());
    return last.isEmpty() ? text(relay.whole(), found) : text(relay.last(), last);
  }

  private static String text(Trial trial, List<String> wrong) {
    return trial.replay() + "\n    " + String.join("\n    ", wrong);
  }

  private List<String> judge(Relay relay) {
    try {
      var course = relay.play(undisturbed.script());
      return new Verdict(undisturbed, oldData).on(relay.whole(), course);
    } catch (AssertionError broken) {
      return List.of(String.valueOf(broken.getMessage()));
    }
  }

  /** Plays a trial to its end; what is wrong with how it went. */
  public List<String> judge(Trial trial) {
    return judge(trial, undisturbed.script().toTheEnd());
  }

  private List<String> judge(Trial trial, Script script) {
    try {
      return new Verdict(undisturbed, oldData).on(trial, trial.play(script));
    } catch (AssertionError broken) {
      return List.of(String.valueOf(broken.getMessage()));
    }
  }

  private static Set<String> oldData(Course undisturbed) {
    var old = new HashSet<String>();
    for (var data : Picture.data(undisturbed.stage().cluster()))
      if (data.startsWith("old-")) old.add(data);
    return old;
  }

  private Trial trial(Disturbance... disturbances) {
    return new Trial(scenario, List.of(disturbances));
  }
}
