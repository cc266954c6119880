package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.DatabaseFacts.Archive;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;

/**
 * {@code bootstrap.recovery} and the {@code externalClusters} entry it reads from, for both backup
 * generations (postgres.md 1.2, 1.3). Backup and timeline are always pinned: CloudNativePG would
 * take the newest backup of any timeline, PostgreSQL the newest timeline (postgres.md 1.2, 2.5). A
 * timeline whose number PostgreSQL would refuse is pinned by the backup alone: {@code latest}.
 */
final class RecoveryStanza {
  /** Name of the only entry of {@code externalClusters}. */
  static final String SOURCE = "salvor-source";

  private RecoveryStanza() {}

  /**
   * Lets {@code manifest} recover, and archive to {@code lineage}. Replaces its bootstrap and its
   * externalClusters.
   *
   * @param manifest has the archive's settings of the original in its spec; is changed
   * @param name of the original Cluster: what its application Secret is named after
   * @param follows true for a replica cluster, which replays what is archived until it is promoted;
   *     a target would end that, and which timeline is followed is the primary's affair
   */
  static void into(
      ObjectNode manifest,
      ClusterReader reader,
      String name,
      Archive archive,
      RecoveryPoint point,
      boolean follows,
      String lineage) {
    var spec = (ObjectNode) manifest.get("spec");
    var source = source(manifest, archive, point.serverName());
    var recovery = json();
    recovery.put("source", SOURCE);
    application(manifest, reader, name, recovery);
    recovery.set(
        "recoveryTarget", follows ? json().put("backupID", point.backupId()) : target(point));
    if (follows) spec.putObject("replica").put("enabled", true).put("source", SOURCE);
    spec.putObject("bootstrap").set("recovery", recovery);
    spec.putArray("externalClusters").add(source);
    Archiving.rename(manifest, lineage);
  }

  private static ObjectNode source(ObjectNode manifest, Archive archive, String serverName) {
    var source = json().put("name", SOURCE);
    var store = archive.objectStore();
    if (store != null) {
      var plugin = source.putObject("plugin").put("name", Cnpg.PLUGIN);
      plugin.putObject("parameters").put("barmanObjectName", store).put("serverName", serverName);
      return source;
    }
    var inTree = source.putObject("barmanObjectStore");
    if (manifest.at("/spec/backup/barmanObjectStore") instanceof ObjectNode settings)
      inTree.setAll(settings.deepCopy());
    inTree.put("serverName", serverName);
    return source;
  }

  /**
   * The application's database, owner and Secret, as the original has them: left out, CloudNativePG
   * would make a role {@code app} that nobody asked for (cloudnative-pg v1.30.0
   * api/v1/cluster_defaults.go).
   */
  private static void application(
      ObjectNode manifest, ClusterReader reader, String name, ObjectNode recovery) {
    var stanza = manifest.at("/spec/bootstrap/initdb");
    for (var way : new String[] {"recovery", "pg_basebackup"})
      if (stanza.isMissingNode()) stanza = manifest.at("/spec/bootstrap/" + way);
    var database = stanza.path("database").asText("app");
    recovery.put("database", database);
    recovery.put("owner", stanza.path("owner").asText(database));
    var secret = stanza.at("/secret/name").asText(name + "-app");
    var namespace = manifest.at("/metadata/namespace").asText();
    if (reader.get(Kinds.SECRET.ref(namespace, secret)).isPresent())
      recovery.putObject("secret").put("name", secret);
  }

  private static ObjectNode target(RecoveryPoint point) {
    var timeline = point.followed() ? "latest" : Long.toString(point.timeline());
    var target = json().put("backupID", point.backupId()).put("targetTLI", timeline);
    switch (point.type()) {
      case Time -> target.put("targetTime", point.value());
      case Lsn -> target.put("targetLSN", point.value());
      case Xid -> target.put("targetXID", point.value());
      case Name -> target.put("targetName", point.value());
      case Immediate -> target.put("targetImmediate", true);
      case Latest -> {}
    }
    if (point.exclusive()) target.put("exclusive", true);
    return target;
  }

  private static ObjectNode json() {
    return dev.salvor.kube.Json.object();
  }
}
