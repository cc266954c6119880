package dev.salvor.testkit.faults;

import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.faults.Disturbance.AtWrite;
import dev.salvor.testkit.faults.Trial.Course;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Plans of one fault each, played one after the other in one course, which is played to its end and
 * judged like any other. A plan is met when its fault hit the very write that it names.
 */
final class Relay implements Sequel {
  private record Runner(Trial plan, AtWrite in, int number) {
    AtWrite here() {
      return new AtWrite(number, in.fault());
    }
  }

  private final List<Recorded> calm;
  private final List<Trial> waiting;
  private final List<Runner> started = new ArrayList<>();
  private List<Recorded> writes = List.of();

  /**
   * @param calm the writes of the undisturbed course
   * @param waiting plans of one fault at a write; those that start in this course are taken out
   */
  Relay(List<Recorded> calm, List<Trial> waiting) {
    this.calm = calm;
    this.waiting = waiting;
    waiting.sort(Comparator.comparingInt(plan -> in(plan).number()));
  }

  /** True if a plan can be one of several. */
  static boolean takes(Trial plan) {
    return plan.disturbances().size() == 1 && plan.disturbances().getFirst() instanceof AtWrite;
  }

  /** Plays so many of the waiting plans as one course can meet. */
  Course play(Script script) {
    var scenario = waiting.getFirst().scenario();
    var first = next(0, 0).orElseThrow();
    var course = new Trial(scenario, List.of(first)).play(script, this);
    writes = course.stage().cluster().writes();
    return course;
  }

  @Override
  public Optional<AtWrite> next(int calmWrites, int writes) {
    for (var plan : waiting) {
      if (in(plan).number() <= calmWrites) continue;
      waiting.remove(plan);
      var runner = new Runner(plan, in(plan), in(plan).number() - calmWrites + writes);
      started.add(runner);
      return Optional.of(runner.here());
    }
    return Optional.empty();
  }

  /** Everything that the course has met, as one plan: what is wrong can be played again. */
  Trial whole() {
    var scenario = started.getFirst().plan().scenario();
    return new Trial(scenario, started.stream().<Disturbance>map(Runner::here).toList());
  }

  /** The plan that started last. */
  Trial last() {
    return started.getLast().plan();
  }

  /** Those whose fault did not come to the write that they name: they are to be played alone. */
  List<Trial> missed() {
    return started.stream().filter(runner -> !hit(runner)).map(Runner::plan).toList();
  }

  private boolean hit(Runner runner) {
    if (runner.number() > writes.size()) return false;
    var wanted = calm.get(runner.in().number() - 1);
    var met = writes.get(runner.number() - 1);
    return met.fault() == runner.in().fault()
        && met.verb() == wanted.verb()
        && met.ref().equals(wanted.ref())
        && met.site().equals(wanted.site());
  }

  private static AtWrite in(Trial plan) {
    return (AtWrite) plan.disturbances().getFirst();
  }
}
