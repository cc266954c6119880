package dev.salvor.app;

import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.api.StepStatus;
import dev.salvor.kube.Destruction;
import dev.salvor.kube.Kinds;
import dev.salvor.recovery.Figures;
import dev.salvor.recovery.RecoveryObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is counted as it happens (docs/metrics.md). No label carries the name of an object: the
 * number of series must not grow with the number of recoveries. What is counted for one recovery is
 * counted once by one process, also when a tick is repeated after a conflict.
 */
final class RecoveryMetrics implements RecoveryObserver {
  private static final Duration[] OUTAGES = durations(5, 15, 30, 60, 300, 900, 3_600, 14_400);
  private static final Duration[] LOSSES = durations(60, 300, 900, 3_600, 14_400, 86_400, 604_800);

  private final MeterRegistry registry;
  private final Remembered<Boolean> counted = new Remembered<>();

  RecoveryMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** All series of a kind that can be known beforehand, so that a rate has where to begin. */
  void expect(String kind) {
    outage(kind);
    loss(kind);
    bytes(kind);
    for (var outcome : Destruction.Outcome.values())
      destructions(kind, Kinds.PVC.kind(), outcome.word());
  }

  void destroyed(Destruction destruction) {
    destructions(
            destruction.run().ref().kind(),
            destruction.victim().ref().kind(),
            destruction.outcome().word())
        .increment();
  }

  @Override
  public void ticking(Recovery<? extends RecoverySpec> recovery) {}

  @Override
  public void ticked(Recovery<? extends RecoverySpec> recovery, RecoveryStatus after) {
    var kind = recovery.getKind();
    var uid = recovery.getMetadata().getUid();
    var before = recovery.getStatus();
    var known = steps(before).stream().map(RecoveryMetrics::mark).collect(Collectors.toSet());
    for (var step : steps(after)) {
      if (step.state() == StepStatus.State.Running || known.contains(mark(step))) continue;
      if (counted.put(uid + "/" + mark(step), true))
        step(kind, step).record(positive(Duration.between(step.startedAt(), step.since())));
    }
    var succeeded = "Succeeded".equals(after.phase());
    if (succeeded && (before == null || !"Succeeded".equals(before.phase())))
      if (counted.put(uid + "/" + after.endedAt(), true)) count(kind, Figures.of(after));
  }

  private void count(String kind, Figures figures) {
    figures.outage().ifPresent(time -> outage(kind).record(positive(time)));
    figures.loss().ifPresent(time -> loss(kind).record(positive(time)));
    bytes(kind).increment((double) figures.bytes());
  }

  private Timer step(String kind, StepStatus step) {
    return Timer.builder("recovery.step.duration")
        .description("From the first intent of a step on record to its end, by how it ended")
        .tag("kind", kind)
        .tag("step", step.name())
        .tag("state", step.state().name())
        .register(registry);
  }

  private Timer outage(String kind) {
    return Timer.builder("recovery.outage")
        .description(
            "RTO of every recovery that succeeded: from the stop of the first consumer until all"
                + " were ready again")
        .tag("kind", kind)
        .serviceLevelObjectives(OUTAGES)
        .register(registry);
  }

  private Timer loss(String kind) {
    return Timer.builder("recovery.data.loss")
        .description(
            "RPO of every recovery that succeeded: from the moment that came back until the stop of"
                + " the first consumer")
        .tag("kind", kind)
        .serviceLevelObjectives(LOSSES)
        .register(registry);
  }

  private Counter bytes(String kind) {
    return Counter.builder("recovery.restored.bytes")
        .description("Brought back by recoveries that succeeded, as the backups count it")
        .tag("kind", kind)
        .register(registry);
  }

  private Counter destructions(String kind, String resource, String outcome) {
    return Counter.builder("recovery.destructive.requests")
        .description("Requests that destroy: taken, refused, conflict, gone or unknown")
        .tag("kind", kind)
        .tag("resource", resource)
        .tag("outcome", outcome)
        .register(registry);
  }

  private static String mark(StepStatus step) {
    return step.name() + "@" + step.startedAt() + "=" + step.state();
  }

  private static List<StepStatus> steps(@Nullable RecoveryStatus status) {
    var steps = status == null ? null : status.steps();
    return steps == null ? List.of() : steps;
  }

  /** A clock that was set back measures nothing. */
  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  private static Duration[] durations(long... seconds) {
    return Arrays.stream(seconds).mapToObj(Duration::ofSeconds).toArray(Duration[]::new);
  }
}
