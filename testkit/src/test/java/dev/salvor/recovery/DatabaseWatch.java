package dev.salvor.recovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Admission;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.World;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sees every write of everybody while a database is recovered, and fails the test at one that must
 * never be: a volume that two claims could take, a claim deleted whose volume would go with it, a
 * database made empty.
 */
record DatabaseWatch(World world) implements Admission {
  @Override
  public Optional<ClusterException> refuse(
      @Nullable ObjectNode before, @Nullable ObjectNode after, String user) {
    if (after == null) {
      if (before != null && user.equals("salvor")) deleted(before);
    } else if (kind(after).equals("Job")) {
      var role = after.at("/metadata/labels").path("cnpg.io/jobRole").asText();
      if (before == null && role.equals("initdb"))
        throw new AssertionError("initdb: " + Manifests.ref(after).text());
    } else if (kind(after).equals("PersistentVolume")) {
      pointed(after);
    }
    return Optional.empty();
  }

  private void deleted(ObjectNode object) {
    if (kind(object).equals("PersistentVolumeClaim") && ofDatabase(object)) kept(object);
    if (!kind(object).equals("Cluster") || !name(object).equals("db")) return;
    for (var claim : world.list(Kinds.PVC, "shop")) if (ofDatabase(claim)) kept(claim);
  }

  private void kept(ObjectNode claim) {
    var pv = world.get(Kinds.PV.ref(claim.at("/spec/volumeName").asText("")));
    if (pv.isPresent()
        && !pv.get().at("/spec/persistentVolumeReclaimPolicy").asText().equals("Retain"))
      throw new AssertionError("claim " + name(claim) + " goes, and its volume with it");
  }

  /** The binder gives such a volume to the first claim of that name. */
  private void pointed(ObjectNode volume) {
    if (!waits(volume)) return;
    for (var other : world.list(Kinds.PV, ""))
      if (!name(other).equals(name(volume)) && waits(other) && claim(other).equals(claim(volume)))
        throw new AssertionError(
            name(volume) + " and " + name(other) + " both wait for claim " + claim(volume));
  }

  private static boolean waits(ObjectNode volume) {
    return volume.at("/spec").has("claimRef") && !volume.at("/spec/claimRef").has("uid");
  }

  private static String claim(ObjectNode volume) {
    return volume.at("/spec/claimRef/name").asText();
  }

  private static boolean ofDatabase(ObjectNode claim) {
    return claim.at("/metadata/labels").path("cnpg.io/cluster").asText().equals("db");
  }

  private static String kind(ObjectNode object) {
    return object.path("kind").asText();
  }

  private static String name(ObjectNode object) {
    return object.at("/metadata/name").asText();
  }
}
