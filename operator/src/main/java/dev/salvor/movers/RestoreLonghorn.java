package dev.salvor.movers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Longhorn;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Has Longhorn make a new volume of the backup, in its own namespace and under a name of our own;
 * no PersistentVolume knows it before it is proven. Longhorn's webhook looks the Backup up and
 * takes its size (longhorn-manager v1.12.1 webhook/resources/volume/mutator.go).
 */
public record RestoreLonghorn(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  @Override
  public String name() {
    return "RestoreVolume";
  }

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var ref = volume(facts, run);
    var there = cluster.get(ref);
    if (there.isEmpty()) return RestoreVolume.create(cluster, manifest(facts, ref));
    if (!there.get().label(Marks.RUN).equals(run.uid())) return RestoreVolume.taken(ref);
    return Outcome.done(
        ref.text() + " is made from " + facts.knownSource().ref().text() + " by Longhorn");
  }

  /**
   * What was not bound to a PersistentVolume; the others go with it, by its provisioner: somebody
   * may use one by now.
   */
  @Override
  public Outcome undo(Facts facts, Moment moment) {
    for (var volume : cluster.list(Kinds.LONGHORN_VOLUME, "", Map.of(Marks.RUN, run.uid()))) {
      if (inUse(cluster, volume.name())) continue;
      var text = volume.ref().text();
      switch (destroyer.destroy(new Victim(volume.ref(), volume.uid()))) {
        case MARKED, DELETED -> {
          return Outcome.wrote("removing " + text);
        }
        case TERMINATING -> {
          return Outcome.waiting("waiting until " + text + " is gone");
        }
        case GONE -> {}
      }
    }
    return Outcome.done("nothing is left of the restore beside");
  }

  private static boolean inUse(ClusterReader cluster, String handle) {
    return cluster.list(Kinds.PV, "").stream()
        .anyMatch(seen -> Longhorn.handle(seen).filter(handle::equals).isPresent());
  }

  /**
   * The volume that is made; before its backup is known in the namespace that Longhorn has by
   * default. Longhorn takes no name of more than 40 characters.
   */
  public static Ref volume(Facts facts, Run run) {
    var source = facts.source();
    var namespace =
        source == null || !source.mover().equals(FindLonghorn.MOVER)
            ? "longhorn-system"
            : Objects.requireNonNull(source.ref().namespace());
    return Kinds.LONGHORN_VOLUME.ref(namespace, run.restoreName(facts.restore().attempt()));
  }

  private ObjectNode manifest(Facts facts, Ref ref) {
    var settings = Objects.requireNonNull(facts.knownSource().settings());
    var volume =
        Json.object()
            .put("apiVersion", Kinds.LONGHORN_VOLUME.apiVersion())
            .put("kind", Kinds.LONGHORN_VOLUME.kind());
    var labels =
        volume
            .putObject("metadata")
            .put("name", ref.name())
            .put("namespace", ref.namespace())
            .putObject("labels");
    if (settings.path("labels") instanceof ObjectNode given) labels.setAll(given.deepCopy());
    labels.put(Marks.RUN, run.uid());
    volume.set("spec", settings.path("volume").deepCopy());
    return volume;
  }
}
