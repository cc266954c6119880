package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;

/**
 * The Cluster under its own name, as it was recorded, bootstrapped from the archive and archiving
 * to the new lineage: for one whose volumes are lost, or that has no room beside.
 */
final class RecoveredManifest {
  private RecoveredManifest() {}

  static ObjectNode of(ClusterReader reader, Run run, Facts facts) {
    var database = facts.postgres().knownDatabase();
    var manifest =
        ClusterManifest.of(
            facts.knownTarget().namespace(), database.name(), database.knownManifest());
    RecoveryStanza.into(
        manifest,
        reader,
        database.name(),
        database.knownArchive(),
        facts.postgres().knownPoint(),
        false,
        facts.postgres().knownLineage());
    var metadata = (ObjectNode) manifest.get("metadata");
    metadata.withObject("/labels").put(Marks.RUN, run.uid());
    metadata.withObject("/annotations").put(Marks.HELD_BY, run.by());
    return manifest;
  }
}
