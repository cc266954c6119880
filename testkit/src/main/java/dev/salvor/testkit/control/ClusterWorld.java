package dev.salvor.testkit.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kind;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.PodLogs;
import dev.salvor.testkit.VolumeData;
import dev.salvor.testkit.World;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real cluster with every right, for models, tests and the demo. */
public final class ClusterWorld implements World {
  private static final String JSON = "application/json";
  private static final String APPLY = "application/apply-patch+yaml";
  private static final int ATTEMPTS = 5;

  private final AdminApi api;
  private final String manager;
  private final VolumeData data;
  private final PodLogs logs;

  private ClusterWorld(AdminApi api, String manager, VolumeData data, PodLogs logs) {
    this.api = api;
    this.manager = manager;
    this.data = data;
    this.logs = logs;
  }

  ClusterWorld(AdminApi api, String manager) {
    this(api, manager, new VolumeData(), new PodLogs());
  }

  /** Over a client of whatever cluster. */
  public static ClusterWorld over(KubernetesClient client) {
    return new ClusterWorld(new AdminApi(client), "admin");
  }

  @Override
  public World as(String name) {
    return new ClusterWorld(api, name, data, logs);
  }

  @Override
  public Optional<ObjectNode> get(Ref ref) {
    if (api.served(ref.apiVersion(), ref.kind()).isEmpty()) return Optional.empty();
    return api.get(path(ref)).map(ObjectNode.class::cast);
  }

  @Override
  public List<ObjectNode> list(Kind kind, String namespace) {
    var path =
        AdminApi.root(kind.apiVersion())
            + (namespace.isEmpty() || !kind.namespaced() ? "" : "/namespaces/" + namespace)
            + "/"
            + kind.plural();
    var found = new ArrayList<ObjectNode>();
    for (var item : api.get(path).map(list -> list.path("items")).orElse(none())) {
      var object = (ObjectNode) item;
      object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
      found.add(object);
    }
    return found;
  }

  private static JsonNode none() {
    return JsonNodeFactory.instance.arrayNode();
  }

  @Override
  public ObjectNode create(ObjectNode manifest) {
    var path = collection(Manifests.ref(manifest)) + "?fieldManager=" + manager;
    var created = (ObjectNode) api.send("POST", path, JSON, manifest.toString());
    return withStatus(created, manifest);
  }

  @Override
  public ObjectNode update(ObjectNode object) {
    for (var attempt = 1; ; attempt++) {
      try {
        return replace(object);
      } catch (ClusterException.Conflict e) {
        if (attempt == ATTEMPTS || object.at("/metadata/resourceVersion").isTextual()) throw e;
      }
    }
  }

  private ObjectNode replace(ObjectNode object) {
    var ref = Manifests.ref(object);
    var whole = object.deepCopy();
    if (!whole.at("/metadata/resourceVersion").isTextual()) {
      var there = get(ref).orElseThrow(() -> new ClusterException.NotFound(ref.text()));
      whole.withObject("/metadata").set("resourceVersion", there.at("/metadata/resourceVersion"));
    }
    whole.withObject("/metadata").remove("managedFields");
    var stored =
        (ObjectNode)
            api.send("PUT", path(ref) + "?fieldManager=" + manager, JSON, whole.toString());
    return withStatus(stored, object);
  }

  /** A second request where the kind keeps its status apart. */
  private ObjectNode withStatus(ObjectNode stored, ObjectNode wanted) {
    var ref = Manifests.ref(wanted);
    var status = wanted.path("status");
    var apart = api.served(ref.apiVersion(), ref.kind()).map(AdminApi.Served::status).orElse(false);
    if (status.isMissingNode() || !apart || status.equals(stored.path("status"))) return stored;
    // finalizers may have taken it away in between
    var whole = stored.deepCopy();
    whole.set("status", status);
    whole.withObject("/metadata").remove("managedFields");
    return (ObjectNode)
        api.send("PUT", path(ref) + "/status?fieldManager=" + manager, JSON, whole.toString());
  }

  @Override
  public void delete(Ref ref) {
    delete(ref, JsonNodeFactory.instance.objectNode().put("propagationPolicy", "Background"));
  }

  @Override
  public void deleteNow(Ref ref) {
    delete(
        ref,
        JsonNodeFactory.instance
            .objectNode()
            .put("propagationPolicy", "Background")
            .put("gracePeriodSeconds", 0));
  }

  private void delete(Ref ref, ObjectNode options) {
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    try {
      api.send("DELETE", path(ref), JSON, options.toString());
    } catch (ClusterException.NotFound e) {
      // that is what was wanted
    }
  }

  /** Server-side apply cannot say that a field shall go: then the objects are merged here. */
  @Override
  public ObjectNode apply(ObjectNode manifest) {
    if (hasNull(manifest)) return World.super.apply(manifest);
    var path = path(Manifests.ref(manifest)) + "?force=true&fieldManager=" + manager;
    var stored = (ObjectNode) api.send("PATCH", path, APPLY, manifest.toString());
    return withStatus(stored, manifest);
  }

  private static boolean hasNull(JsonNode node) {
    if (node.isNull()) return true;
    for (var child : node) if (hasNull(child)) return true;
    return false;
  }

  /** Applies every document of a YAML text. */
  public void applyAll(String yaml) {
    Manifests.parse(yaml).forEach(this::apply);
  }

  /** Deletes what these are manifests of. */
  public void deleteAll(List<ObjectNode> manifests) {
    manifests.forEach(manifest -> delete(Manifests.ref(manifest)));
  }

  @Override
  public VolumeData volumeData() {
    return data;
  }

  @Override
  public PodLogs podLogs() {
    return logs;
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  private String path(Ref ref) {
    return collection(ref) + "/" + ref.name();
  }

  private String collection(Ref ref) {
    var served =
        api.served(ref.apiVersion(), ref.kind())
            .orElseThrow(() ->
                new ClusterException.NotFound(
                    "the cluster does not serve " + ref.apiVersion() + " " + ref.kind()));
    return AdminApi.root(ref.apiVersion())
        + (served.namespaced() ? "/namespaces/" + namespace(ref) : "")
        + "/"
        + served.plural();
  }

  private static String namespace(Ref ref) {
    var namespace = ref.namespace();
    if (namespace == null) throw new IllegalArgumentException(ref.text() + " needs a namespace");
    return namespace;
  }
}
