package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import java.time.Duration;

/**
 * Makes the recovered volumes outlive the Cluster they were recovered in, before that is deleted:
 * {@code Retain} and the marks, while they are still bound to its claims.
 */
public record RetainCopies(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var copied = facts.volumes().stream().filter(volume -> volume.copy() != null).toList();
    if (copied.size() < facts.volumes().size())
      return Outcome.failed(
          "CopyTaken",
          "not every claim has a recovered volume any more",
          "raise spec.retry to make the copy again");
    return new CopyHold(cluster, run)
        .retain(
            copied,
            "move the database to a StorageClass that gives each volume storage of its own, then"
                + " apply a new recovery")
        .orElseGet(() -> Outcome.done(copied.size() + " recovered volumes outlive their claims"));
  }

  /** A copy that lost its Cluster is dropped; one that still has it goes, or stays, with it. */
  @Override
  public Outcome undo(Facts facts, Moment moment) {
    var next = new CopyHold(cluster, run).next(facts);
    if (next.isEmpty()) return Outcome.done("the recovered volumes are no longer held");
    var pv = next.get().volume();
    if (!pv.bound()) return next.get().drop(destroyer);
    destroyer.giveBackPolicy(Retention.victim(pv), pv.policyBefore());
    return Outcome.wrote("volume " + pv.name() + " has its reclaim policy back");
  }
}
