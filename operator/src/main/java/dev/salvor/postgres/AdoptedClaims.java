package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the claims have to look like so that a new Cluster adopts them (cloudnative-pg v1.30.0
 * internal/controller/cluster_restore.go): its label, the instance, the role, exactly one primary,
 * the serial, status ready, and no owner. Rewrites {@link VolumeFacts#manifest}, and forgets the
 * UIDs of claims that went with the old Cluster.
 *
 * <p>Comes after the old Cluster is gone, and before the volumes are pointed to.
 */
public record AdoptedClaims(ClusterReader cluster, Run run) implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var instance = Recorded.primary(facts);
    if (!instance.matches(".*-[0-9]{1,9}"))
      return Sight.refused(
          facts,
          "InstanceUnknown",
          "the claims cannot be named: " + instance + " is not the name of an instance",
          "name the claims of the former primary in a new recovery");
    var volumes = new ArrayList<VolumeFacts>();
    for (var volume : facts.volumes()) {
      if (volume.copy() == null) {
        volumes.add(volume);
        continue;
      }
      if (!volume.claim().equals(instance) && !volume.claim().startsWith(instance + "-"))
        return Sight.refused(
            facts,
            "InstanceUnknown",
            "claim " + volume.claim() + " is not one of instance " + instance,
            "raise spec.retry to look again");
      var pv = cluster.get(Kinds.PV.ref(volume.provenCopy().name()));
      if (pv.isEmpty())
        return Sight.refused(
            facts,
            "CopyTaken",
            "volume " + volume.provenCopy().name() + " is gone",
            "raise spec.retry to make the copy again");
      volumes.add(adopted(facts, volume, instance, pv.get()));
    }
    return Sight.seen(
        facts.withVolumes(volumes),
        "claims of instance " + instance + " are to be made for adoption: " + volumes.size());
  }

  private VolumeFacts adopted(Facts facts, VolumeFacts volume, String instance, Seen pv) {
    var namespace = facts.knownTarget().namespace();
    var claim = cluster.get(Kinds.PVC.ref(namespace, volume.claim()));
    var before = volume.manifest();
    var manifest = before == null ? blank(namespace, volume.claim(), pv) : before.deepCopy();
    var metadata = (ObjectNode) manifest.get("metadata");
    metadata.remove("ownerReferences");
    var labels = metadata.withObject("/labels");
    labels
        .put(Cnpg.CLUSTER, facts.postgres().knownDatabase().name())
        .put(Cnpg.INSTANCE, instance)
        .put(Cnpg.INSTANCE_ROLE, "primary");
    role(facts, volume.claim(), instance, labels);
    metadata
        .withObject("/annotations")
        .put(Cnpg.SERIAL, instance.substring(instance.lastIndexOf('-') + 1))
        .put(Cnpg.PVC_STATUS, "ready");
    return new VolumeFacts(
        volume.claim(),
        claim.map(Seen::uid).filter(uid -> uid.equals(volume.claimUid())).orElse(null),
        manifest,
        volume.old(),
        volume.content(),
        volume.copy());
  }

  private static void role(Facts facts, String claim, String instance, ObjectNode labels) {
    if (claim.equals(instance)) {
      labels.put(Cnpg.PVC_ROLE, Cnpg.DATA);
    } else if (claim.equals(instance + "-wal")) {
      labels.put(Cnpg.PVC_ROLE, Cnpg.WAL);
    } else {
      labels.put(Cnpg.PVC_ROLE, Cnpg.TABLESPACE);
      var name = tablespace(facts, claim.substring(instance.length()));
      if (name != null) labels.put(Cnpg.TABLESPACE_NAME, name);
    }
  }

  /** As CloudNativePG names the claim of a tablespace (pkg/specs/volumes.go). */
  private static @Nullable String tablespace(Facts facts, String suffix) {
    var spec = facts.postgres().knownDatabase().knownManifest().at("/spec/tablespaces");
    for (var space : spec) {
      var name = space.path("name").asText();
      var written = (name.startsWith("_") ? "1" + name.substring(1) : name).replace('$', '-');
      if (suffix.equals("-tbs-" + written.replace('_', '-').toLowerCase(Locale.ROOT))) return name;
    }
    return null;
  }

  /** For a claim nobody has seen: of the size and kind of the volume it gets. */
  private static ObjectNode blank(String namespace, String name, Seen pv) {
    var manifest = Json.object().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
    manifest.putObject("metadata").put("name", name).put("namespace", namespace);
    var spec = manifest.putObject("spec");
    for (var field : List.of("accessModes", "storageClassName", "volumeMode"))
      if (pv.has("/spec/" + field)) spec.set(field, pv.at("/spec/" + field).deepCopy());
    spec.putObject("resources")
        .putObject("requests")
        .put("storage", pv.text("/spec/capacity/storage"));
    return manifest;
  }
}
