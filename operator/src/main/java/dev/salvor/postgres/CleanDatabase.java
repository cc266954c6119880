package dev.salvor.postgres;

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
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Removes what the run made and nobody needs: Jobs, and Backups that failed. Completed Backups
 * stay: they are the way back, and their objects name the base backup.
 */
public record CleanDatabase(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Step.Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    for (var leftover : leftovers(facts.knownTarget().namespace()).toList()) {
      switch (destroyer.destroy(new Victim(leftover.ref(), leftover.uid()))) {
        case MARKED, DELETED -> {
          return Outcome.wrote("removing " + leftover.ref().text());
        }
        case TERMINATING -> {
          return Outcome.waiting("waiting until " + leftover.ref().text() + " is gone");
        }
        case GONE -> {}
      }
    }
    return Outcome.done("nothing is left but the Backups that completed");
  }

  private Stream<Seen> leftovers(String namespace) {
    var ours = Map.of(Marks.RUN, run.uid());
    return Stream.concat(
        cluster.list(Kinds.JOB, namespace, ours).stream(),
        cluster.list(Kinds.DATABASE_BACKUP, namespace, ours).stream()
            .filter(backup -> !backup.text("/status/phase").equals("completed")));
  }
}
