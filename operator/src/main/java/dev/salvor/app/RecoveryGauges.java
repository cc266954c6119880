package dev.salvor.app;

import dev.salvor.api.Condition;
import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.api.StepStatus;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What is read off the recoveries at every scrape (docs/metrics.md), so that nothing of it has to
 * be remembered, and a restart changes nothing.
 */
final class RecoveryGauges implements MultiCollector {
  /** Every word of {@code status.phase}. A kind has a series for each, also without a recovery. */
  static final List<String> PHASES =
      List.of(
          "Pending",
          "Planning",
          "Preparing",
          "AwaitingApproval",
          "Restoring",
          "Swapping",
          "Verifying",
          "Finishing",
          "Succeeded",
          "Failed",
          "Refused",
          "Expired",
          "TakingBack",
          "Aborting",
          "Aborted",
          "Undoing",
          "Undone",
          "Releasing",
          "Archived");

  private final Supplier<Map<String, List<? extends Recovery<? extends RecoverySpec>>>> recoveries;
  private final Supplier<OptionalDouble> interlock;
  private final Clock clock;

  /**
   * @param recoveries those of this process, by kind; also kinds of which there are none
   * @param interlock 1 while the admission policies are in force, else 0; empty where there are to
   *     be none
   */
  RecoveryGauges(
      Supplier<Map<String, List<? extends Recovery<? extends RecoverySpec>>>> recoveries,
      Supplier<OptionalDouble> interlock,
      Clock clock) {
    this.recoveries = recoveries;
    this.interlock = interlock;
    this.clock = clock;
  }

  @Override
  public MetricSnapshots collect() {
    var now = clock.instant();
    var all = recoveries.get();
    return new MetricSnapshots(
        phases(all),
        byKind(
            all,
            "recovery_gitops_suspended_seconds",
            "For how long the GitOps owner that is held longest has been held; 0 if none is",
            status -> status.stream().mapToDouble(one -> held(one, now)).max().orElse(0)),
        byKind(
            all,
            "recovery_awaiting_approval_seconds",
            "For how long the plan that waits longest has waited for a person's word; 0 if none"
                + " does",
            status -> status.stream().mapToDouble(one -> waits(one, now)).max().orElse(0)),
        byKind(
            all,
            "recovery_undo_expires_timestamp_seconds",
            "When the next undo stops to be possible, in seconds since 1970; 0 if none is possible",
            status ->
                status.stream()
                    .flatMap(RecoveryGauges::undoUntil)
                    .min(Double::compare)
                    .orElse(0.0)),
        byKind(
            all,
            "recovery_retained_bytes",
            "Capacity of the volumes from before that are kept for an undo",
            status -> status.stream().mapToDouble(RecoveryGauges::retained).sum()),
        interlock());
  }

  private GaugeSnapshot interlock() {
    var gauge =
        GaugeSnapshot.builder()
            .name("recovery_interlock_ok")
            .help("1 while the chart's admission policies are there, bound and deny; else 0");
    interlock.get().ifPresent(ok -> gauge.dataPoint(point(ok, Labels.EMPTY)));
    return gauge.build();
  }

  private static GaugeSnapshot phases(
      Map<String, List<? extends Recovery<? extends RecoverySpec>>> all) {
    var gauge = GaugeSnapshot.builder().name("recovery_phase").help("Recoveries in this phase");
    for (var kind : all.entrySet()) {
      var counts = new TreeMap<String, Integer>();
      for (var phase : PHASES) counts.put(phase, 0);
      for (var recovery : kind.getValue()) counts.merge(phase(recovery), 1, Integer::sum);
      for (var count : counts.entrySet())
        gauge.dataPoint(
            point(count.getValue(), Labels.of("kind", kind.getKey(), "phase", count.getKey())));
    }
    return gauge.build();
  }

  private static GaugeSnapshot byKind(
      Map<String, List<? extends Recovery<? extends RecoverySpec>>> all,
      String name,
      String help,
      ToDoubleFunction<List<RecoveryStatus>> value) {
    var gauge = GaugeSnapshot.builder().name(name).help(help);
    for (var kind : all.entrySet()) {
      var statuses = new ArrayList<RecoveryStatus>();
      for (var recovery : kind.getValue())
        if (recovery.getStatus() != null) statuses.add(recovery.getStatus());
      gauge.dataPoint(point(value.applyAsDouble(statuses), Labels.of("kind", kind.getKey())));
    }
    return gauge.build();
  }

  private static GaugeDataPointSnapshot point(double value, Labels labels) {
    return GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
  }

  /** One that nobody has looked at yet is pending. */
  private static String phase(Recovery<? extends RecoverySpec> recovery) {
    var status = recovery.getStatus();
    var phase = status == null ? null : status.phase();
    return phase == null || phase.isEmpty() ? "Pending" : phase;
  }

  private static double held(RecoveryStatus status, Instant now) {
    var conditions = status.conditions();
    if (conditions == null) return 0;
    return conditions.stream()
        .filter(one -> one.type().equals("GitOpsHeld") && one.status().equals("True"))
        .map(Condition::lastTransitionTime)
        .mapToDouble(since -> seconds(since, now))
        .max()
        .orElse(0);
  }

  private static double waits(RecoveryStatus status, Instant now) {
    var steps = status.steps();
    if (!"AwaitingApproval".equals(status.phase()) || steps == null) return 0;
    return steps.stream()
        .filter(step -> step.name().equals(status.step()))
        .map(StepStatus::startedAt)
        .mapToDouble(since -> seconds(since, now))
        .max()
        .orElse(0);
  }

  private static Stream<Double> undoUntil(RecoveryStatus status) {
    var undo = status.undo();
    var until = undo == null || !undo.possible() ? null : undo.until();
    return until == null ? Stream.of() : Stream.of((double) until.getEpochSecond());
  }

  private static double retained(RecoveryStatus status) {
    var undo = status.undo();
    var facts = status.facts();
    if (undo == null || !undo.possible() || facts == null) return 0;
    return Stream.concat(facts.volumes().stream(), facts.postgres().dropped().stream())
        .map(volume -> volume.old())
        .flatMap(Stream::ofNullable)
        .mapToDouble(volume -> volume.bytes())
        .sum();
  }

  private static double seconds(Instant since, Instant now) {
    return Math.max(0, Duration.between(since, now).toMillis() / 1000.0);
  }
}
