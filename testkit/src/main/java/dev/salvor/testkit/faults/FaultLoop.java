package dev.salvor.testkit.faults;

import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Fault;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The same course with every fault at every one of its writes: it ends as if nothing had happened.
 * For a room by itself; whole runbooks are {@link Trials}.
 *
 * @param worlds a fresh world, the same each time; what is written while it is made meets no fault
 * @param cluster the cluster of a world
 * @param course plays it, asserts what must hold anyhow, and returns all that has to be the same in
 *     the end
 */
public record FaultLoop<W>(
    Supplier<W> worlds, Function<W, FakeCluster> cluster, Function<W, Object> course) {

  /** Plays them all; throws AssertionError at the first that ends otherwise. */
  public void holds(Collection<Fault> faults) {
    var calm = worlds.get();
    var first = cluster.apply(calm).count();
    var expected = course.apply(calm);
    var writes = cluster.apply(calm).writes();
    if (writes.size() == first) throw new AssertionError("nothing was written");
    for (var number = first + 1; number <= writes.size(); number++)
      for (var fault : faults) {
        var what = fault + " at write " + writes.get(number - 1);
        PlanCount.add(1);
        var end = disturbed(number, fault, what);
        if (!end.equals(expected))
          throw new AssertionError(what + "\n  ends as " + end + "\n  and not " + expected);
      }
  }

  private Object disturbed(int number, Fault fault, String what) {
    var world = worlds.get();
    cluster.apply(world).fault(number, fault);
    try {
      return course.apply(world);
    } catch (AssertionError broken) {
      throw new AssertionError(what + ": " + broken.getMessage(), broken);
    } finally {
      Coverage.add(cluster.apply(world).writes());
    }
  }
}
