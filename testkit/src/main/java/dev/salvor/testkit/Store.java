package dev.salvor.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The objects, with what the API server does to each of them: UIDs, resourceVersions, generations,
 * finalizers, graceful deletion. Nodes in here are never changed in place.
 */
final class Store {
  /** What nobody but the API server writes in metadata. */
  private static final List<String> SERVERS_OWN =
      List.of(
          "uid",
          "creationTimestamp",
          "generation",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "resourceVersion");

  private record Key(String group, String kind, String namespace, String name) {}

  /**
   * The object without its managedFields, and those; its {@link Standing} once it was asked for.
   */
  private record Entry(ObjectNode json, Managers managers, ArrayNode fields, long[] standing) {
    long stands() {
      if (standing[0] == 0) standing[0] = Standing.of(json);
      return standing[0];
    }
  }

  private final Map<String, Map<Key, Entry>> kinds = new LinkedHashMap<>();
  private final Map<String, Long> changes = new HashMap<>();
  private final Uids uids = new Uids();
  private long version = 100;
  private long told;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  Instant now() {
    return now;
  }

  void clock(Instant time) {
    now = time;
  }

  /** Grows with every change. */
  long version() {
    return version;
  }

  /** The same without what recoveries tell of themselves: no controller but Salvor goes by that. */
  long changes() {
    return version - told;
  }

  /** The same for one {@link #kind}. */
  long changes(String kind) {
    return changes.getOrDefault(kind, 0L);
  }

  static String kind(String group, String kind) {
    return group + "/" + kind;
  }

  Optional<ObjectNode> get(Ref ref) {
    var key = key(ref);
    return Optional.ofNullable(of(key.group(), key.kind()).get(key)).map(Entry::json);
  }

  List<ObjectNode> list(Kind kind, String namespace) {
    var found = new ArrayList<ObjectNode>();
    of(kind.group(), kind.kind())
        .forEach((key, entry) -> {
          if (namespace.isEmpty() || key.namespace().equals(namespace)) found.add(entry.json());
        });
    return found;
  }

  /** How everything stands; see {@link Standing}. */
  long standing() {
    var sum = 0L;
    for (var map : kinds.values())
      for (var entry : map.entrySet())
        sum += Standing.mixed(entry.getKey().hashCode() ^ entry.getValue().stands());
    return sum;
  }

  /** Every object there is. */
  List<ObjectNode> all() {
    var found = new ArrayList<ObjectNode>();
    kinds.values().forEach(map -> map.values().forEach(entry -> found.add(entry.json())));
    return found;
  }

  ObjectNode create(ObjectNode manifest, String manager, boolean applied) {
    var object = manifest.deepCopy();
    var meta = meta(object);
    var intent = applied ? object.deepCopy() : null;
    meta.remove("managedFields");
    meta.remove("deletionTimestamp");
    meta.put("uid", uids.next(Manifests.ref(object)));
    meta.put("creationTimestamp", time());
    meta.put("generation", 1);
    Defaults.fill(object);
    Stored.normalize(object);
    withoutEmpty(meta);
    return put(
        object, Managers.NONE.after(manager, applied ? "Apply" : "Update", null, object, intent));
  }

  /**
   * Replaces {@code before}, which must be what is stored. Returns what is stored then; an object
   * that was only held by finalizers is gone.
   */
  ObjectNode replace(
      ObjectNode before, ObjectNode wanted, String manager, @Nullable ObjectNode intent) {
    Stored.normalize(wanted);
    if (intent == null && before.equals(wanted)) return before;
    var object = wanted.deepCopy();
    var meta = meta(object);
    for (var field : SERVERS_OWN) {
      var value = before.path("metadata").get(field);
      if (value == null) meta.remove(field);
      else meta.set(field, value);
    }
    meta.remove("managedFields");
    withoutEmpty(meta);
    if (intent == null && before.equals(object)) return before;
    var entry = of(before).get(key(Manifests.ref(before)));
    if (entry == null) throw new ClusterException.NotFound(Manifests.ref(before).text());
    var managers =
        entry
            .managers()
            .after(manager, intent != null ? "Apply" : "Update", before, object, intent);
    if (before.equals(object) && managers.equals(entry.managers())) return before;
    if (specChanged(before, object)) meta.put("generation", meta.path("generation").asInt() + 1);
    var stored = put(object, managers);
    if (isTerminating(stored) && isFree(stored) && isOver(stored)) remove(stored);
    return stored;
  }

  /** Replaces nothing but the status of what is stored; the rest is shared, not copied. */
  ObjectNode status(ObjectNode before, JsonNode status, String manager) {
    var object = before.objectNode();
    object.setAll(before);
    object.set("metadata", before.path("metadata").deepCopy());
    Stored.normalize(status);
    object.set("status", status);
    if (before.equals(object)) return before;
    var entry = of(before).get(key(Manifests.ref(before)));
    if (entry == null) throw new ClusterException.NotFound(Manifests.ref(before).text());
    told++;
    return put(object, entry.managers().told(manager));
  }

  /** DELETE. With {@code grace} a running pod stays until its kubelet is done with it. */
  void delete(ObjectNode object, boolean grace) {
    var waits = !isFree(object) || (grace && Defaults.hasGrace(object));
    if (!waits) {
      remove(object);
      return;
    }
    if (isTerminating(object)) return;
    var dying = object.deepCopy();
    var meta = meta(dying);
    meta.put("deletionTimestamp", time());
    meta.put(
        "deletionGracePeriodSeconds",
        grace && Defaults.hasGrace(object) ? Defaults.grace(object) : 0);
    if (dying.path("kind").asText().equals("Namespace"))
      dying.withObject("/status").put("phase", "Terminating");
    var entry = of(object).get(key(Manifests.ref(object)));
    if (entry != null) put(dying, entry.managers());
  }

  /** The namespace controller found it empty: its own finalizer is off. */
  void finalizeNamespace(ObjectNode namespace) {
    var done = namespace.deepCopy();
    done.withObject("/spec").putArray("finalizers");
    if (isFree(done)) remove(namespace);
  }

  /** With managedFields, as the API server shows it; to be read only. */
  ObjectNode shown(ObjectNode stored) {
    var copy = stored.objectNode();
    copy.setAll(stored);
    copy.set("metadata", meta(stored).objectNode().setAll(meta(stored)));
    var entry = of(stored).get(key(Manifests.ref(stored)));
    if (entry != null) meta(copy).set("managedFields", entry.fields());
    return copy;
  }

  Managers managers(ObjectNode object) {
    var entry = of(object).get(key(Manifests.ref(object)));
    return entry == null ? Managers.NONE : entry.managers();
  }

  static boolean isTerminating(ObjectNode object) {
    return object.path("metadata").has("deletionTimestamp");
  }

  static String uid(ObjectNode object) {
    return object.path("metadata").path("uid").asText();
  }

  static ObjectNode meta(ObjectNode object) {
    return object.get("metadata") instanceof ObjectNode meta ? meta : object.putObject("metadata");
  }

  private ObjectNode put(ObjectNode object, Managers managers) {
    var meta = meta(object);
    meta.put("resourceVersion", Long.toString(change(object)));
    var fields = managers.json(object.path("apiVersion").asText(), time());
    of(object).put(key(Manifests.ref(object)), new Entry(object, managers, fields, new long[1]));
    return object;
  }

  private void remove(ObjectNode object) {
    change(object);
    of(object).remove(key(Manifests.ref(object)));
  }

  private long change(ObjectNode object) {
    var ref = Manifests.ref(object);
    changes.merge(kind(ref.group(), ref.kind()), 1L, Long::sum);
    return ++version;
  }

  private static boolean isFree(ObjectNode object) {
    return object.path("metadata").path("finalizers").isEmpty()
        && !(object.path("kind").asText().equals("Namespace")
            && !object.path("spec").path("finalizers").isEmpty());
  }

  /**
   * A pod that was told to go is not gone by the next label that somebody sets on it (apiserver
   * v0.34 pkg/registry/generic/registry/store.go, ShouldDeleteDuringUpdate).
   */
  private static boolean isOver(ObjectNode object) {
    return object.path("metadata").path("deletionGracePeriodSeconds").asInt() == 0;
  }

  /** The API server stores no empty maps and lists here. */
  private static void withoutEmpty(ObjectNode meta) {
    for (var field : List.of("labels", "annotations", "finalizers", "ownerReferences")) {
      if (meta.has(field) && meta.get(field).isEmpty()) meta.remove(field);
    }
  }

  private static boolean specChanged(ObjectNode before, ObjectNode after) {
    var status = Defaults.hasStatusSubresource(before);
    var fields = new LinkedHashSet<String>();
    before.fieldNames().forEachRemaining(fields::add);
    after.fieldNames().forEachRemaining(fields::add);
    fields.remove("metadata");
    if (status) fields.remove("status");
    return fields.stream().anyMatch(field -> !before.path(field).equals(after.path(field)));
  }

  private String time() {
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private Map<Key, Entry> of(ObjectNode object) {
    var ref = Manifests.ref(object);
    return of(ref.group(), ref.kind());
  }

  private Map<Key, Entry> of(String group, String kind) {
    return kinds.computeIfAbsent(kind(group, kind), _ -> new LinkedHashMap<>());
  }

  private static Key key(Ref ref) {
    var namespace = ref.namespace();
    return new Key(ref.group(), ref.kind(), namespace == null ? "" : namespace, ref.name());
  }
}
