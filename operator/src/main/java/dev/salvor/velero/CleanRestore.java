package dev.salvor.velero;

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
import dev.salvor.kube.Surroundings;
import java.time.Duration;
import java.util.Map;

/**
 * Removes the resource modifiers of the run. The Restores stay: they are Velero's history, and
 * their deletion would delete their logs.
 */
public record CleanRestore(ClusterWriter cluster, Destroyer destroyer, Surroundings around, Run run)
    implements Step.Act<Facts> {

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var modifiers =
        cluster.list(Kinds.CONFIG_MAP, around.velero(), Map.of(Marks.RUN, run.uid())).stream()
            .filter(map -> map.has("/data/" + RestoreManifest.MODIFIER_KEY))
            .toList();
    for (var modifier : modifiers) {
      switch (destroyer.destroy(new Victim(modifier.ref(), modifier.uid()))) {
        case MARKED, DELETED -> {
          return Outcome.wrote("removing " + modifier.ref().text());
        }
        case TERMINATING -> {
          return Outcome.waiting("waiting until " + modifier.ref().text() + " is gone");
        }
        case GONE -> {}
      }
    }
    return Outcome.done("nothing of the restore is left but Velero's own history");
  }
}
