package dev.salvor.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Seen;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The world of a model that goes by nothing but what it looks at. Remembers what that was: while
 * none of it has changed, and nothing was tried, the model would do nothing again.
 */
final class Witness implements World {
  private final World world;
  private final Store store;
  private final Map<String, Long> seen;
  private final boolean[] tried;

  Witness(World world, Store store) {
    this(world, store, new HashMap<>(), new boolean[1]);
  }

  private Witness(World world, Store store, Map<String, Long> seen, boolean[] tried) {
    this.world = world;
    this.store = store;
    this.seen = seen;
    this.tried = tried;
  }

  /** True if acting once more on this world is no use. */
  boolean idle() {
    if (tried[0]) return false;
    for (var kind : seen.entrySet())
      if (store.changes(kind.getKey()) != kind.getValue()) return false;
    return true;
  }

  @Override
  public Optional<ObjectNode> get(Ref ref) {
    saw(ref.group(), ref.kind());
    return world.get(ref);
  }

  @Override
  public List<ObjectNode> list(Kind kind, String namespace) {
    saw(kind.group(), kind.kind());
    return world.list(kind, namespace);
  }

  @Override
  public Optional<Seen> look(Ref ref) {
    saw(ref.group(), ref.kind());
    return world.look(ref);
  }

  @Override
  public List<Seen> look(Kind kind, String namespace) {
    saw(kind.group(), kind.kind());
    return world.look(kind, namespace);
  }

  @Override
  public ObjectNode create(ObjectNode manifest) {
    tried[0] = true;
    return world.create(manifest);
  }

  @Override
  public ObjectNode update(ObjectNode object) {
    return changing(() -> world.update(object));
  }

  @Override
  public ObjectNode apply(ObjectNode manifest) {
    return changing(() -> world.apply(manifest));
  }

  @Override
  public void delete(Ref ref) {
    tried[0] = true;
    world.delete(ref);
  }

  @Override
  public void deleteNow(Ref ref) {
    tried[0] = true;
    world.deleteNow(ref);
  }

  @Override
  public World as(String manager) {
    return new Witness(world.as(manager), store, seen, tried);
  }

  @Override
  public VolumeData volumeData() {
    throw new IllegalStateException("a model that looks at volumes is not timeless");
  }

  @Override
  public PodLogs podLogs() {
    throw new IllegalStateException("a model that looks at logs is not timeless");
  }

  @Override
  public Instant now() {
    throw new IllegalStateException("a model that looks at the clock is not timeless");
  }

  /** An object that is stored as it was needs no second try. */
  private ObjectNode changing(Supplier<ObjectNode> write) {
    var before = tried[0];
    var version = store.version();
    tried[0] = true;
    var stored = write.get();
    tried[0] = before || store.version() != version;
    return stored;
  }

  private void saw(String group, String kind) {
    var key = Store.kind(group, kind);
    seen.putIfAbsent(key, store.changes(key));
  }
}
