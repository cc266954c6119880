package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.util.Optional;

/**
 * The Cluster made anew over the recovered claims: as it was recorded, archiving to the new
 * lineage, and with the operator told to look away. Adoption looks into the operator's cache once,
 * on its first pass; a cache without the claims means {@code initdb} on them (swap.md 1.3).
 */
record AdoptingCluster(ClusterWriter cluster, Run run, Facts facts) {
  /** Made by this run, this Cluster or one before it. */
  static boolean ours(CnpgCluster live, Run run) {
    return live.seen().label(Marks.RUN).equals(run.uid())
        && live.seen().annotation(Marks.HELD_BY).equals(run.by());
  }

  /** One move towards the new Cluster; empty if it is there and ours. */
  Optional<Outcome> next() {
    var group = new AdoptedGroup(cluster, run, facts);
    var tainted = group.tainted();
    if (tainted.isPresent()) return Optional.of(tainted.get());
    var now = Recorded.now(cluster, facts);
    if (now.isPresent()) {
      var live = now.get();
      if (!ours(live, run)) return Optional.of(Recreated.by(live));
      return live.seen().terminating()
          ? Optional.of(Outcome.pressing(live.seen().ref().text() + " is being deleted"))
          : Optional.empty();
    }
    var deletion = new Deletion(cluster, run);
    var left = deletion.left(facts);
    if (!left.isEmpty())
      return Optional.of(Outcome.pressing("waiting for the end of " + Remnants.names(left)));
    var incomplete = group.incomplete();
    if (incomplete.isPresent())
      return Optional.of(Outcome.pressing("the group is not whole: " + incomplete.get()));
    var stranger = deletion.stranger(facts);
    if (stranger.isPresent()) return Optional.of(stranger.get());
    return Optional.of(
        new NewCluster(cluster, facts).create(manifest(), "the operator is told to wait"));
  }

  ObjectNode manifest() {
    var database = facts.postgres().knownDatabase();
    var namespace = facts.knownTarget().namespace();
    var manifest = ClusterManifest.of(namespace, database.name(), database.knownManifest());
    Archiving.rename(manifest, facts.postgres().knownLineage());
    var metadata = (ObjectNode) manifest.get("metadata");
    metadata.withObject("/labels").put(Marks.RUN, run.uid());
    metadata
        .withObject("/annotations")
        .put(Marks.HELD_BY, run.by())
        .put(Cnpg.RECONCILIATION, "disabled");
    return manifest;
  }

  /** The volume that carries the data, to be marked. */
  Optional<dev.salvor.kube.Seen> dataVolume() {
    var primary = Recorded.primary(facts);
    return facts.volumes().stream()
        .filter(volume -> volume.claim().equals(primary) && volume.copy() != null)
        .findFirst()
        .flatMap(volume -> cluster.get(Kinds.PV.ref(volume.provenCopy().name())));
  }
}
