package dev.salvor.testkit.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kind;
import dev.salvor.testkit.PodLogs;
import dev.salvor.testkit.VolumeData;
import dev.salvor.testkit.World;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A real cluster read as controllers read theirs: from what a watch has brought. After a write the
 * API server itself is asked for that kind until the watch has caught up, so nobody meets a world
 * in which he has not written yet.
 */
final class WatchedWorld implements World {
  private final World real;
  private final KubernetesClient client;
  private final Map<Kind, WatchedKind> kinds;

  WatchedWorld(World real, KubernetesClient client) {
    this(real, client, new ConcurrentHashMap<>());
  }

  private WatchedWorld(World real, KubernetesClient client, Map<Kind, WatchedKind> kinds) {
    this.real = real;
    this.client = client;
    this.kinds = kinds;
  }

  @Override
  public Optional<ObjectNode> get(Ref ref) {
    for (var entry : kinds.entrySet()) {
      if (!entry.getKey().of(ref) || !entry.getValue().isCurrent()) continue;
      return entry.getValue().get(ref);
    }
    return real.get(ref);
  }

  @Override
  public List<ObjectNode> list(Kind kind, String namespace) {
    var watched = kinds.computeIfAbsent(kind, one -> new WatchedKind(one, client));
    if (!watched.isCurrent()) {
      var all = real.list(kind, "");
      watched.compare(all);
      return all.stream().filter(object -> isIn(object, namespace)).toList();
    }
    return watched.list().stream().filter(object -> isIn(object, namespace)).toList();
  }

  private static boolean isIn(ObjectNode object, String namespace) {
    return namespace.isEmpty()
        || !object.at("/metadata").has("namespace")
        || object.at("/metadata/namespace").asText().equals(namespace);
  }

  @Override
  public ObjectNode create(ObjectNode manifest) {
    return written(manifest.path("kind").asText(), () -> real.create(manifest));
  }

  @Override
  public ObjectNode update(ObjectNode object) {
    return written(object.path("kind").asText(), () -> real.update(object));
  }

  @Override
  public ObjectNode apply(ObjectNode manifest) {
    return written(manifest.path("kind").asText(), () -> real.apply(manifest));
  }

  @Override
  public void delete(Ref ref) {
    written(
        ref.kind(),
        () -> {
          real.delete(ref);
          return ref;
        });
  }

  @Override
  public void deleteNow(Ref ref) {
    written(
        ref.kind(),
        () -> {
          real.deleteNow(ref);
          return ref;
        });
  }

  /** Notes it also of one that was refused: it was tried on something that is no more. */
  private <T> T written(String kind, Supplier<T> write) {
    try {
      return write.get();
    } finally {
      kinds.forEach((one, watched) -> {
        if (one.kind().equals(kind)) watched.written();
      });
    }
  }

  @Override
  public World as(String manager) {
    return new WatchedWorld(real.as(manager), client, kinds);
  }

  @Override
  public VolumeData volumeData() {
    return real.volumeData();
  }

  @Override
  public PodLogs podLogs() {
    return real.podLogs();
  }

  @Override
  public Instant now() {
    return real.now();
  }
}
