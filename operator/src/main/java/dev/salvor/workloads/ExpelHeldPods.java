package dev.salvor.workloads;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.Map;

/**
 * Removes the held pods that a restore in place, stopped half-way, has left in the target: they
 * name the claims, and an undo would take them for consumers that nobody planned for.
 */
public record ExpelHeldPods(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Step.Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var target = facts.target();
    if (target == null) return Outcome.done("nothing was restored");
    var marks = Map.of(Marks.RUN, run.uid(), Marks.HELD_POD, "true");
    for (var pod : cluster.list(Kinds.POD, target.namespace(), marks)) {
      switch (destroyer.destroy(new Victim(pod.ref(), pod.uid()))) {
        case MARKED, DELETED -> {
          return Outcome.wrote("removing the held " + pod.ref().text());
        }
        case TERMINATING -> {
          return Outcome.waiting("waiting for the end of the held " + pod.ref().text());
        }
        case GONE -> {}
      }
    }
    return Outcome.done("no held pod is left");
  }
}
