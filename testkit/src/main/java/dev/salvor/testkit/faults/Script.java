package dev.salvor.testkit.faults;

import dev.salvor.kube.ClusterException;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.faults.Disturbance.AtTick;
import dev.salvor.testkit.faults.Disturbance.AtWrite;
import dev.salvor.testkit.faults.Disturbance.FromWrite;
import dev.salvor.testkit.faults.Disturbance.Overtaken;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the operator asked the API server to do in the undisturbed course, tick by tick. Until its
 * first disturbance another course is the same, so nobody has to think it out again: half of all
 * the work. A process that takes over there knows nothing, as after a restart.
 */
record Script(List<Line> lines, Map<Long, Integer> stands) {
  /**
   * One tick.
   *
   * @param requests in order
   * @param writes how many had been made when it began
   * @param again see {@link TestOperator#reconcile}
   */
  record Line(int writes, List<Consumer<FakeCluster>> requests, Optional<Duration> again) {}

  static final Script NONE = new Script(List.of(), Map.of());

  /**
   * @param stands how everything stood before each tick, to its end, with how many writes had been
   *     made by then
   */
  Script {
    lines = List.copyOf(lines);
    stands = Map.copyOf(stands);
  }

  /** The same, and nothing is known of how everything stood. */
  Script toTheEnd() {
    return new Script(lines, Map.of());
  }

  /** So much of it as these disturbances leave as it was. */
  Script until(List<Disturbance> disturbances) {
    var ticks = lines.size();
    for (var one : disturbances)
      ticks =
          Math.min(
              ticks,
              switch (one) {
                case AtTick(var number, _) -> number - 1;
                case Overtaken(var number, _, _) -> number - 1;
                case AtWrite(var number, _) -> ticksBefore(number);
                case FromWrite(var number, _) -> ticksBefore(number);
              });
    return new Script(lines.subList(0, Math.max(0, ticks)), stands);
  }

  /** True if tick {@code number}, from 1, is in it. */
  boolean has(int number) {
    return number <= lines.size();
  }

  /** Plays tick {@code number}, from 1. */
  Optional<Duration> play(int number, FakeCluster cluster) {
    var line = lines.get(number - 1);
    if (cluster.count() != line.writes())
      throw new AssertionError("tick " + number + " of the script begins after another write");
    for (var request : line.requests()) {
      try {
        request.accept(cluster);
      } catch (ClusterException refused) {
        // as the operator met it, and went on
      }
    }
    return line.again();
  }

  private int ticksBefore(int write) {
    var ticks = 0;
    for (var line : lines) {
      if (line.writes() + line.requests().size() >= write) break;
      ticks++;
    }
    return ticks;
  }
}
