package dev.salvor.testkit.faults;

import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.faults.Disturbance.AtWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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

  /** So many ticks more for each disturbance: a course of many plans has many ways round. */
  private static final int DETOUR = 20;

  /** The API server is away for three minutes. */
  private static final int AWAY = 12;

  private static final Duration AWAY_TICK = Duration.ofSeconds(15);
  private static final Duration BANNED_TICK = Duration.ofMinutes(1);

  public Trial {
    disturbances = List.copyOf(disturbances);
  }

  /**
   * How it went.
   *
   * @param held ticks before which something of GitOps was held, from 1
   * @param ended false if it was still going after {@value Trial#LIMIT} ticks and {@value
   *     Trial#DETOUR} more for each disturbance
   * @param rejoined true if everything stood as in the undisturbed course again and it was not
   *     played on from there
   * @param told everything that status said when a write had been refused for good; empty if none
   *     was
   * @param stage as it was at the end
   * @param rests as it was each time it had ended and a person wanted more
   * @param script what the operator asked for
   */
  public record Course(
      Stage stage,
      int ticks,
      int writes,
      List<Integer> held,
      boolean ended,
      boolean rejoined,
      String told,
      Picture after,
      List<Picture> rests,
      Script script) {}

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
    return play(Script.NONE);
  }

  /**
   * Plays it as the {@code calm} course went until the first disturbance, and no further than until
   * everything stands as in that course again: what is the same goes on in the same way. What only
   * models know is not compared; {@link Trials#failing} plays some to the end all the same.
   */
  Course play(Script calm) {
    return play(calm, Sequel.NONE);
  }

  /** The same, and where everything stands as in that course, the sequel comes. */
  Course play(Script calm, Sequel sequel) {
    var script = calm.until(disturbances);
    var lines = new ArrayList<Script.Line>();
    var stands = new HashMap<Long, Integer>();
    var met = new ArrayList<>(disturbances);
    var stage = scenario.stage().get();
    var cluster = stage.cluster();
    var ban = disturb(cluster);
    var operator = new TestOperator(cluster, stage.recovery(), stage.starts());
    var held = new ArrayList<Integer>();
    var rests = new ArrayList<Picture>();
    var told = "";
    var ended = false;
    var away = 0;
    var tick = 0;
    var rejoined = false;
    while (!ended && tick < LIMIT + met.size() * DETOUR) {
      tick++;
      if (disturbances.isEmpty()) {
        stands.put(Picture.standing(cluster), cluster.count());
      } else if (away == 0 && isOver(met, tick, cluster) && !script.stands().isEmpty()) {
        var calmWrites = script.stands().get(Picture.standing(cluster));
        if (calmWrites != null) {
          rejoined = sequel == Sequel.NONE;
          sequel
              .next(calmWrites, cluster.count())
              .ifPresent(write -> {
                met.add(write);
                cluster.fault(write.number(), write.fault());
              });
        }
      }
      if (rejoined) break;
      if (happens(tick, stage, operator)) away = AWAY;
      if (stage.holds()) held.add(tick);
      var writes = cluster.count();
      var again =
          script.has(tick) ? operator.follow(script, tick) : reconcile(tick, cluster, operator);
      if (disturbances.isEmpty())
        lines.add(new Script.Line(writes, cluster.requests(writes), again));
      if (away > 0 && --away == 0) cluster.away(false);
      ended = away == 0 && again.filter(wait -> wait.compareTo(IDLE) < 0).isEmpty();
      if (ended) {
        var rest = Picture.of(cluster);
        ended = !woken(stage);
        if (!ended) rests.add(rest);
      }
      if (ban.outlasted(ended)) {
        told = stage.told();
        ban.lift();
      }
      if (ended && ban.fails() && stage.retried()) ended = false;
      // between two commits in a row nobody else has a reason to act
      if (away > 0) cluster.advance(AWAY_TICK);
      else if (ban.holds()) cluster.advance(BANNED_TICK);
      else if (!ended && !onlyCommitted(cluster, writes, again)) cluster.advance(pause(again));
    }
    if (!rejoined) cluster.settle();
    var written = cluster.count();
    // an ended recovery writes nothing more (S12)
    for (var more = 0; ended && more < 3; more++) operator.reconcile();
    if (ended && cluster.count() != written)
      throw new AssertionError("it wrote after its end: " + cluster.writes().getLast());
    if (!disturbances.isEmpty()) Coverage.add(cluster.writes());
    return new Course(
        stage,
        tick,
        written,
        held,
        ended,
        rejoined,
        told,
        rejoined ? Picture.NONE : Picture.of(cluster),
        rests,
        new Script(lines, stands));
  }

  /** True if all that disturbs it lies behind, and may leave everything as it would have been. */
  private static boolean isOver(List<Disturbance> met, int tick, FakeCluster cluster) {
    for (var one : met) {
      var over =
          switch (one) {
            case AtWrite(var number, _) -> cluster.count() >= number;
            case Disturbance.Overtaken(var number, _, _) -> tick > number;
            case Disturbance.AtTick(var number, var what) ->
                tick > number && (what == Happening.STALE || what == Happening.AWAY);
            case Disturbance.FromWrite _ -> false;
          };
      if (!over) return false;
    }
    return true;
  }

  private Ban disturb(FakeCluster cluster) {
    var ban = new Ban(0, Fault.FORBIDDEN);
    for (var one : disturbances) {
      if (one instanceof Disturbance.AtWrite(var number, var fault)) cluster.fault(number, fault);
      if (one instanceof Disturbance.FromWrite(var number, var fault)) ban = new Ban(number, fault);
    }
    cluster.faults(ban);
    return ban;
  }

  /** True if the API server goes away now. */
  private boolean happens(int tick, Stage stage, TestOperator operator) {
    var away = false;
    for (var one : disturbances) {
      if (!(one instanceof Disturbance.AtTick(var number, var what)) || number != tick) continue;
      stage.happens(what, operator);
      away |= what == Happening.AWAY;
    }
    return away;
  }

  private Optional<Duration> reconcile(int tick, FakeCluster cluster, TestOperator operator) {
    for (var one : disturbances) {
      if (one instanceof Disturbance.Overtaken(var number, var call, var ticks) && number == tick)
        return operator.overtaken(call, ticks, again -> cluster.advance(pause(again)));
    }
    return operator.reconcile();
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
