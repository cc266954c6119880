package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Json;
import dev.salvor.kube.Run;
import java.util.List;

/**
 * The Cluster that is recovered beside: the earlier spec with one instance, its own lineage, and
 * nothing that reaches out of it. Everything is in the create: a write in its first seconds could
 * cost it its recovery Job (cloudnative-pg #11039).
 */
final class CopyManifest {
  /**
   * Fields that one instance beside the original must not have. Names that only one Cluster can
   * have (Services), duties towards replicas that are not there, credentials of the superuser, a
   * priority that evicts production, and what makes it known to monitoring.
   */
  private static final List<String> LEFT_OUT =
      List.of(
          "replica",
          "minSyncReplicas",
          "maxSyncReplicas",
          "superuserSecret",
          "enableSuperuserAccess",
          "certificates",
          "nodeMaintenanceWindow",
          "priorityClassName");

  private CopyManifest() {}

  /** From the facts, and from whether the application's Secret exists. */
  static ObjectNode of(ClusterReader reader, Run run, Facts facts) {
    var database = facts.postgres().knownDatabase();
    var original = database.knownManifest();
    var manifest =
        ClusterManifest.empty(original.at("/metadata/namespace").asText(), Names.copy(facts));
    mark((ObjectNode) manifest.get("metadata"), original, run);
    var spec = ((ObjectNode) original.get("spec")).deepCopy();
    manifest.set("spec", spec);
    alone(spec);
    RecoveryStanza.into(
        manifest,
        reader,
        database.name(),
        database.knownArchive(),
        facts.postgres().knownPoint(),
        facts.postgres().follow() != null,
        facts.postgres().knownLineage());
    return manifest;
  }

  /**
   * No label of the original: a GitOps tool would take the copy for its own and prune it, and a
   * Service could select it.
   */
  private static void mark(ObjectNode metadata, ObjectNode original, Run run) {
    metadata.putObject("labels").put(Marks.RUN, run.uid());
    var annotations = metadata.putObject("annotations");
    original
        .at("/metadata/annotations")
        .properties()
        .forEach(annotation -> {
          if (ClusterManifest.shapesPods(annotation.getKey()))
            annotations.set(annotation.getKey(), annotation.getValue());
        });
    annotations.put(Marks.HELD_BY, run.by());
  }

  private static void alone(ObjectNode spec) {
    spec.put("instances", 1);
    spec.put("enablePDB", false);
    spec.remove(LEFT_OUT);
    // one instance that waits for a standby would never commit
    if (spec.get("postgresql") instanceof ObjectNode postgresql) postgresql.remove("synchronous");
    if (spec.get("managed") instanceof ObjectNode managed) managed.remove("services");
    if (spec.get("monitoring") instanceof ObjectNode monitoring)
      monitoring.remove("enablePodMonitor");
    for (var emptied : List.of("managed", "monitoring"))
      if (spec.path(emptied).equals(Json.object())) spec.remove(emptied);
  }
}
