package dev.salvor.testkit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import dev.salvor.testkit.Recorded.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operator's side of {@link FakeCluster}: permissions, faults, rules and the record. */
final class OperatorWrites {
  private record Denial(String verb, String resource, String namespace) {}

  private final Server server;
  private final Rules rules;
  private final List<Recorded> writes = new ArrayList<>();
  private final Map<Integer, Fault> byNumber = new HashMap<>();
  private final Set<Denial> denials = new HashSet<>();
  private FaultPlan plan = _ -> null;
  private boolean away;

  OperatorWrites(Server server) {
    this.server = server;
    this.rules = new Rules(server.store);
  }

  List<Recorded> writes() {
    return writes;
  }

  void fault(int number, Fault fault) {
    byNumber.put(number, fault);
  }

  void faults(FaultPlan asked) {
    plan = asked;
  }

  void away(boolean gone) {
    away = gone;
  }

  void deny(String verb, Kind kind, String namespace) {
    denials.add(new Denial(verb, kind.resource(), namespace));
  }

  void permit(String verb, Kind kind, String namespace) {
    denials.remove(new Denial(verb, kind.resource(), namespace));
  }

  /** Throws if the API server does not answer. */
  void reach() {
    if (away) throw new ClusterException.Unavailable("the API server does not answer");
  }

  boolean allowed(String verb, Kind kind, String namespace) {
    reach();
    return denials.stream()
        .noneMatch(denial ->
            denial.resource().equals(kind.resource())
                && (denial.verb().equals("*") || denial.verb().equals(verb))
                && (denial.namespace().isEmpty() || denial.namespace().equals(namespace)));
  }

  Optional<Seen> get(Ref ref) {
    reach();
    if (!server.serves(server.kind(ref))) return Optional.empty();
    permitted("get", ref);
    return server.store.get(ref).map(this::seen);
  }

  List<Seen> list(Kind kind, String namespace, Map<String, String> labels) {
    var allowed = allowed("list", kind, namespace);
    if (!server.serves(kind)) return List.of();
    if (!allowed)
      throw new ClusterException.Forbidden(
          "%s is forbidden: User \"salvor\" cannot list".formatted(kind.resource()));
    return server.store.list(kind, namespace).stream()
        .filter(object -> carries(object, labels))
        .map(this::seen)
        .toList();
  }

  Seen write(Write write) {
    return switch (write) {
      case Write.Create(var manifest) ->
          seen(
              attempt(
                  Verb.CREATE,
                  write.ref(),
                  null,
                  withoutStatus(manifest),
                  () -> make(write, false)));
      case Write.Patch(var before, var after) ->
          seen(attempt(Verb.PATCH, write.ref(), before.json(), after, () -> make(write, false)));
      case Write.StatusPatch(var before, var after) ->
          seen(attempt(Verb.PATCH, write.ref(), before.json(), after, () -> make(write, false)));
    };
  }

  Optional<String> rehearse(Write write) {
    reach();
    try {
      make(write, true);
      return Optional.empty();
    } catch (ClusterException.Unavailable | ClusterException.Conflict unanswered) {
      throw unanswered;
    } catch (ClusterException refused) {
      return Optional.of(String.valueOf(refused.getMessage()));
    }
  }

  ObjectNode status(ObjectNode object) {
    var ref = Manifests.ref(object);
    return attempt(
        Verb.STATUS,
        ref,
        object,
        object,
        () -> {
          var there = current(ref, uid(object), version(object));
          // no copy: what was handed over is nobody's any more, and a second time changes nothing
          return server.store.status(
              there, Stored.withoutNulls(object.path("status")), Marks.MANAGER);
        });
  }

  void delete(Victim victim, String resourceVersion, boolean grace) {
    var there = server.store.get(victim.ref());
    attempt(
        Verb.DELETE,
        victim.ref(),
        there.orElse(null),
        null,
        () -> {
          permitted("delete", victim.ref());
          if (there.isEmpty() || !Store.uid(there.get()).equals(victim.uid())) return null;
          var object = current(victim.ref(), victim.uid(), resourceVersion);
          rules.delete(object);
          server.delete(object, Marks.MANAGER, grace);
          rules.deleted(object);
          return object;
        });
  }

  private ObjectNode make(Write write, boolean dry) {
    switch (write) {
      case Write.Create(var manifest) -> {
        permitted("create", write.ref());
        if (manifest.path("metadata").has("resourceVersion"))
          throw new ClusterException.Invalid(
              "resourceVersion should not be set on objects to be created");
        return server.create(withoutStatus(manifest), Marks.MANAGER, false, dry);
      }
      case Write.Patch(var before, var after) -> {
        permitted("patch", write.ref());
        var there = current(before.ref(), before.uid(), before.resourceVersion());
        var wanted = after.deepCopy();
        if (Defaults.hasStatusSubresource(there)) {
          wanted.remove("status");
          if (there.has("status")) wanted.set("status", there.get("status"));
        }
        if (!dry) rules.patch(there, wanted);
        return server.replace(there, wanted, Marks.MANAGER, null, dry);
      }
      case Write.StatusPatch(var before, var after) -> {
        permitted("patch", write.ref());
        var there = current(before.ref(), before.uid(), before.resourceVersion());
        return server.store.status(there, after.path("status").deepCopy(), Marks.MANAGER);
      }
    }
  }

  /** One numbered write, with whatever is to happen to it. */
  private ObjectNode attempt(
      Verb verb,
      Ref ref,
      @Nullable ObjectNode before,
      @Nullable ObjectNode after,
      Supplier<@Nullable ObjectNode> call) {
    reach();
    var number = writes.size() + 1;
    var kind = server.kind(ref);
    var uid = before == null ? "" : Store.uid(before);
    var now = server.store.now();
    var site = verb == Verb.STATUS ? "" : CallSite.here();
    var asked = new Recorded(number, verb, kind, ref, uid, false, null, now, before, after, site);
    var fault = byNumber.containsKey(number) ? byNumber.get(number) : plan.on(asked);
    var planned = new Recorded(number, verb, kind, ref, uid, false, fault, now, before, null, site);
    writes.add(planned);
    if (fault != null) before(fault, planned);
    var done = call.get();
    var result = done == null ? JsonNodeFactory.instance.objectNode() : done;
    writes.set(
        number - 1,
        new Recorded(
            number,
            verb,
            kind,
            ref,
            done == null ? uid : Store.uid(done),
            done != null,
            fault,
            now,
            before,
            verb == Verb.DELETE ? null : done,
            site));
    if (fault == Fault.CRASH_AFTER) throw new Killed("after write " + planned);
    if (fault == Fault.LOST_REPLY)
      throw new ClusterException.Unavailable("the reply was lost: " + planned);
    return result;
  }

  private static void before(Fault fault, Recorded write) {
    switch (fault) {
      case CRASH_BEFORE -> throw new Killed("before write " + write);
      case CONFLICT ->
          throw new ClusterException.Conflict("the object has been modified: " + write);
      case FORBIDDEN ->
          throw new ClusterException.Forbidden(write.ref().text() + " is forbidden: " + write);
      case INVALID -> throw new ClusterException.Invalid(write.ref().text() + " is invalid");
      case UNAVAILABLE -> throw new ClusterException.Unavailable("no answer to " + write);
      case CRASH_AFTER, LOST_REPLY -> {}
    }
  }

  private ObjectNode current(Ref ref, String uid, String resourceVersion) {
    var there =
        server
            .store
            .get(ref)
            .orElseThrow(() -> new ClusterException.NotFound(ref.text() + " not found"));
    if (!Store.uid(there).equals(uid) || !version(there).equals(resourceVersion))
      throw new ClusterException.Conflict(
          "Operation cannot be fulfilled on " + ref.text() + ": the object has been modified");
    return there;
  }

  private void permitted(String verb, Ref ref) {
    var kind = server.kind(ref);
    var namespace = ref.namespace();
    if (!allowed(verb, kind, namespace == null ? "" : namespace))
      throw new ClusterException.Forbidden(
          "%s \"%s\" is forbidden: User \"salvor\" cannot %s resource \"%s\""
              .formatted(kind.resource(), ref.name(), verb, kind.plural()));
  }

  private static ObjectNode withoutStatus(ObjectNode manifest) {
    if (!Defaults.hasStatusSubresource(manifest) || !manifest.has("status")) return manifest;
    var stripped = manifest.deepCopy();
    stripped.remove("status");
    return stripped;
  }

  private static boolean carries(ObjectNode object, Map<String, String> labels) {
    var there = object.at("/metadata/labels");
    return labels.entrySet().stream()
        .allMatch(label -> there.path(label.getKey()).asText("").equals(label.getValue()));
  }

  private Seen seen(ObjectNode object) {
    return new Seen(Manifests.ref(object), server.store.shown(object));
  }

  private static String uid(ObjectNode object) {
    return Store.uid(object);
  }

  private static String version(ObjectNode object) {
    return object.at("/metadata/resourceVersion").asText();
  }
}
