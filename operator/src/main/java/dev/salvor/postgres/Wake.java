package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Ends the hibernation. Done when the planned primary is the primary, ready, and the pod that the
 * Service {@code -rw} selects: the database can be written to. Replicas may still be joining. One
 * that did not serve before the recovery gets its volumes back as they were, and may never serve.
 */
public record Wake(ClusterWriter cluster, Run run) implements Act<Facts> {
  /** PostgreSQL may have WAL to replay, an image may have to be pulled. */
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(30);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var found = Recorded.read(cluster, facts);
    if (found.isEmpty()) return Recorded.changed(cluster, facts);
    var live = found.get();
    var job = Bootstrap.afterExchange(cluster, facts, live);
    if (job.isPresent()) return Bootstrap.appeared(job.get(), "Nothing was deleted");
    var foreign = Recorded.foreign(live, run);
    if (foreign.isPresent()) return foreign.get();
    var waking = new Waking(cluster, run).next(facts, live);
    if (waking.isPresent()) return waking.get();
    if (!facts.postgres().knownDatabase().canHibernate())
      return Outcome.done(
          live.seen().ref().text() + " is awake, and as healthy as before the recovery");
    var missing = Serving.missing(cluster, facts, live);
    return missing.isPresent()
        ? Outcome.pressing(missing.get())
        : Outcome.done(
            live.seen().ref().text() + " is writable, primary " + Recorded.primary(facts));
  }
}
