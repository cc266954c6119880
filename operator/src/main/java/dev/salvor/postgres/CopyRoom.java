package dev.salvor.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Quantity;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the namespace's quotas have room for the claims of a second instance. */
record CopyRoom(ClusterReader cluster) {
  /** What a quota has no room for; empty if there is room, as far as the API server can tell. */
  Optional<String> lacking(Facts facts) {
    var needs = needs(facts.postgres().knownDatabase().knownManifest());
    for (var quota : cluster.list(Kinds.RESOURCE_QUOTA, facts.knownTarget().namespace())) {
      for (var need : needs.entrySet()) {
        var limit = limit(quota, need.getKey());
        if (limit.isEmpty()) continue;
        var used = Quantity.bytes(quota.at("/status/used").path(need.getKey()).asText("0"));
        if (limit.get() - used < need.getValue())
          return Optional.of(
              "ResourceQuota "
                  + quota.name()
                  + " has "
                  + Math.max(0, limit.get() - used)
                  + " of "
                  + need.getKey()
                  + " left, the copy needs "
                  + need.getValue());
      }
    }
    return Optional.empty();
  }

  /** Bytes of the volumes for data and tablespaces; 0 if the manifest does not say. */
  static long dataBytes(ObjectNode manifest) {
    var total = bytes(manifest.at("/spec/storage"));
    if (total == 0) return 0;
    for (var space : manifest.at("/spec/tablespaces")) {
      var more = bytes(space.path("storage"));
      if (more == 0) return 0;
      total += more;
    }
    return total;
  }

  private static Map<String, Long> needs(ObjectNode manifest) {
    var needs = new LinkedHashMap<String, Long>();
    var storages = storages(manifest);
    for (var storage : storages) {
      needs.merge("requests.storage", bytes(storage), Long::sum);
      var storageClass =
          storage
              .path("storageClass")
              .asText(storage.at("/pvcTemplate/storageClassName").asText(""));
      if (storageClass.isEmpty()) continue;
      var prefix = storageClass + ".storageclass.storage.k8s.io/";
      needs.merge(prefix + "requests.storage", bytes(storage), Long::sum);
      needs.merge(prefix + "persistentvolumeclaims", 1L, Long::sum);
    }
    needs.put("persistentvolumeclaims", (long) storages.size());
    needs.put("pods", 1L);
    return needs;
  }

  private static List<JsonNode> storages(ObjectNode manifest) {
    var storages = new ArrayList<JsonNode>();
    storages.add(manifest.at("/spec/storage"));
    if (manifest.at("/spec/walStorage").isObject()) storages.add(manifest.at("/spec/walStorage"));
    for (var space : manifest.at("/spec/tablespaces")) storages.add(space.path("storage"));
    return storages;
  }

  private static long bytes(JsonNode storage) {
    var size =
        storage
            .path("size")
            .asText(storage.at("/pvcTemplate/resources/requests/storage").asText(""));
    return Quantity.bytes(size);
  }

  private static Optional<Long> limit(Seen quota, String resource) {
    var hard = quota.has("/status/hard") ? quota.at("/status/hard") : quota.at("/spec/hard");
    var limit = hard.path(resource).asText("");
    return limit.isEmpty() ? Optional.empty() : Optional.of(Quantity.bytes(limit));
  }
}
