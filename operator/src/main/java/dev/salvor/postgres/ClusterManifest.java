package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import java.util.List;
import java.util.Set;

/** A Cluster as it is to be created again: without status and what the API server adds. */
final class ClusterManifest {
  /** They hold a Cluster still, or switch off what keeps its archive sound; never carried over. */
  private static final Set<String> CONTROLS =
      Set.of(
          Cnpg.HIBERNATION,
          Cnpg.FENCED,
          Cnpg.RECONCILIATION,
          Cnpg.SKIP_EMPTY_CHECK,
          Cnpg.SKIP_ARCHIVING,
          "cnpg.io/reloadedAt",
          "kubectl.kubernetes.io/restartedAt");

  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private ClusterManifest() {}

  /**
   * Name, namespace, labels and annotations of the people, and the spec.
   *
   * @param cluster as it lives, or {@code spec.template}
   */
  static ObjectNode of(String namespace, String name, ObjectNode cluster) {
    var manifest = empty(namespace, name);
    if (cluster.at("/spec") instanceof ObjectNode spec) manifest.set("spec", spec.deepCopy());
    else manifest.putObject("spec");
    for (var marks : List.of("labels", "annotations")) {
      var kept = Json.object();
      cluster
          .at("/metadata/" + marks)
          .properties()
          .forEach(mark -> {
            if (lasting(mark.getKey())) kept.set(mark.getKey(), mark.getValue());
          });
      if (!kept.isEmpty()) ((ObjectNode) manifest.get("metadata")).set(marks, kept);
    }
    return manifest;
  }

  /** A Cluster of that name with nothing in it. */
  static ObjectNode empty(String namespace, String name) {
    var manifest =
        Json.object().put("apiVersion", Kinds.CLUSTER.apiVersion()).put("kind", "Cluster");
    manifest.putObject("metadata").put("name", name).put("namespace", namespace);
    return manifest;
  }

  /** True for an annotation that tells CloudNativePG how to make pods, and not to hold still. */
  static boolean shapesPods(String annotation) {
    return lasting(annotation)
        && (annotation.startsWith("cnpg.io/") || annotation.startsWith("alpha.cnpg.io/"));
  }

  private static boolean lasting(String mark) {
    return !CONTROLS.contains(mark)
        && !mark.equals(LAST_APPLIED)
        && !mark.startsWith(Marks.GROUP + "/");
  }
}
