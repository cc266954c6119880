package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What others do to a Cluster at a bad moment: finalizers, GitOps, leftovers. */
final class CnpgDisturbances {
  private static final String FINALIZER = "example.org/slow";
  private static final Duration SLOW = Duration.ofSeconds(30);

  private final Set<CnpgMishap> mishaps;
  private final Map<Ref, ObjectNode> known = new LinkedHashMap<>();

  CnpgDisturbances(Set<CnpgMishap> mishaps) {
    this.mishaps = mishaps;
  }

  void act(World world) {
    hold(world, Kinds.SERVICE, mishaps.contains(CnpgMishap.SLOW_SERVICES));
    hold(world, Kinds.SECRET, mishaps.contains(CnpgMishap.SECRETS_COLLECTED_LATE));
    for (var entry : List.copyOf(known.entrySet())) {
      if (world.look(entry.getKey()).isPresent()) continue;
      known.remove(entry.getKey());
      if (mishaps.remove(CnpgMishap.ORPHAN_CLAIM)) leave(world, entry.getValue());
      if (mishaps.remove(CnpgMishap.RECREATED_BY_GITOPS)) world.create(entry.getValue());
    }
    for (var cluster : world.look(Kinds.CLUSTER, ""))
      known.put(cluster.ref(), manifest(cluster.json()));
  }

  /** As it is in Git: without what others wrote on it. */
  private static ObjectNode manifest(ObjectNode cluster) {
    var manifest = Json.manifest(Kinds.CLUSTER, Json.namespace(cluster), Json.name(cluster));
    manifest.set("spec", cluster.path("spec").deepCopy());
    return manifest;
  }

  /** As {@code kubectl cnpg destroy --keep-pvc} or a Velero restore leave one. */
  private static void leave(World world, ObjectNode cluster) {
    var name = Json.name(cluster) + "-9";
    var claim = Json.manifest(Kinds.PVC, Json.namespace(cluster), name);
    Json.at(claim, "/metadata/labels")
        .put(Cnpg.CLUSTER, Json.name(cluster))
        .put(Cnpg.INSTANCE, name)
        .put(Cnpg.PVC_ROLE, "PG_DATA");
    Json.at(claim, "/metadata/annotations").put(Cnpg.SERIAL, "9").put(Cnpg.PVC_STATUS, Cnpg.READY);
    var spec = Json.at(claim, "/spec");
    spec.putArray("accessModes").add("ReadWriteOnce");
    Json.at(spec, "/resources/requests").put("storage", "1Gi");
    var wanted = cluster.at("/spec/storage/storageClass").asText("");
    if (!wanted.isEmpty()) spec.put("storageClassName", wanted);
    world.create(claim);
  }

  private static void hold(World world, Kind kind, boolean wanted) {
    for (var object : world.look(kind, "")) {
      if (object.label(Cnpg.CLUSTER).isEmpty()) continue;
      var held = object.at("/metadata/finalizers").toString().contains(FINALIZER);
      if (!object.terminating()) {
        if (wanted && !held)
          world.save(
              object.edit().set("/metadata/finalizers", object.json().arrayNode().add(FINALIZER)));
      } else if (held
          && !world
              .now()
              .isBefore(object.time("/metadata/deletionTimestamp").orElseThrow().plus(SLOW))) {
        world.save(object.edit().remove("/metadata/finalizers"));
      }
    }
  }
}
