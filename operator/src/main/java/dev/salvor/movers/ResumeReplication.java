package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

/** Gives back what was paused, as it was. */
public record ResumeReplication(ClusterWriter cluster, Run run) implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    return giveBack(cluster, run, facts);
  }

  static Outcome giveBack(ClusterWriter cluster, Run run, Facts facts) {
    var writers = PauseReplication.writers(facts);
    for (var writer : writers) {
      var seen = cluster.get(writer.ref()).filter(live -> live.uid().equals(writer.uid()));
      if (seen.isEmpty() || !Before.heldBy(seen.get(), run)) continue;
      cluster.write(Before.giveBack(seen.get(), writer.before()).write());
      return Outcome.wrote("gave back " + seen.get().ref().text());
    }
    return Outcome.done("given back to VolSync: " + writers.size());
  }
}
