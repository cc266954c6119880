package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import java.time.Duration;

/**
 * Refuses a recovery that has run before under another UID (S8): the same manifest, brought back
 * without its status by Velero, by Git or by a rebuilt cluster.
 */
record CheckReplay(ClusterReader cluster, Surroundings around, Run run, String intent)
    implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var entry = cluster.get(Ledger.ref(around, run.ref()));
    if (entry.isEmpty()
        || !Ledger.counts(entry.get())
        || entry.get().text("/data/uid").equals(run.uid())) {
      return Sight.seen(facts, "has not run before");
    }
    if (!entry.get().text("/data/intent").equals(intent)) {
      return Sight.seen(facts, "a recovery of this name ran before with another intent");
    }
    return Sight.refused(
        facts,
        "ReplaySuspected",
        "this same recovery ran before, at "
            + entry.get().text("/data/at")
            + " as UID "
            + entry.get().text("/data/uid")
            + "; a manifest that comes back from a backup or from Git must not restore again",
        "If you do want to run it again, give it another metadata.name");
  }
}
