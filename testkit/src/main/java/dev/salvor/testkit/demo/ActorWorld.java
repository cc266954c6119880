package dev.salvor.testkit.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.PodLogs;
import dev.salvor.testkit.VolumeData;
import dev.salvor.testkit.World;
import dev.salvor.testkit.control.ControlPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The real cluster as the models know it from FakeCluster. What differs there: a pod gets its node
 * by a binding, the time of a deletion is the end of its grace period, and the schemas of Flux and
 * Velero want a few fields that nobody reads.
 *
 * @param client with every right, for what a {@link World} has no word for
 */
record ActorWorld(World real, KubernetesClient client) implements World {
  private static final Set<String> MOVES = Set.of("PodVolumeBackup", "PodVolumeRestore");

  /** Read from watches, as controllers read. */
  static ActorWorld of(ControlPlane plane) {
    return new ActorWorld(new WatchedWorld(plane.world(), plane.admin()), plane.admin());
  }

  @Override
  public Optional<ObjectNode> get(Ref ref) {
    return real.get(ref).map(ActorWorld::asInMemory);
  }

  @Override
  public List<ObjectNode> list(Kind kind, String namespace) {
    return real.list(kind, namespace).stream().map(ActorWorld::asInMemory).toList();
  }

  /** FakeCluster notes when the deletion was asked for, the API server when it is due. */
  private static ObjectNode asInMemory(ObjectNode object) {
    var due = object.at("/metadata/deletionTimestamp").asText("");
    var grace = object.at("/metadata/deletionGracePeriodSeconds").asLong(0);
    if (!due.isEmpty() && grace > 0)
      object
          .withObject("/metadata")
          .put("deletionTimestamp", Instant.parse(due).minusSeconds(grace).toString());
    return object;
  }

  @Override
  public ObjectNode create(ObjectNode manifest) {
    return real.create(complete(manifest));
  }

  @Override
  public ObjectNode update(ObjectNode object) {
    return real.update(complete(bound(object)));
  }

  private ObjectNode bound(ObjectNode object) {
    var node = object.at("/spec/nodeName").asText("");
    var ref = Manifests.ref(object);
    if (!Kinds.POD.of(ref) || node.isEmpty()) return object;
    var live = real.get(ref);
    if (live.isEmpty() || !live.get().at("/spec/nodeName").asText("").isEmpty()) return object;
    var binding = JsonNodeFactory.instance.objectNode();
    binding.put("apiVersion", "v1").put("kind", "Binding");
    binding.putObject("metadata").put("name", ref.name());
    binding.putObject("target").put("apiVersion", "v1").put("kind", "Node").put("name", node);
    client.raw(
        "/api/v1/namespaces/" + ref.namespace() + "/pods/" + ref.name() + "/binding",
        "POST",
        binding);
    var placed = real.get(ref).orElseThrow();
    placed.set("status", object.path("status"));
    return placed;
  }

  private ObjectNode complete(ObjectNode object) {
    var version = object.path("apiVersion").asText();
    if (!version.contains("toolkit.fluxcd.io") && !version.startsWith("velero.io/")) return object;
    var whole = object.deepCopy();
    if (MOVES.contains(object.path("kind").asText()) && !whole.at("/spec").has("repoIdentifier"))
      whole.withObject("/spec").put("repoIdentifier", "");
    for (var condition : whole.at("/status/conditions"))
      if (condition instanceof ObjectNode one && !one.has("lastTransitionTime"))
        one.put("lastTransitionTime", now().toString());
    return whole;
  }

  @Override
  public void delete(Ref ref) {
    real.delete(ref);
  }

  @Override
  public void deleteNow(Ref ref) {
    real.deleteNow(ref);
  }

  @Override
  public World as(String manager) {
    return new ActorWorld(real.as(manager), client);
  }

  @Override
  public ObjectNode apply(ObjectNode manifest) {
    return real.apply(complete(manifest));
  }

  @Override
  public VolumeData volumeData() {
    return real.volumeData();
  }

  @Override
  public PodLogs podLogs() {
    return real.podLogs();
  }

  /** Whole seconds, as the API server stores times. */
  @Override
  public Instant now() {
    return Instant.ofEpochSecond(Instant.now().getEpochSecond());
  }
}
