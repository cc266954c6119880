package dev.salvor.nodeloss;

import static dev.salvor.engine.Outcome.done;
import static dev.salvor.engine.Outcome.waiting;
import static dev.salvor.engine.Outcome.wrote;

import dev.salvor.api.Facts;
import dev.salvor.api.StrandedClaim;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import java.time.Duration;

/**
 * Lets the API server forget the pods of the lost node that stand in the way: nobody is left to say
 * that they have stopped. A pod that is not on that node is never forgotten, only told to go if it
 * waits for a node and keeps a claim that is going.
 */
public record EvictDeadPods(ClusterWriter cluster, Destroyer destroyer) implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var node = facts.knownNode().name();
    for (var pod : Rows.pods(facts)) {
      var seen = cluster.get(pod.ref()).filter(live -> live.uid().equals(pod.uid()));
      if (seen.isEmpty()) continue;
      var at = seen.get().text("/spec/nodeName");
      if (!at.equals(node)) continue;
      destroyer.expel(pod);
      return wrote("forgetting " + pod.ref().text());
    }
    for (var row : Rows.deletedHere(facts)) {
      var claim = cluster.get(Rows.claim(row).ref());
      if (claim.isPresent() && !claim.get().uid().equals(row.uid())) continue;
      for (var pod : Topology.pods(cluster, row.namespace(), row.claim())) {
        // made anew since, and waits for the node that will not come, or for a claim that nobody
        // makes again while there is such a pod: unscheduled, it does not keep its claim
        if (!pod.text("/spec/nodeName").isEmpty() || pod.terminating()) continue;
        if (claim.isEmpty() && !known(row, pod.uid())) continue;
        destroyer.destroy(new Victim(pod.ref(), pod.uid()));
        return wrote("deleting " + pod.ref().text() + ", which waits for " + node);
      }
      if (claim.isPresent()) return waiting("claim " + row.text() + " is still there");
    }
    return done("nothing of " + node + " is in the way");
  }

  /** Other controllers make such a pod again and again, until somebody makes the claim. */
  private static boolean known(StrandedClaim row, String pod) {
    return row.way() == Way.Replica || row.pods().stream().anyMatch(one -> one.uid().equals(pod));
  }
}
