package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.api.StepStatus;
import dev.salvor.api.Strategy;
import dev.salvor.api.TimeFacts;
import dev.salvor.api.VolumeFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a recovery that has succeeded cost and brought.
 *
 * @param outage from the stop of the first consumer until the last one was ready again (RTO); empty
 *     where nobody was stopped
 * @param loss what was written in that time before the stop is lost at most (RPO); empty where
 *     nothing was replaced, and where it cannot be known
 * @param bytes brought back, as the backups count them
 */
public record Figures(Optional<Duration> outage, Optional<Duration> loss, long bytes) {
  private static final List<String> STOPS =
      List.of("ScaleDownConsumers", "StopConsumers", "DeleteWorkloads");

  /** Of a recovery with this status; only worth something once it has ended. */
  public static Figures of(RecoveryStatus status) {
    var facts = status.facts();
    if (facts == null) return new Figures(Optional.empty(), Optional.empty(), 0);
    var stopped = stopped(status.steps());
    return new Figures(
        outage(status.steps(), facts.times()),
        stopped.flatMap(at -> goodUntil(facts).map(good -> between(good, at))),
        bytes(facts));
  }

  static Optional<Duration> outage(@Nullable List<StepStatus> steps, TimeFacts times) {
    var until = times.outageUntil();
    if (until == null) return Optional.empty();
    return stoppedAgain(steps)
        .filter(from -> !from.isAfter(until))
        .or(() -> stopped(steps))
        .map(from -> Duration.between(from, until));
  }

  /** When the first consumer was about to be stopped. */
  private static Optional<Instant> stopped(@Nullable List<StepStatus> steps) {
    return stopped(steps, "");
  }

  /** For an undo of what had run again in between; else it is one outage from there to the end. */
  private static Optional<Instant> stoppedAgain(@Nullable List<StepStatus> steps) {
    var ran =
        steps != null
            && steps.stream()
                .anyMatch(step ->
                    step.name().equals("VerifyWorkloads") && step.state() == StepStatus.State.Done);
    return ran ? stopped(steps, "Undo") : Optional.empty();
  }

  private static Optional<Instant> stopped(@Nullable List<StepStatus> steps, String before) {
    if (steps == null) return Optional.empty();
    return STOPS.stream()
        .flatMap(stop -> steps.stream().filter(step -> step.name().equals(before + stop)))
        .map(StepStatus::startedAt)
        .findFirst();
  }

  /** Everything up to this moment is back. */
  private static Optional<Instant> goodUntil(Facts facts) {
    var backup = facts.backup();
    if (backup != null) return Optional.of(backup.startedAt());
    var point = facts.postgres().point();
    if (point == null) return Optional.empty();
    if (point.type() == RecoveryTarget.Type.Time) return Optional.of(Instant.parse(point.value()));
    // InPlace takes what a living primary had to the archive before it goes on: nothing is lost
    return point.type() == RecoveryTarget.Type.Latest
            && facts.strategy() != Strategy.InPlace
            && facts.postgres().follow() == null
        ? Optional.ofNullable(point.until())
        : Optional.empty();
  }

  private static Duration between(Instant good, Instant stopped) {
    var lost = Duration.between(good, stopped);
    return lost.isNegative() ? Duration.ZERO : lost;
  }

  private static long bytes(Facts facts) {
    var volumes =
        facts.volumes().stream()
            .map(VolumeFacts::content)
            .flatMap(Stream::ofNullable)
            .mapToLong(content -> Math.max(0, content.bytes()))
            .sum();
    var point = facts.postgres().point();
    return volumes + (point == null ? 0 : Math.max(0, point.bytes()));
  }
}
