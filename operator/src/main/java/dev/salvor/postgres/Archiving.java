package dev.salvor.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.DatabaseFacts.Archive;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the manifest of a Cluster says that WAL and backups go, for both generations: the barman
 * plugin with an ObjectStore ({@code spec.plugins[]}) and the in-tree {@code
 * spec.backup.barmanObjectStore}. In both the {@code serverName} is the Cluster's name if it is not
 * given (plugin-barman-cloud v0.14.0 internal/cnpgi/operator/config/config.go; cloudnative-pg
 * v1.30.0 api/v1).
 */
final class Archiving {
  private Archiving() {}

  /**
   * The archive, its path read from the ObjectStore. Empty if the manifest names none, or the
   * ObjectStore is not there.
   *
   * @param cluster a Cluster or its manifest, with metadata
   */
  static Optional<Archive> resolve(ClusterReader reader, ObjectNode cluster) {
    var name = cluster.at("/metadata/name").asText();
    var plugin = plugin(cluster);
    if (plugin != null) {
      var parameters = plugin.path("parameters");
      var store = parameters.path("barmanObjectName").asText("");
      return reader
          .get(Kinds.OBJECT_STORE.ref(cluster.at("/metadata/namespace").asText(), store))
          .map(found -> found.text("/spec/configuration/destinationPath"))
          .map(path -> new Archive(store, path, parameters.path("serverName").asText(name)));
    }
    var inTree = cluster.at("/spec/backup/barmanObjectStore");
    if (!inTree.isObject()) return Optional.empty();
    return Optional.of(
        new Archive(
            null,
            inTree.path("destinationPath").asText(""),
            inTree.path("serverName").asText(name)));
  }

  /** Name of the ObjectStore that the manifest names; empty for in-tree and for none. */
  static String objectStore(ObjectNode cluster) {
    var plugin = plugin(cluster);
    return plugin == null ? "" : plugin.at("/parameters/barmanObjectName").asText("");
  }

  /** The serverName that the manifest archives to; empty if it archives nowhere. */
  static String serverName(ObjectNode cluster) {
    var name = cluster.at("/metadata/name").asText();
    var plugin = plugin(cluster);
    if (plugin != null) return plugin.at("/parameters/serverName").asText(name);
    var inTree = cluster.at("/spec/backup/barmanObjectStore");
    return inTree.isObject() ? inTree.path("serverName").asText(name) : "";
  }

  /**
   * Lets a manifest archive to another lineage. Changes {@code cluster}; nothing if it archives
   * nowhere.
   */
  static void rename(ObjectNode cluster, String serverName) {
    if (plugin(cluster) instanceof ObjectNode plugin) {
      parameters(plugin).put("serverName", serverName);
    } else if (cluster.at("/spec/backup/barmanObjectStore") instanceof ObjectNode inTree) {
      inTree.put("serverName", serverName);
    }
  }

  /** What a write of {@link #rename} changes in the spec: a list is one value. */
  static String pointer(ObjectNode cluster) {
    return plugin(cluster) != null ? "/spec/plugins" : "/spec/backup/barmanObjectStore/serverName";
  }

  /**
   * The entry of {@code spec.plugins} that archives through the barman plugin. Changes to it are
   * changes to {@code cluster}.
   */
  static @Nullable JsonNode plugin(ObjectNode cluster) {
    for (var plugin : cluster.at("/spec/plugins"))
      if (plugin.path("name").asText().equals(Cnpg.PLUGIN)
          && plugin.path("enabled").asBoolean(true)
          && !plugin.at("/parameters/barmanObjectName").asText("").isEmpty()) return plugin;
    return null;
  }

  private static ObjectNode parameters(ObjectNode plugin) {
    return plugin.get("parameters") instanceof ObjectNode parameters
        ? parameters
        : plugin.putObject("parameters");
  }
}
