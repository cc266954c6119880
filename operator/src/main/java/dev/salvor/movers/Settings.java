package dev.salvor.movers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.VolumeSource.VolSync;
import dev.salvor.kube.Json;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Optional;

/**
 * How a restore is set up as its backup is: the fields that ReplicationSources and
 * ReplicationDestinations share (volsync v0.14.0 api/v1alpha1; of kopia the fork
 * perfectra1n/volsync v0.17.11).
 */
final class Settings {
  /** In the order in which they are looked for. */
  private static final List<String> MOVERS = List.of("restic", "kopia");

  private static final List<String> SHARED =
      List.of(
          "repository",
          "customCA",
          "cacheCapacity",
          "cacheStorageClassName",
          "cacheAccessModes",
          "moverSecurityContext",
          "moverServiceAccount",
          "moverPodLabels",
          "moverResources",
          "moverAffinity",
          "moverVolumes",
          "username",
          "hostname");

  private Settings() {}

  /** The mover of a ReplicationSource or ReplicationDestination; empty for another one. */
  static Optional<String> mover(Seen replication) {
    return MOVERS.stream().filter(mover -> replication.has("/spec/" + mover)).findFirst();
  }

  /** The claim that a ReplicationDestination writes into; empty if it makes its own. */
  static String destination(Seen replication) {
    for (var mover : replication.at("/spec").properties()) {
      var claim = mover.getValue().path("destinationPVC").asText("");
      if (!claim.isEmpty()) return claim;
    }
    return "";
  }

  /** What is below {@code spec.<mover>} of the restore, but for the claim it fills. */
  static ObjectNode of(Seen source, String mover, VolSync wanted) {
    var settings = Json.object();
    for (var field : SHARED) {
      var value = source.at("/spec/" + mover + "/" + field);
      if (!value.isMissingNode() && !value.isNull()) settings.set(field, value.deepCopy());
    }
    settings.put("copyMethod", "Direct");
    // the identity of a restore is its own name, if nobody says whose backups it is to look for
    if (mover.equals("kopia") && !(settings.has("username") && settings.has("hostname")))
      settings
          .putObject("sourceIdentity")
          .put("sourceName", source.name())
          .put("sourceNamespace", source.namespace());
    var asOf = wanted.restoreAsOf();
    // UTC with Z: the kopia mover compares it as text
    if (asOf != null) settings.put("restoreAsOf", asOf.toString());
    var previous = wanted.previous();
    if (previous != null) settings.put("previous", previous);
    return settings;
  }
}
