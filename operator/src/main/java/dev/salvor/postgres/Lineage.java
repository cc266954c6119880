package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The {@code serverName} as it stands in a manifest, where absent is not the same as default. */
final class Lineage {
  private static final String SERVER_NAME = "serverName";

  private Lineage() {}

  /** Empty if the manifest leaves it out; then the Cluster's name counts. */
  static String explicit(ObjectNode cluster) {
    var plugin = Archiving.plugin(cluster);
    return plugin != null
        ? plugin.path("parameters").path(SERVER_NAME).asText("")
        : cluster.at("/spec/backup/barmanObjectStore").path(SERVER_NAME).asText("");
  }

  /** Changes {@code cluster}; an empty name takes the field away. */
  static void set(ObjectNode cluster, String serverName) {
    if (!serverName.isEmpty()) {
      Archiving.rename(cluster, serverName);
      return;
    }
    var plugin = Archiving.plugin(cluster);
    var holder =
        plugin != null ? plugin.path("parameters") : cluster.at("/spec/backup/barmanObjectStore");
    if (holder instanceof ObjectNode parameters) parameters.remove(SERVER_NAME);
  }
}
