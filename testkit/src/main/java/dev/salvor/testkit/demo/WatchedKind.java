package dev.salvor.testkit.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All objects of one kind, as a watch has brought them. */
final class WatchedKind {
  /** An object as it came, and what it was made to: only once. */
  private record Read(String version, ObjectNode json) {}

  private final Kind kind;
  private final KubernetesClient client;
  private final Map<String, Read> read = new ConcurrentHashMap<>();
  private volatile @Nullable SharedIndexInformer<GenericKubernetesResource> informer;
  private boolean absent;
  private volatile boolean current;

  /** Asks for nothing yet. */
  WatchedKind(Kind kind, KubernetesClient client) {
    this.kind = kind;
    this.client = client;
  }

  /** True if nothing was written since it was last {@link #compare}d and found the same. */
  boolean isCurrent() {
    return current;
  }

  void written() {
    current = false;
  }

  /** With what the API server has just told: all objects there are. */
  synchronized void compare(List<ObjectNode> live) {
    if (absent) return;
    var running = informer;
    if (running == null) {
      start();
      return;
    }
    var versions = new HashSet<String>();
    for (var object : live)
      versions.add(
          object.at("/metadata/uid").asText() + object.at("/metadata/resourceVersion").asText());
    current = versions.equals(versions(running));
  }

  private static Set<String> versions(SharedIndexInformer<GenericKubernetesResource> running) {
    var versions = new HashSet<String>();
    for (var object : running.getStore().list())
      versions.add(object.getMetadata().getUid() + object.getMetadata().getResourceVersion());
    return versions;
  }

  private void start() {
    var context =
        new ResourceDefinitionContext.Builder()
            .withGroup(kind.group())
            .withVersion(kind.version())
            .withKind(kind.kind())
            .withPlural(kind.plural())
            .withNamespaced(kind.namespaced())
            .build();
    var resources = client.genericKubernetesResources(context);
    try {
      informer = kind.namespaced() ? resources.inAnyNamespace().inform() : resources.inform();
    } catch (KubernetesClientException e) {
      // nobody serves this kind
      absent = true;
    }
  }

  /** Copies. */
  List<ObjectNode> list() {
    var stored = store().list();
    var uids = new HashSet<String>();
    var all = new ArrayList<ObjectNode>();
    for (var object : stored) {
      uids.add(object.getMetadata().getUid());
      all.add(copy(object));
    }
    read.keySet().retainAll(uids);
    return all;
  }

  /** A copy. */
  Optional<ObjectNode> get(Ref ref) {
    var namespace = ref.namespace();
    var key = Cache.namespaceKeyFunc(kind.namespaced() ? namespace : null, ref.name());
    return Optional.ofNullable(store().getByKey(key)).map(this::copy);
  }

  private ObjectNode copy(GenericKubernetesResource object) {
    var version = object.getMetadata().getResourceVersion();
    return read.compute(
            object.getMetadata().getUid(),
            (_, known) ->
                known != null && known.version().equals(version)
                    ? known
                    : new Read(version, json(object)))
        .json()
        .deepCopy();
  }

  /** As if it had been read from the wire: a number is as wide as it has to be. */
  private static ObjectNode json(GenericKubernetesResource object) {
    try {
      return (ObjectNode) Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(object));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Store<GenericKubernetesResource> store() {
    return Objects.requireNonNull(informer, "compared before").getStore();
  }
}
