package dev.salvor.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Marks;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterException;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.Killed;
import dev.salvor.testkit.faults.FaultLoop;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every fault at every write of a hold and of its release: the end is the undisturbed one. */
class FaultsTest {
  @TestFactory
  Stream<DynamicTest> holdAndRelease() {
    return plans(FaultsTest::holdAndRelease);
  }

  @TestFactory
  Stream<DynamicTest> holdAndTakeBack() {
    return plans(FaultsTest::holdAndTakeBack);
  }

  private static Stream<DynamicTest> plans(Consumer<Bench> course) {
    return Cases.all().entrySet().stream()
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.getKey(),
                () ->
                    new FaultLoop<>(
                            entry.getValue(),
                            bench -> bench.cluster,
                            bench -> {
                              course.accept(bench);
                              return bench.picture();
                            })
                        .holds(List.of(Fault.values()))));
  }

  private static void holdAndRelease(Bench bench) {
    var before = bench.picture();
    var facts = bench.discover();
    assertThat(facts.refused()).as("%s", facts.findings()).isFalse();
    assertThat(bench.held(facts)).isInstanceOf(Outcome.Done.class);
    assertThat(bench.guard().broken(facts)).isEmpty();
    // the tools go on meanwhile, and nothing they do takes a hold away
    for (var i = 0; i < 5; i++) bench.cluster.round();
    assertThat(bench.guard().broken(facts)).isEmpty();
    assertThat(bench.drive(bench.resume(), facts)).isInstanceOf(Outcome.Done.class);
    bench.cluster.round();
    assertThat(bench.picture()).isEqualTo(before);
    assertThat(bench.picture().toString()).doesNotContain(Marks.GROUP);
  }

  private static void holdAndTakeBack(Bench bench) {
    var before = bench.picture();
    var facts = bench.discover();
    // taken back after each number of calls, half held or not held at all
    for (var calls : List.of(0, 1, 2, 3, 4)) {
      var moment = bench.moment(Duration.ZERO);
      for (var i = 0; i < calls; i++) {
        try {
          bench.suspend().act(facts, moment);
        } catch (ClusterException | Killed met) {
          continue;
        }
      }
      assertThat(bench.takeBack(bench.suspend(), facts)).isInstanceOf(Outcome.Done.class);
      bench.cluster.round();
      assertThat(bench.picture()).isEqualTo(before);
    }
  }
}
