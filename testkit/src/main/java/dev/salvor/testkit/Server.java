package dev.salvor.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The API server between its callers and the store: kinds, validation, admission; and the two
 * controllers that no cluster is without, the garbage collector and the namespace controller.
 */
final class Server {
  final Store store = new Store();
  final VolumeData data = new VolumeData();
  final PodLogs logs = new PodLogs();
  final List<Admission> admissions = new ArrayList<>();
  final Map<String, Kind> kinds = new LinkedHashMap<>();
  final Set<String> absent = new HashSet<>();
  private final Validation validation = new Validation(store);
  private final Map<String, Integer> names = new HashMap<>();
  private long collected = -1;

  Server() {
    for (var kind : Kinds.ALL) serve(kind);
    serve(Kinds.ROLE_BINDING);
  }

  void serve(Kind kind) {
    kinds.put(kind.group() + "/" + kind.kind(), kind);
    absent.remove(kind.resource());
  }

  boolean serves(Kind kind) {
    return kinds.containsKey(kind.group() + "/" + kind.kind()) && !absent.contains(kind.resource());
  }

  /** Kinds nobody knows yet are taken as a CRD with the usual plural. */
  Kind kind(Ref ref) {
    var known = kinds.get(ref.group() + "/" + ref.kind());
    if (known != null) return known;
    var lower = ref.kind().toLowerCase(Locale.ROOT);
    var plural = lower.endsWith("y") ? lower.substring(0, lower.length() - 1) + "ies" : lower + "s";
    return new Kind(ref.apiVersion(), ref.kind(), plural, ref.namespace() != null);
  }

  ObjectNode create(ObjectNode manifest, String user, boolean applied, boolean dry) {
    var object = manifest;
    var generate = manifest.at("/metadata/generateName").asText("");
    if (!generate.isEmpty() && !manifest.path("metadata").has("name")) {
      object = manifest.deepCopy();
      Store.meta(object)
          .put("name", generate + "%05x".formatted(names.merge(generate, 1, Integer::sum)));
    }
    var kind = kind(Manifests.ref(object));
    if (absent.contains(kind.resource()))
      throw new ClusterException.NotFound("the server could not find the requested resource");
    validation.create(object, kind);
    object = withDefaultClass(object);
    admit(null, object, user);
    return dry ? object : store.create(object, user, applied);
  }

  ObjectNode replace(
      ObjectNode before, ObjectNode after, String user, @Nullable ObjectNode intent, boolean dry) {
    if (!Manifests.ref(before).equals(Manifests.ref(after)))
      throw new ClusterException.Invalid(Manifests.ref(before).text() + ": renamed by an update");
    validation.update(before, after);
    admit(before, after, user);
    return dry ? after : store.replace(before, after, user, intent);
  }

  void delete(ObjectNode object, String user, boolean grace) {
    admit(object, null, user);
    store.delete(object, grace);
  }

  private void admit(@Nullable ObjectNode before, @Nullable ObjectNode after, String user) {
    for (var admission : admissions) {
      var refused = admission.refuse(before, after, user);
      if (refused.isPresent()) throw refused.get();
    }
  }

  private ObjectNode withDefaultClass(ObjectNode object) {
    if (!object.path("kind").asText().equals("PersistentVolumeClaim")
        || object.path("spec").has("storageClassName")) return object;
    for (var storageClass : store.list(Kinds.STORAGE_CLASS, "")) {
      var mark = "storageclass.kubernetes.io/is-default-class";
      if (!storageClass.at("/metadata/annotations").path(mark).asText().equals("true")) continue;
      var filled = object.deepCopy();
      filled
          .withObject("/spec")
          .put("storageClassName", storageClass.at("/metadata/name").asText());
      return filled;
    }
    return object;
  }

  /** One round of the garbage collector and of the namespace controller. */
  void collect() {
    if (store.changes() == collected) return;
    collected = store.changes();
    var all = store.all();
    var alive = new HashSet<String>();
    for (var object : all) alive.add(Store.uid(object));
    for (var object : all) {
      var owners = object.path("metadata").path("ownerReferences");
      if (!owners.isEmpty() && !Store.isTerminating(object) && noneAlive(owners, alive))
        store.delete(object, true);
    }
    for (var namespace : store.list(Kinds.NAMESPACE, "")) {
      if (Store.isTerminating(namespace)) empty(namespace);
    }
  }

  private static boolean noneAlive(JsonNode owners, Set<String> alive) {
    for (var owner : owners) if (alive.contains(owner.path("uid").asText())) return false;
    return true;
  }

  private void empty(ObjectNode namespace) {
    var name = namespace.at("/metadata/name").asText();
    for (var object : inside(name)) store.delete(object, true);
    var left = inside(name);
    if (left.isEmpty()) {
      store.finalizeNamespace(namespace);
      return;
    }
    var told = namespace.deepCopy();
    var conditions = told.withObject("/status").putArray("conditions");
    condition(
        conditions.addObject(),
        "NamespaceContentRemaining",
        "SomeResourcesRemain",
        "Some resources are remaining: "
            + left.stream().map(object -> Manifests.ref(object).text()).toList());
    var finalizers = new ArrayList<String>();
    for (var object : left)
      object.at("/metadata/finalizers").forEach(finalizer -> finalizers.add(finalizer.asText()));
    if (!finalizers.isEmpty())
      condition(
          conditions.addObject(),
          "NamespaceFinalizersRemaining",
          "SomeFinalizersRemain",
          "Some content in the namespace has finalizers remaining: " + finalizers);
    store.replace(namespace, told, "kube-controller-manager", null);
  }

  private static void condition(ObjectNode at, String type, String reason, String message) {
    at.put("type", type).put("status", "True").put("reason", reason).put("message", message);
  }

  private List<ObjectNode> inside(String namespace) {
    return store.all().stream()
        .filter(object -> object.path("metadata").path("namespace").asText("").equals(namespace))
        .filter(object -> kind(Manifests.ref(object)).namespaced())
        .toList();
  }
}
