package dev.salvor.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Seen;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Somebody with access to everything and a field manager of their own. */
final class Inhabitant implements World {
  private final Server server;
  private final String manager;
  private final boolean applies;

  Inhabitant(Server server, String manager, boolean applies) {
    this.server = server;
    this.manager = manager;
    this.applies = applies;
  }

  @Override
  public Optional<ObjectNode> get(Ref ref) {
    return server.store.get(ref).map(ObjectNode::deepCopy);
  }

  @Override
  public List<ObjectNode> list(Kind kind, String namespace) {
    return server.store.list(kind, namespace).stream().map(ObjectNode::deepCopy).toList();
  }

  @Override
  public ObjectNode create(ObjectNode manifest) {
    return server.create(manifest, manager, applies, false).deepCopy();
  }

  @Override
  public ObjectNode update(ObjectNode object) {
    return replace(object, null);
  }

  @Override
  public ObjectNode apply(ObjectNode manifest) {
    var there = get(Manifests.ref(manifest));
    if (there.isEmpty()) return server.create(manifest, manager, true, false).deepCopy();
    var merged = Manifests.merged(there.get(), manifest);
    var managers = server.store.managers(there.get());
    var given = Managers.leaves(manifest).keySet();
    for (var path : managers.applied(manager)) {
      if (!given.contains(path) && !managers.shared(manager, path)) cut(merged, path);
    }
    return replace(merged, manifest);
  }

  @Override
  public void delete(Ref ref) {
    server.store.get(ref).ifPresent(object -> server.delete(object, manager, true));
  }

  @Override
  public void deleteNow(Ref ref) {
    server.store.get(ref).ifPresent(object -> server.delete(object, manager, false));
  }

  @Override
  public World as(String other) {
    return new Inhabitant(server, other, true);
  }

  @Override
  public Optional<Seen> look(Ref ref) {
    return server.store.get(ref).map(object -> new Seen(Manifests.ref(object), object));
  }

  @Override
  public List<Seen> look(Kind kind, String namespace) {
    return server.store.list(kind, namespace).stream()
        .map(object -> new Seen(Manifests.ref(object), object))
        .toList();
  }

  @Override
  public VolumeData volumeData() {
    return server.data;
  }

  @Override
  public PodLogs podLogs() {
    return server.logs;
  }

  @Override
  public Instant now() {
    return server.store.now();
  }

  private ObjectNode replace(ObjectNode object, @Nullable ObjectNode applied) {
    var ref = Manifests.ref(object);
    var there = server.store.get(ref).orElseThrow(() -> new ClusterException.NotFound(ref.text()));
    for (var field : List.of("uid", "resourceVersion")) {
      var wanted = object.at("/metadata").path(field).asText("");
      if (!wanted.isEmpty() && !wanted.equals(there.at("/metadata").path(field).asText()))
        throw new ClusterException.Conflict(
            "Operation cannot be fulfilled on " + ref.text() + ": the object has been modified");
    }
    return server.replace(there, object, manager, applied, false).deepCopy();
  }

  /** Removes what a former apply had and this one has not; not inside of lists. */
  private static void cut(ObjectNode object, List<String> path) {
    var node = object;
    for (var token : path.subList(0, path.size() - 1)) {
      if (!token.startsWith("f:") || !(node.get(token.substring(2)) instanceof ObjectNode child))
        return;
      node = child;
    }
    var last = path.getLast();
    if (last.startsWith("f:")) node.remove(last.substring(2));
  }
}
