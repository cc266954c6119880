package dev.salvor.movers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Longhorn;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Gives the proven volume of Longhorn a PersistentVolume, and a claim beside production's that is
 * bound to it by name: from then on it is a copy as any other. The PersistentVolume says that
 * Longhorn's provisioner made it, so that it goes the way of every other volume of its class, with
 * its data, once its reclaim policy is {@code Delete} and nobody claims it
 * (sig-storage-lib-external-provisioner controller/controller.go, shouldDelete); until then it is
 * {@code Retain}.
 */
public record BindVolume(ClusterWriter cluster, Destroyer destroyer, Run run)
    implements Act<Facts> {
  private static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
  private static final long GI = 1L << 30;

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var claim = RestoreVolume.claim(facts, run);
    var there = cluster.get(claim);
    var volume = volume(facts, run);
    if (there.isEmpty()) return RestoreVolume.createClaim(cluster, facts, run, volume.name());
    if (!there.get().label(Marks.RUN).equals(run.uid())) return RestoreVolume.taken(claim);
    var made = cluster.get(volume);
    // with the UID of its claim it is Released, and can be dropped, whenever that goes
    if (made.isEmpty()) return RestoreVolume.create(cluster, manifest(facts, volume, there.get()));
    if (!made.get().label(Marks.RUN).equals(run.uid())) return RestoreVolume.taken(volume);
    return Outcome.done(volume.text() + " is for claim " + claim.name());
  }

  /** The claim, then the volume with all that is behind it; one that is retained is not ours. */
  @Override
  public Outcome undo(Facts facts, Moment moment) {
    var claims = new Removal(cluster, destroyer, run).claims(facts);
    if (claims.isPresent()) return claims.get();
    for (var volume : cluster.list(Kinds.PV, "", Map.of(Marks.RUN, run.uid()))) {
      if (Longhorn.handle(volume).isEmpty() || !volume.label(Marks.ROLE).isEmpty()) continue;
      if (!volume.text("/status/phase").equals("Released"))
        return Outcome.waiting(volume.ref().text() + " is not Released yet");
      destroyer.giveBackPolicy(new Victim(volume.ref(), volume.uid()), "Delete");
      return Outcome.wrote("dropping " + volume.ref().text() + " with its data");
    }
    return Outcome.done("no volume of the restore is left");
  }

  /** The PersistentVolume. */
  public static Ref volume(Facts facts, Run run) {
    return Kinds.PV.ref(run.restoreName(facts.restore().attempt()));
  }

  private ObjectNode manifest(Facts facts, Ref ref, Seen claim) {
    var settings = Objects.requireNonNull(facts.knownSource().settings());
    var given = settings.path("persistentVolume");
    var volume = Json.object().put("apiVersion", "v1").put("kind", "PersistentVolume");
    var metadata = volume.putObject("metadata").put("name", ref.name());
    metadata.putObject("labels").put(Marks.RUN, run.uid()).put(Marks.EXCLUDE_FROM_BACKUP, "true");
    metadata
        .putObject("annotations")
        .put(PROVISIONED_BY, Longhorn.DRIVER)
        .put(Marks.POLICY_BEFORE, given.path("persistentVolumeReclaimPolicy").asText("Delete"));
    var spec = volume.putObject("spec");
    spec.withObject("/capacity").put("storage", size(settings.at("/volume/size").asLong()));
    spec.put("persistentVolumeReclaimPolicy", "Retain");
    for (var field :
        new String[] {"accessModes", "volumeMode", "storageClassName", "volumeAttributesClassName"})
      if (claim.has("/spec/" + field)) spec.set(field, claim.at("/spec/" + field).deepCopy());
    if (given.has("mountOptions")) spec.set("mountOptions", given.path("mountOptions").deepCopy());
    spec.putObject("claimRef")
        .put("apiVersion", "v1")
        .put("kind", "PersistentVolumeClaim")
        .put("namespace", claim.namespace())
        .put("name", claim.name())
        .put("uid", claim.uid());
    spec.set("csi", csi(given, RestoreLonghorn.volume(facts, run).name()));
    return volume;
  }

  private static ObjectNode csi(JsonNode given, String handle) {
    var csi = given.path("csi") instanceof ObjectNode made ? made.deepCopy() : Json.object();
    return csi.put("volumeHandle", handle);
  }

  private static String size(long bytes) {
    return bytes % GI == 0 ? bytes / GI + "Gi" : Long.toString(bytes);
  }
}
