package dev.salvor.nodeloss;

import static dev.salvor.engine.Outcome.done;
import static dev.salvor.engine.Outcome.waiting;
import static dev.salvor.engine.Outcome.wrote;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Longhorn;
import dev.salvor.kube.Seen;
import java.time.Duration;

/**
 * Removes the PersistentVolume objects that nothing is left behind of: their reclaim policy is
 * Retain, so no provisioner is asked to delete on a node that is gone. A provisioner's finalizer
 * would wait for that for ever and is taken off (volumes-and-databases.md 4.3). That goes for the
 * volumes that a child has retained, too: there is no way back to them. Longhorn's stay: without
 * its PersistentVolume nobody would remove a volume of Longhorn.
 */
public record ForgetVolumes(ClusterWriter cluster, Destroyer destroyer) implements Act<Facts> {
  private static final String FINALIZERS = "/metadata/finalizers";

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    for (var row : facts.knownNode().condemned()) {
      var victim = new Victim(Kinds.PV.ref(row.volume()), row.volumeUid());
      var volume = cluster.get(victim.ref()).filter(seen -> seen.uid().equals(victim.uid()));
      if (volume.isEmpty() || Longhorn.handle(volume.get()).isPresent()) continue;
      if (!volume.get().text("/status/phase").equals("Released")
          || volume.get().label(Marks.RUN).isEmpty())
        return waiting("volume " + row.volume() + " is not Released yet");
      if (!volume.get().terminating()) {
        destroyer.destroy(victim);
        return wrote("forgetting volume " + row.volume());
      }
      if (!provisioners(volume.get()).isEmpty()) {
        cluster.write(volume.get().edit().set(FINALIZERS, others(volume.get())).write());
        return wrote("volume " + row.volume() + " waits for no provisioner any more");
      }
      return waiting("volume " + row.volume() + " is going");
    }
    return done("volumes forgotten: " + facts.knownNode().condemned().size());
  }

  private static ArrayNode provisioners(Seen volume) {
    return chosen(volume, true);
  }

  private static ArrayNode others(Seen volume) {
    return chosen(volume, false);
  }

  /** Kubernetes' own protection goes by itself. */
  private static ArrayNode chosen(Seen volume, boolean foreign) {
    var found = volume.json().arrayNode();
    for (var finalizer : volume.at(FINALIZERS)) {
      if (finalizer.asText().startsWith("kubernetes.io/") != foreign) found.add(finalizer);
    }
    return found;
  }
}
