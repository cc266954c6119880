package dev.salvor.recovery;

import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.faults.PlanCount;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.faults.TestOperator;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A recovery that people meddle with between its ticks. Each one is a fault plan. */
final class Story {
  private static final Duration IDLE = Duration.ofMinutes(15);
  private static final int LIMIT = 4000;
  private static final Duration PATIENT = Duration.ofSeconds(20);

  final Stage stage;
  private final FakeCluster cluster;
  private final TestOperator operator;
  private int patience = 1;

  Story(Stage stage) {
    PlanCount.add(1);
    this.stage = stage;
    this.cluster = stage.cluster();
    this.operator = new TestOperator(cluster, stage.recovery(), stage.starts());
  }

  /**
   * One tick, and the time until the next one: longer and longer while nothing comes of it. False
   * if nothing is left to do.
   */
  boolean tick() {
    var stood = cluster.standing();
    var again = operator.reconcile();
    var pause = pause(again);
    patience = cluster.standing() == stood ? 2 * patience : 1;
    if (pause.multipliedBy(patience).compareTo(PATIENT) > 0)
      patience = Math.max(1, (int) PATIENT.dividedBy(pause));
    cluster.advance(pause.multipliedBy(patience));
    return again.filter(wait -> wait.compareTo(IDLE) < 0).isPresent();
  }

  /** So many ticks, or fewer if it ends before. */
  Story ticks(int number) {
    for (var i = 0; i < number; i++) if (!tick()) break;
    return this;
  }

  /** Until nothing is left to do; in what phase. */
  String ends() {
    for (var ticks = 0; ticks < LIMIT; ticks++) {
      if (tick()) continue;
      cluster.settle();
      return stage.phase();
    }
    throw new AssertionError("it does not end: " + stage.resource().at("/status/message"));
  }

  /** Until something is so. */
  Story until(BooleanSupplier there) {
    for (var ticks = 0; ticks < LIMIT; ticks++) {
      if (there.getAsBoolean()) return this;
      tick();
    }
    throw new AssertionError("it never came to that: " + stage.resource().at("/status/message"));
  }

  /** Until a step is on record. */
  Story untilStep(String name) {
    return until(
        () -> stage.resource().at("/status/steps").findValuesAsText("name").contains(name));
  }

  /** A person undoes it. */
  String undone() {
    stage.edit("{\"spec\": {\"undo\": {\"requested\": true}}}");
    return ends();
  }

  /** A person has it tried again. */
  String retried() {
    var before = stage.resource().at("/spec/retry").asInt();
    stage.edit("{\"spec\": {\"retry\": %d}}".formatted(before + 1));
    return ends();
  }

  String message() {
    return stage.resource().at("/status/message").asText();
  }

  /** What a step said in the end. */
  String said(String step) {
    for (var one : stage.resource().at("/status/steps"))
      if (one.path("name").asText().equals(step)) return one.path("message").asText();
    return "";
  }

  /** The reason of a step that failed. */
  String reason() {
    for (var step : stage.resource().at("/status/steps"))
      if (step.has("reason")) return step.path("reason").asText();
    return "";
  }

  /** The process dies at its next write. */
  void dies() {
    cluster.fault(cluster.count() + 1, Fault.CRASH_BEFORE);
  }

  private static Duration pause(Optional<Duration> again) {
    var wait = again.filter(one -> one.compareTo(IDLE) < 0).orElse(Duration.ofSeconds(1));
    return wait.compareTo(Duration.ofMillis(100)) < 0 ? Duration.ofMillis(100) : wait;
  }
}
