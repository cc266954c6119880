package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Says what will be done, or everything that forbids it, all at once. */
record PlanRecovery(String name, @Nullable Instant notAfter, String ready) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    if (notAfter != null && moment.now().isAfter(notAfter)) {
      return Sight.refused(
          facts,
          "Expired",
          "spec.notAfter " + notAfter + " is over",
          "Apply a new recovery with a later notAfter if it is still wanted");
    }
    var refusals =
        facts.findings().stream()
            .filter(finding -> finding.severity() == Finding.Severity.Refusal)
            .toList();
    if (refusals.isEmpty()) return Sight.seen(facts, ready);
    if (refusals.size() == 1) {
      var only = refusals.getFirst();
      return Sight.refused(facts, only.reason(), only.message(), only.remedy());
    }
    var all =
        IntStream.range(0, refusals.size())
            .mapToObj(i ->
                i
                    + 1
                    + ") "
                    + refusals.get(i).reason()
                    + ": "
                    + refusals.get(i).message()
                    + ". "
                    + refusals.get(i).remedy())
            .collect(Collectors.joining("; "));
    return Sight.refused(
        facts,
        refusals.getFirst().reason(),
        refusals.size() + " findings forbid this recovery, nothing was changed: " + all,
        "Clear them, then raise spec.retry by one");
  }
}
