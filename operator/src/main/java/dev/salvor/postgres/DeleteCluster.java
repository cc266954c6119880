package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Victim;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Deletes the Cluster by UID, in the background, and waits until all that was its own is gone, by
 * owner, by label and by name: another Cluster of that name would take it for its own (postgres.md
 * 1.5). The point of no return of an adoption.
 */
public record DeleteCluster(ClusterWriter cluster, Destroyer destroyer, Run run, Guard<Facts> held)
    implements Act<Facts> {
  /** A finalizer of a load balancer's Service may take its time. */
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(30);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var deletion = new Deletion(cluster, run);
    var now = Recorded.now(cluster, facts);
    var uid = facts.postgres().knownDatabase().uid();
    if (now.isPresent()) {
      var live = now.get();
      if (!live.uid().equals(uid)) return Recreated.by(live);
      if (live.seen().terminating())
        return Outcome.pressing(live.seen().ref().text() + " is being deleted");
      var whyNot = held.broken(facts).or(() -> deletion.whyNot(facts, live));
      if (whyNot.isPresent()) return whyNot.get();
      destroyer.destroy(new Victim(live.seen().ref(), live.uid()));
      return Outcome.wrote("deleting " + live.seen().ref().text());
    }
    var left = deletion.left(facts);
    var stuck =
        left.stream().filter(seen -> Kinds.PVC.of(seen.ref())).findFirst().isPresent()
            ? deletion.orphan(facts)
            : java.util.Optional.<Outcome.Failed>empty();
    if (stuck.isPresent()) return stuck.get();
    return left.isEmpty()
        ? Outcome.done(Recorded.text(facts) + " and all that was its own is gone")
        : Outcome.pressing("waiting for the end of " + Remnants.names(left));
  }
}
