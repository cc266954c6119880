package dev.salvor.testkit.faults;

import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A scenario with what disturbs it. Deterministic: the same trial always takes the same course.
 *
 * @param scenario what is played
 * @param disturbances in any order; none for the undisturbed course
 */
public record Trial(Scenario scenario, List<Disturbance> disturbances) {
  private static final Duration IDLE = Duration.ofMinutes(15);
  private static final int LIMIT = 700;

  public Trial {
    disturbances = List.copyOf(disturbances);
  }

  /**
   * How it went.
   *
   * @param held ticks before which something of GitOps was held, from 1
   * @param ended false if it was still going after {@value Trial#LIMIT} ticks
   * @param stage as it was at the end
   */
  public record Course(
      Stage stage, int ticks, int writes, List<Integer> held, boolean ended, Picture after) {}

  /** The command that plays exactly this trial again. */
  public String replay() {
    var all = new ArrayList<String>();
    disturbances.forEach(one -> all.add(one.toString()));
    return "mvn -q -Dfast -pl testkit -am test -Dtest=FaultPlansTest"
        + " -Dsurefire.failIfNoSpecifiedTests=false -Dplan="
        + scenario.name()
        + "/"
        + String.join("+", all);
  }

  /** Plays it. */
  public Course play() {
    var stage = scenario.stage().get();
    var cluster = stage.cluster();
    for (var one : disturbances) {
      if (one instanceof Disturbance.AtWrite(var number, var fault)) cluster.fault(number, fault);
    }
    var operator = new TestOperator(cluster, stage.recovery(), stage.starts());
    if (disturbances.isEmpty()) operator.checking();
    var held = new ArrayList<Integer>();
    var ended = false;
    var away = 0;
    var tick = 0;
    while (!ended && tick < LIMIT) {
      tick++;
      for (var one : disturbances) {
        if (one instanceof Disturbance.AtTick(var number, var what) && number == tick) {
          stage.happens(what, operator);
          if (what == Happening.AWAY) away = 12;
        }
      }
      if (stage.holds()) held.add(tick);
      var writes = cluster.count();
      var again = operator.reconcile();
      if (away > 0 && --away == 0) cluster.away(false);
      ended = away == 0 && again.filter(wait -> wait.compareTo(IDLE) < 0).isEmpty();
      if (ended) ended = !woken(stage);
      // between two commits in a row nobody else has a reason to act
      if (!ended && !onlyCommitted(cluster, writes, again)) cluster.advance(pause(again));
    }
    cluster.settle();
    var written = cluster.count();
    // an ended recovery writes nothing more (S12)
    for (var more = 0; ended && more < 3; more++) operator.reconcile();
    if (ended && cluster.count() != written)
      throw new AssertionError("it wrote after its end: " + cluster.writes().getLast());
    return new Course(stage, tick, written, held, ended, Picture.of(cluster));
  }

  /** True if a person has a word for a recovery that has ended. */
  private static boolean woken(Stage stage) {
    var before = stage.resource().at("/metadata/generation");
    for (var rounds = 0; rounds < 2; rounds++) stage.cluster().advance(Duration.ofSeconds(1));
    return !stage.resource().at("/metadata/generation").equals(before);
  }

  private static boolean onlyCommitted(FakeCluster cluster, int before, Optional<Duration> again) {
    var now = cluster.count();
    return again.filter(Duration::isZero).isPresent()
        && now == before + 1
        && cluster.writes().getLast().verb() == Recorded.Verb.STATUS
        && cluster.writes().getLast().executed();
  }

  private static Duration pause(Optional<Duration> again) {
    // a recovery that sleeps for days is not woken by its clock here
    var wait = again.filter(one -> one.compareTo(IDLE) < 0).orElse(Duration.ofSeconds(1));
    return wait.compareTo(Duration.ofMillis(100)) < 0 ? Duration.ofMillis(100) : wait;
  }
}
