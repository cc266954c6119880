package dev.salvor.testkit.faults;

import dev.salvor.testkit.Fault;
import dev.salvor.testkit.faults.Disturbance.AtTick;
import dev.salvor.testkit.faults.Disturbance.AtWrite;
import dev.salvor.testkit.faults.Trial.Course;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

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

  private final Scenario scenario;
  private final Course undisturbed;

  public Trials(Scenario scenario) {
    this.scenario = scenario;
    this.undisturbed = new Trial(scenario, List.of()).play();
  }

  /** The course that the others are compared with. */
  public Course undisturbed() {
    return undisturbed;
  }

  /** Every write, every way it can go wrong once. */
  public List<Trial> everyWrite() {
    var all = new ArrayList<Trial>();
    for (var write = 1; write <= undisturbed.writes(); write++) {
      for (var fault : PASSING) all.add(trial(new AtWrite(write, fault)));
    }
    return all;
  }

  /** This happening before every tick. */
  public List<Trial> everyTick(Happening what) {
    var all = new ArrayList<Trial>();
    for (var tick = 1; tick <= undisturbed.ticks(); tick++) all.add(trial(new AtTick(tick, what)));
    return all;
  }

  /** The hold is taken off before every tick that has one. */
  public List<Trial> everyRevert() {
    return undisturbed.held().stream()
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

  /** Plays a trial; what is wrong with how it went. */
  public List<String> judge(Trial trial) {
    try {
      return new Verdict(undisturbed, oldData()).on(trial, trial.play());
    } catch (AssertionError broken) {
      return List.of(String.valueOf(broken.getMessage()));
    }
  }

  private Set<String> oldData() {
    var old = new HashSet<String>();
    for (var data : undisturbed.stage().cluster().volumeData().all().values())
      if (data.startsWith("old-")) old.add(data);
    return old;
  }

  private Trial trial(Disturbance... disturbances) {
    return new Trial(scenario, List.of(disturbances));
  }
}
