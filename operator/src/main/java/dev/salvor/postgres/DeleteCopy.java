package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Deletes the Cluster beside and keeps its data: only while a fresh read shows every one of its
 * volumes with reclaim policy {@code Retain}. Done when nothing of it is left and its volumes are
 * Released.
 */
public record DeleteCopy(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Step.Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var copy = facts.postgres().knownCopy();
    var unsafe = unsafe(facts, namespace, copy.name());
    if (!unsafe.isEmpty())
      return Outcome.failed(
          "CopyNotSafe",
          "the copy is not deleted, its data would go with it: " + String.join(", ", unsafe),
          "Find out who changed these volumes, then try again");
    var move = new CopyRemoval(cluster, destroyer).next(namespace, copy.name(), copy.uid());
    if (move.isPresent()) return move.get();
    var bound =
        volumes(facts).stream()
            .map(this::live)
            .flatMap(Optional::stream)
            .filter(pv -> !pv.text("/status/phase").equals("Released"))
            .map(pv -> pv.ref().text() + " is " + pv.text("/status/phase"))
            .toList();
    return bound.isEmpty()
        ? Outcome.done("Cluster " + copy.name() + " is gone, its volumes are kept")
        : Outcome.waiting("waiting for the copy's volumes: " + String.join(", ", bound));
  }

  /** Volumes on record, and whatever else is behind a claim of the copy now. */
  private List<String> unsafe(Facts facts, String namespace, String name) {
    var unsafe = new ArrayList<String>();
    for (var pv : volumes(facts)) {
      var live = live(pv);
      if (live.isEmpty()) unsafe.add("PersistentVolume " + pv.name() + " is gone");
      else if (!retained(live.get())) unsafe.add(policy(live.get()));
    }
    for (var claim : cluster.list(Kinds.PVC, namespace, Map.of(Cnpg.CLUSTER, name)))
      Optional.of(claim.text("/spec/volumeName"))
          .filter(volume -> !volume.isEmpty())
          .flatMap(volume -> cluster.get(Kinds.PV.ref(volume)))
          .filter(pv -> !retained(pv))
          .map(DeleteCopy::policy)
          .filter(text -> !unsafe.contains(text))
          .ifPresent(unsafe::add);
    if (volumes(facts).isEmpty()) unsafe.add("no volume of it is on record");
    return unsafe;
  }

  private Optional<Seen> live(VolumeFacts.Pv pv) {
    return cluster.get(Kinds.PV.ref(pv.name())).filter(seen -> seen.uid().equals(pv.uid()));
  }

  private static List<VolumeFacts.Pv> volumes(Facts facts) {
    return facts.volumes().stream().map(VolumeFacts::copy).filter(Objects::nonNull).toList();
  }

  private static boolean retained(Seen pv) {
    return pv.text("/spec/persistentVolumeReclaimPolicy").equals("Retain");
  }

  private static String policy(Seen pv) {
    return pv.ref().text()
        + " has reclaim policy "
        + pv.text("/spec/persistentVolumeReclaimPolicy");
  }
}
