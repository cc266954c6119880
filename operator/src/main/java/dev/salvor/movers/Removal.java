package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.Map;
import java.util.Optional;

/** Takes away what this recovery has made to fill the copy, of all its attempts. */
record Removal(ClusterReader cluster, Destroyer destroyer, Run run) {
  /** The next move; empty once none is left, and no mover of theirs. */
  Optional<Outcome> movers(Facts facts) {
    var next = next(facts, Kinds.REPLICATION_DESTINATION).or(() -> next(facts, Kinds.JOB));
    if (next.isPresent()) return next;
    if (facts.target() == null) return Optional.empty();
    // the garbage collector takes Job and pod: until then they may write into the volume
    return cluster.list(Kinds.POD, facts.knownTarget().namespace()).stream()
        .filter(this::mover)
        .findFirst()
        .map(pod -> Outcome.waiting("waiting for the end of " + pod.ref().text()));
  }

  /** The next move; empty once no claim is left that was filled beside. */
  Optional<Outcome> claims(Facts facts) {
    return next(facts, Kinds.PVC);
  }

  private Optional<Outcome> next(Facts facts, Kind kind) {
    if (facts.target() == null) return Optional.empty();
    var ours = cluster.list(kind, facts.knownTarget().namespace(), Map.of(Marks.RUN, run.uid()));
    for (var object : ours) {
      var text = object.ref().text();
      switch (destroyer.destroy(new Victim(object.ref(), object.uid()))) {
        case MARKED, DELETED -> {
          return Optional.of(Outcome.wrote("removing " + text));
        }
        case TERMINATING -> {
          return Optional.of(Outcome.waiting("waiting until " + text + " is gone"));
        }
        case GONE -> {}
      }
    }
    return Optional.empty();
  }

  /** A pod that still names one of our claims. */
  private boolean mover(Seen pod) {
    for (var volume : pod.at("/spec/volumes"))
      if (volume.at("/persistentVolumeClaim/claimName").asText("").startsWith(prefix()))
        return true;
    return false;
  }

  private String prefix() {
    var name = run.restoreName(1);
    return name.substring(0, name.length() - 1);
  }
}
