package dev.salvor.volumes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.DatabaseFacts;
import dev.salvor.kube.ClusterReader;
import java.util.Map;

/**
 * The manifest of a claim as CloudNativePG takes it for the primary's: hibernated it goes on with
 * it, and a Cluster that is made anew adopts it (cloudnative-pg internal/controller
 * cluster_restore.go; labels and annotations as in pkg/utils/labels_annotations.go).
 */
final class DatabaseClaim {
  private static final String OLD_ROLE = "role";
  private static final String ROLE = "cnpg.io/instanceRole";
  private static final String INSTANCE = "cnpg.io/instanceName";
  private static final String SERIAL = "cnpg.io/nodeSerial";
  private static final String STATUS = "cnpg.io/pvcStatus";
  private static final String PRIMARY = "primary";

  private DatabaseClaim() {}

  /** The claim of the primary as it is. */
  static ObjectNode of(ClusterReader cluster, ClaimView claim, DatabaseFacts database) {
    return primary(ClaimManifest.of(cluster, claim, Map.of()), database);
  }

  /** For a claim that does not exist: as the copy's, under the name it is to have. */
  static ObjectNode like(
      ClusterReader cluster, ClaimView copy, String name, DatabaseFacts database) {
    var manifest = primary(ClaimManifest.of(cluster, copy, Map.of()), database);
    var metadata = manifest.withObject("/metadata");
    metadata.put("name", name);
    // a Cluster adopts only claims without an owner, and the copy will be gone
    metadata.remove("ownerReferences");
    return manifest;
  }

  private static ObjectNode primary(ObjectNode manifest, DatabaseFacts database) {
    var instance = instance(database);
    var labels = manifest.withObject("/metadata/labels");
    labels.put(Group.CLUSTER, database.name()).put(INSTANCE, instance).put(ROLE, PRIMARY);
    if (labels.has(OLD_ROLE)) labels.put(OLD_ROLE, PRIMARY);
    var serial =
        database.serial() > 0
            ? String.valueOf(database.serial())
            : instance.substring(instance.lastIndexOf('-') + 1);
    manifest.withObject("/metadata/annotations").put(SERIAL, serial).put(STATUS, "ready");
    return manifest;
  }

  /** An instance and its data claim have the same name. */
  private static String instance(DatabaseFacts database) {
    var primary = database.primary();
    if (primary != null) return primary;
    return database.claims().isEmpty() ? database.name() + "-1" : database.claims().getFirst();
  }
}
