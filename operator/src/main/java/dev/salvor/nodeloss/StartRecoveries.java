package dev.salvor.nodeloss;

import static dev.salvor.engine.Outcome.done;
import static dev.salvor.engine.Outcome.failed;
import static dev.salvor.engine.Outcome.wrote;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.api.Ref;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import dev.salvor.kube.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Starts what brings the data back, all at once: no two of them share a namespace and a claim. */
public record StartRecoveries(ClusterWriter cluster, Run run, NodeLossRecoverySpec spec)
    implements Act<Facts> {
  /** What it starts, for the plan. */
  public static List<Ref> of(Facts facts, Run run, NodeLossRecoverySpec spec) {
    return new Children(run, spec)
        .of(facts, Instant.EPOCH).stream().map(Children.Child::ref).toList();
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    return started(cluster, run, new Children(run, spec).of(facts, moment.started()));
  }

  /** The next one that is not there yet. */
  static Outcome started(ClusterWriter cluster, Run run, List<Children.Child> children) {
    for (var child : children) {
      var there = cluster.get(child.ref());
      if (there.isPresent()) {
        if (there.get().label(Marks.RUN).equals(run.uid())) continue;
        return failed(
            "NameTaken",
            child.ref().text() + " exists and is not of this recovery",
            "Delete it, then raise spec.retry by one.");
      }
      cluster.write(new Write.Create(child.manifest()));
      return wrote("starting " + child.ref().text());
    }
    return done("recoveries started: " + children.size());
  }
}
