package dev.salvor.movers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.HashSet;

/** Where Longhorn would put replicas (longhorn-manager v1.12.1 scheduler/replica_scheduler.go). */
record LonghornRoom(ClusterReader cluster, String namespace) {
  /** On how many nodes: by default no two replicas of a volume are on the same one. */
  int nodesFor(JsonNode volume) {
    return (int)
        cluster.list(Kinds.LONGHORN_NODE, namespace).stream()
            .filter(node -> takes(node, volume))
            .count();
  }

  private static boolean takes(Seen node, JsonNode volume) {
    if (!node.flag("/spec/allowScheduling") || !node.isTrue("Ready")) return false;
    if (node.condition("Schedulable").path("status").asText().equals("False")) return false;
    if (!has(node.at("/spec/tags"), volume.path("nodeSelector"))) return false;
    for (var disk : node.at("/spec/disks").properties()) {
      var conditions = node.at("/status/diskStatus").path(disk.getKey()).path("conditions");
      if (disk.getValue().path("allowScheduling").asBoolean()
          && has(disk.getValue().path("tags"), volume.path("diskSelector"))
          && Seen.condition(conditions, "Schedulable").path("status").asText().equals("True"))
        return true;
    }
    return false;
  }

  private static boolean has(JsonNode tags, JsonNode wanted) {
    var given = new HashSet<String>();
    tags.forEach(tag -> given.add(tag.asText()));
    for (var tag : wanted) if (!given.contains(tag.asText())) return false;
    return true;
  }
}
