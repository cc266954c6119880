package dev.salvor.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import io.fabric8.zjsonpatch.DiffFlags;
import io.fabric8.zjsonpatch.JsonDiff;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The real cluster. Reads are quorum reads: no {@code resourceVersion} is sent, so no cache may
 * answer with something older than the last write.
 */
public final class Fabric8Cluster implements ClusterWriter {
  /** Objects in one answer; an expired continuation begins anew. */
  private static final int PAGE = 500;

  private static final int LIST_ATTEMPTS = 3;

  private final Rest reading;
  private final Rest writing;
  private final Discovery discovery;
  private final Reach reach;

  /** With rights everywhere. */
  public Fabric8Cluster(Clients clients) {
    this(clients, new Reach(Set.of()));
  }

  /** With the rights of the chart, in all namespaces or in some. */
  public Fabric8Cluster(Clients clients, Surroundings around) {
    this(clients, Reach.of(around));
  }

  private Fabric8Cluster(Clients clients, Reach reach) {
    this.reach = reach;
    this.reading = new Rest(clients::reading, Clients.TIMEOUT);
    this.writing = new Rest(clients::writing, Clients.TIMEOUT);
    this.discovery = new Discovery(reading);
  }

  @Override
  public Optional<Seen> get(Ref ref) {
    return kindToRead(ref)
        .flatMap(kind -> read(kind, ref.namespace(), path(ref, kind), "reading " + ref.text()))
        .map(json -> new Seen(ref, (ObjectNode) json));
  }

  @Override
  public List<Seen> list(Kind kind, String namespace, Map<String, String> labels) {
    return reach.list(kind, namespace, within -> listAt(kind, within, labels));
  }

  private List<Seen> listAt(Kind kind, String namespace, Map<String, String> labels) {
    for (var attempt = 1; ; attempt++) {
      try {
        return listOnce(kind, namespace, labels);
      } catch (ContinuationExpired e) {
        if (attempt == LIST_ATTEMPTS)
          throw new ClusterException.Unavailable(
              "listing " + kind.plural() + ": the list changes faster than it can be read");
      }
    }
  }

  private List<Seen> listOnce(Kind kind, String namespace, Map<String, String> labels)
      throws ContinuationExpired {
    var deed = "listing " + kind.plural() + (namespace.isEmpty() ? "" : " in " + namespace);
    var query = Rest.path(kind.apiVersion(), kind, namespace, null) + "?limit=" + PAGE;
    if (!labels.isEmpty()) query += "&labelSelector=" + Rest.encode(selector(labels));
    var found = new ArrayList<Seen>();
    var next = "";
    do {
      var page = page(kind, namespace, query, next, deed);
      if (page.isEmpty()) return List.of();
      for (var item : page.get().path("items")) found.add(seen(kind, (ObjectNode) item));
      next = page.get().at("/metadata/continue").asText("");
    } while (!next.isEmpty());
    return List.copyOf(found);
  }

  private Optional<JsonNode> page(
      Kind kind, String namespace, String query, String next, String deed)
      throws ContinuationExpired {
    if (next.isEmpty()) return read(kind, namespace, query, deed);
    try {
      return reading.get(query + "&continue=" + Rest.encode(next), deed);
    } catch (ClusterException.Unavailable e) {
      throw new ContinuationExpired(e);
    }
  }

  /** RBAC is asked before the kind is looked for: what nobody serves is not there, right or no. */
  private Optional<JsonNode> read(Kind kind, @Nullable String namespace, String path, String deed) {
    try {
      return reading.get(path, deed);
    } catch (ClusterException.Forbidden e) {
      if (serves(kind) && !went(namespace)) throw e;
      return Optional.empty();
    }
  }

  /** With a shadow namespace go the rights in it, and all that was in it. */
  private boolean went(@Nullable String namespace) {
    return reach.narrow()
        && namespace != null
        && !namespace.isEmpty()
        && get(Kinds.NAMESPACE.ref(namespace)).isEmpty();
  }

  /** Items of a list of a built-in kind come without apiVersion and kind. */
  private static Seen seen(Kind kind, ObjectNode item) {
    if (!item.has("apiVersion")) item.put("apiVersion", kind.apiVersion());
    if (!item.has("kind")) item.put("kind", kind.kind());
    var meta = item.path("metadata");
    return new Seen(kind.ref(meta.path("namespace").asText(""), meta.path("name").asText()), item);
  }

  private static String selector(Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .sorted()
        .collect(Collectors.joining(","));
  }

  @Override
  public boolean serves(Kind kind) {
    return discovery.find(kind.apiVersion(), kind.kind()).isPresent();
  }

  @Override
  public List<Kind> namespacedKinds() {
    return discovery.namespacedKinds();
  }

  @Override
  public Optional<String> rehearse(Write write) {
    try {
      request(write, "&dryRun=All");
      return Optional.empty();
    } catch (ClusterException.Unavailable | ClusterException.Conflict e) {
      throw e;
    } catch (ClusterException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean allowed(String verb, Kind kind, String namespace) {
    var review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
    review
        .putObject("spec")
        .putObject("resourceAttributes")
        .put("verb", verb)
        .put("group", kind.group())
        .put("version", kind.version())
        .put("resource", kind.plural())
        .put("namespace", kind.namespaced() ? namespace : "");
    return reading
        .send(
            "POST",
            "apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            Rest.JSON,
            review,
            "asking for the permission to " + verb + " " + kind.resource())
        .at("/status/allowed")
        .asBoolean(false);
  }

  @Override
  public String log(Ref pod, String container, int lines) {
    return reading.text(
        path(pod, Kinds.POD)
            + "/log?container="
            + Rest.encode(container)
            + "&tailLines="
            + lines
            + "&limitBytes=1048576",
        "reading the log of " + pod.text());
  }

  @Override
  public Seen write(Write write) {
    return new Seen(write.ref(), (ObjectNode) request(write, ""));
  }

  private JsonNode request(Write write, String more) {
    var ref = write.ref();
    var kind = Kinds.of(ref);
    var query = "?fieldManager=" + Marks.MANAGER + more;
    return switch (write) {
      case Write.Create create ->
          writing.send(
              "POST",
              Rest.path(ref.apiVersion(), kind, namespace(ref, kind), null) + query,
              Rest.JSON,
              create.manifest(),
              "creating " + ref.text());
      case Write.Patch patch ->
          writing.send(
              "PATCH",
              path(ref, kind) + query,
              Rest.JSON_PATCH,
              guarded(patch.before(), patch.after()),
              "changing " + ref.text());
      case Write.StatusPatch patch ->
          writing.send(
              "PATCH",
              path(ref, kind) + "/status" + query,
              Rest.JSON_PATCH,
              guarded(patch.before(), patch.after()),
              "changing the status of " + ref.text());
    };
  }

  /** Moves and copies are left out: a patch should say what it sets. */
  private static JsonNode guarded(Seen before, ObjectNode after) {
    var ops = JsonNodeFactory.instance.arrayNode();
    ops.addObject().put("op", "test").put("path", "/metadata/uid").put("value", before.uid());
    ops.addObject()
        .put("op", "test")
        .put("path", "/metadata/resourceVersion")
        .put("value", before.resourceVersion());
    JsonDiff.asJson(before.json(), after, DiffFlags.dontNormalizeOpIntoMoveAndCopy())
        .forEach(ops::add);
    return ops;
  }

  @Override
  public void delete(Victim victim, String resourceVersion) {
    delete(victim, resourceVersion, JsonNodeFactory.instance.objectNode());
  }

  @Override
  public void expel(Victim pod, String resourceVersion) {
    delete(
        pod, resourceVersion, JsonNodeFactory.instance.objectNode().put("gracePeriodSeconds", 0));
  }

  private void delete(Victim victim, String resourceVersion, ObjectNode options) {
    var ref = victim.ref();
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    options.put("propagationPolicy", "Background");
    options
        .putObject("preconditions")
        .put("uid", victim.uid())
        .put("resourceVersion", resourceVersion);
    try {
      writing.send(
          "DELETE", path(ref, Kinds.of(ref)), Rest.JSON, options, "deleting " + ref.text());
    } catch (ClusterException.NotFound e) {
      return;
    } catch (ClusterException.Conflict e) {
      // either precondition is answered 409: only the object tells which one it was
      if (get(ref).filter(seen -> seen.uid().equals(victim.uid())).isPresent()) throw e;
    }
  }

  private static String path(Ref ref, Kind kind) {
    return Rest.path(ref.apiVersion(), kind, namespace(ref, kind), ref.name());
  }

  private static String namespace(Ref ref, Kind kind) {
    var namespace = ref.namespace();
    if (!kind.namespaced()) return "";
    if (namespace == null || namespace.isEmpty())
      throw new IllegalArgumentException(ref.text() + " needs a namespace");
    return namespace;
  }

  /** Owners may be of any kind; they are only read. */
  private Optional<Kind> kindToRead(Ref ref) {
    return Kinds.ALL.stream()
        .filter(kind -> kind.of(ref))
        .findFirst()
        .or(() -> discovery.find(ref.apiVersion(), ref.kind()));
  }

  private static final class ContinuationExpired extends Exception {
    private static final long serialVersionUID = 1;

    ContinuationExpired(@Nullable Throwable cause) {
      super(cause);
    }
  }
}
