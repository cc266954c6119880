package dev.salvor.recovery;

import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.api.StepStatus;
import dev.salvor.kube.EventSink;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One Event for every step that came into another state, and one for every change of phase. */
final class StepEvents {
  private final EventSink events;

  StepEvents(EventSink events) {
    this.events = events;
  }

  void tell(
      Recovery<? extends RecoverySpec> recovery,
      @Nullable RecoveryStatus before,
      RecoveryStatus after) {
    var known =
        steps(before).stream()
            .collect(
                Collectors.toMap(
                    StepStatus::name,
                    step -> step.state() + "@" + step.startedAt(),
                    (_, last) -> last));
    for (var step : steps(after)) {
      if ((step.state() + "@" + step.startedAt()).equals(known.get(step.name()))) continue;
      var failed = step.state() == StepStatus.State.Failed;
      var reason =
          failed ? Objects.requireNonNullElse(step.reason(), "Failed") : "Step" + step.state();
      publish(
          recovery,
          failed,
          reason,
          step.name(),
          step.name() + ": " + Objects.requireNonNullElse(step.message(), ""));
    }
    var phase = after.phase();
    if (phase != null && (before == null || !phase.equals(before.phase()))) {
      publish(
          recovery,
          phase.equals("Failed"),
          phase,
          "Recover",
          phase + ": " + Objects.requireNonNullElse(after.message(), ""));
    }
  }

  private void publish(
      Recovery<? extends RecoverySpec> recovery,
      boolean warning,
      String reason,
      String action,
      String note) {
    var text = note.length() <= 1000 ? note : note.substring(0, 997) + "...";
    events.publish(
        recovery.ref(), recovery.getMetadata().getUid(), warning, reason, action, text, null);
  }

  private static List<StepStatus> steps(@Nullable RecoveryStatus status) {
    var steps = status == null ? null : status.steps();
    return steps == null ? List.of() : steps;
  }
}
