package dev.salvor.testkit.models;

import static dev.salvor.testkit.models.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One Cluster in one round: what it asks for and owns, and its status to be written back. */
final class CnpgCluster {
  final World world;
  final ObjectNode json;

  CnpgCluster(World world, ObjectNode json) {
    this.world = world;
    this.json = json;
  }

  static Optional<CnpgCluster> find(World world, String namespace, String name) {
    return world
        .get(Kinds.CLUSTER.ref(namespace, name))
        .map(object -> new CnpgCluster(world, object));
  }

  void save() {
    var stored = world.update(json);
    Json.set(json, "/metadata/resourceVersion", Json.text(stored, "/metadata/resourceVersion"));
  }

  String name() {
    return Json.name(json);
  }

  String namespace() {
    return Json.namespace(json);
  }

  String spec(String pointer) {
    return text(json, "/spec" + pointer);
  }

  JsonNode at(String pointer) {
    return json.at(pointer);
  }

  int instances() {
    return json.at("/spec/instances").asInt(1);
  }

  ObjectNode status() {
    return Json.at(json, "/status");
  }

  String status(String field) {
    return status().path(field).asText("");
  }

  boolean annotated(String key, String value) {
    return Json.annotation(json, key).equals(value);
  }

  /** cluster_funcs.go IsInitialized. */
  boolean isInitialized() {
    return condition("Initialized").equals("True")
        || status().path("latestGeneratedNode").asInt() != 0;
  }

  /** Follows another cluster (cluster_funcs.go IsReplica), and is not promoted yet. */
  boolean isReplica() {
    return json.at("/spec/replica/enabled").asBoolean();
  }

  boolean isHealthy() {
    return status("phase").equals(Cnpg.HEALTHY);
  }

  /** RegisterPhase: Ready is true if and only if the phase is healthy. */
  void phase(String phase, String reason) {
    status().put("phase", phase);
    if (reason.isEmpty()) status().remove("phaseReason");
    else status().put("phaseReason", reason);
    var healthy = phase.equals(Cnpg.HEALTHY);
    condition(
        "Ready",
        healthy,
        healthy ? "ClusterIsReady" : "ClusterIsNotReady",
        healthy ? "Cluster is Ready" : "Cluster Is Not Ready");
  }

  /** "True", "False", or empty without such a condition. */
  String condition(String type) {
    return found(type) instanceof ObjectNode one ? one.path("status").asText() : "";
  }

  String reason(String type) {
    return found(type) instanceof ObjectNode one ? one.path("reason").asText() : "";
  }

  void condition(String type, boolean is, String reason, String message) {
    var own = found(type);
    if (own == null) own = status().withArray("conditions").addObject().put("type", type);
    var value = is ? "True" : "False";
    if (!own.path("status").asText().equals(value))
      own.put("lastTransitionTime", world.now().toString());
    own.put("status", value).put("reason", reason).put("message", message);
  }

  void withoutCondition(String type) {
    var all = status().withArray("conditions");
    for (var i = all.size() - 1; i >= 0; i--) {
      if (all.get(i).path("type").asText().equals(type)) all.remove(i);
    }
  }

  private @Nullable ObjectNode found(String type) {
    for (var one : status().path("conditions")) {
      if (one.path("type").asText().equals(type) && one instanceof ObjectNode condition)
        return condition;
    }
    return null;
  }

  // ---- what belongs to it

  /** By kind and name of the owner, not by its UID (cluster_controller.go IsOwnedByCluster, R1). */
  boolean owns(Seen object) {
    for (var owner : object.at("/metadata/ownerReferences")) {
      if (owner.path("kind").asText().equals("Cluster")
          && owner.path("controller").asBoolean()
          && owner.path("name").asText().equals(name())) return true;
    }
    return false;
  }

  List<Seen> claims() {
    return world.look(Kinds.PVC, namespace()).stream().filter(this::owns).toList();
  }

  List<Seen> jobs() {
    return world.look(Kinds.JOB, namespace()).stream().filter(this::owns).toList();
  }

  /** Pods of instances. */
  List<Seen> pods() {
    return world.look(Kinds.POD, namespace()).stream()
        .filter(this::owns)
        .filter(pod -> pod.label(Cnpg.POD_ROLE).equals("instance"))
        .toList();
  }

  Optional<Seen> pod(String instance) {
    return pods().stream().filter(pod -> pod.name().equals(instance)).findFirst();
  }

  /** Names of the claims of an instance: data first, then WAL, then tablespaces. */
  List<String> expectedClaims(String instance) {
    var names = new ArrayList<String>();
    names.add(instance);
    if (json.at("/spec/walStorage").isObject()) names.add(instance + "-wal");
    for (var tablespace : json.at("/spec/tablespaces"))
      names.add(instance + "-tbs-" + tablespace.path("name").asText());
    return names;
  }

  /** {@code db-2} is 2; 0 if it is no instance of this cluster. */
  static int serial(Seen object) {
    var text = object.annotation(Cnpg.SERIAL);
    return text.matches("[0-9]+") ? Integer.parseInt(text) : 0;
  }

  String instance(int serial) {
    return name() + "-" + serial;
  }

  // ---- its archive

  /** Where it archives to; empty if nowhere. */
  Optional<Prefix> archive() {
    for (var plugin : json.at("/spec/plugins")) {
      if (plugin.path("isWALArchiver").asBoolean() && plugin.path("enabled").asBoolean(true))
        return Optional.of(plugin(plugin, name()));
    }
    var tree = json.at("/spec/backup/barmanObjectStore");
    return tree.isObject() ? Optional.of(tree(tree, name())) : Optional.empty();
  }

  /** Where an external cluster of this name has its archive. */
  Optional<Prefix> external(String source) {
    for (var external : json.at("/spec/externalClusters")) {
      if (!external.path("name").asText().equals(source)) continue;
      if (external.path("plugin").isObject())
        return Optional.of(plugin(external.path("plugin"), name()));
      if (external.path("barmanObjectStore").isObject())
        return Optional.of(tree(external.path("barmanObjectStore"), source));
    }
    return Optional.empty();
  }

  /** An ObjectStore it names is not there: the plugin's hook fails, and every pass with it. */
  boolean lacksStore() {
    var named = new ArrayList<JsonNode>();
    json.at("/spec/plugins").forEach(named::add);
    json.at("/spec/externalClusters").forEach(external -> named.add(external.path("plugin")));
    return named.stream()
        .map(plugin -> plugin.at("/parameters/barmanObjectName").asText(""))
        .anyMatch(store ->
            !store.isEmpty() && world.look(Kinds.OBJECT_STORE.ref(namespace(), store)).isEmpty());
  }

  /** A place in an object store; {@code store} is empty for the archiver in the tree. */
  record Prefix(String destinationPath, String serverName, String store) {
    boolean plugin() {
      return !store.isEmpty();
    }
  }

  private Prefix plugin(JsonNode plugin, String otherwise) {
    var parameters = plugin.path("parameters");
    var store = parameters.path("barmanObjectName").asText();
    var path =
        world
            .look(Kinds.OBJECT_STORE.ref(namespace(), store))
            .map(seen -> seen.text("/spec/configuration/destinationPath"))
            .orElse("");
    return new Prefix(path, parameters.path("serverName").asText(otherwise), store);
  }

  private static Prefix tree(JsonNode tree, String otherwise) {
    return new Prefix(
        tree.path("destinationPath").asText(), tree.path("serverName").asText(otherwise), "");
  }
}
