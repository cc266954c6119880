package dev.salvor.nodeloss;

import dev.salvor.api.Facts;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Set;

/** Every recovery that was started has come to a good end by its own proof. */
public record AwaitRecoveries(ClusterReader cluster, Run run, NodeLossRecoverySpec spec)
    implements Look<Facts> {
  private static final Set<String> GOOD = Set.of("Succeeded", "Archived");
  private static final Set<String> BAD =
      Set.of("Refused", "Expired", "Failed", "Aborted", "Undone");

  @Override
  public Duration deadline() {
    return Duration.ofDays(2);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var waits = new ArrayList<String>();
    var failed = new ArrayList<String>();
    var children = new Children(run, spec);
    var all = new ArrayList<>(children.of(facts, Instant.EPOCH));
    all.addAll(children.resets(facts, Instant.EPOCH));
    for (var child : all) {
      var seen = cluster.get(child.ref());
      var phase = seen.map(live -> live.text("/status/phase")).orElse("gone");
      if (GOOD.contains(phase)) continue;
      var text =
          child.ref().text()
              + " is "
              + (phase.isEmpty() ? "starting" : phase)
              + seen.map(live -> live.text("/status/message"))
                  .filter(message -> !message.isEmpty())
                  .map(message -> ": " + message)
                  .orElse("");
      if (seen.isEmpty() || BAD.contains(phase)) failed.add(text);
      else waits.add(text);
    }
    // the others come to their end first: nothing is lost by waiting
    if (!waits.isEmpty()) return Sight.notYet(String.join("\n", waits));
    if (!failed.isEmpty())
      return Sight.refused(
          facts,
          "RecoveryFailed",
          String.join("\n", failed),
          "Mend what it names and raise its own spec.retry by one; then raise that of this one.");
    return Sight.seen(facts, "every recovery has succeeded");
  }
}
