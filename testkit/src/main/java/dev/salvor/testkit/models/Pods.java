package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.World;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What every controller of pods does: makes them from a template, finds and adopts its own. */
final class Pods {
  private Pods() {}

  /** The claims a pod names, by name. */
  static Set<String> claims(Seen pod) {
    var found = new LinkedHashSet<String>();
    for (var volume : pod.at("/spec/volumes")) {
      var claim = volume.at("/persistentVolumeClaim/claimName").asText("");
      if (!claim.isEmpty()) found.add(claim);
      if (volume.has("ephemeral")) found.add(pod.name() + "-" + volume.path("name").asText());
    }
    return found;
  }

  static boolean isReady(Seen pod) {
    return condition(pod, "Ready") && !pod.terminating();
  }

  static boolean isFinished(Seen pod) {
    return Set.of("Succeeded", "Failed").contains(pod.text("/status/phase"));
  }

  static boolean condition(Seen object, String type) {
    for (var condition : object.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type))
        return condition.path("status").asText().equals("True");
    }
    return false;
  }

  /** A pod as the template of {@code owner} says, owned by it. */
  static ObjectNode from(Seen owner, JsonNode template, String name) {
    var pod = JsonNodeFactory.instance.objectNode();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    var meta = pod.putObject("metadata");
    meta.put("name", name).put("namespace", owner.namespace());
    for (var marks : List.of("labels", "annotations")) {
      if (template.path("metadata").has(marks))
        meta.set(marks, template.path("metadata").get(marks).deepCopy());
    }
    if (template.has("spec")) pod.set("spec", template.get("spec").deepCopy());
    own(pod, owner);
    return pod;
  }

  /** Writes an owner reference to {@code owner} as the controller. */
  static void own(ObjectNode object, Seen owner) {
    object
        .withObject("/metadata")
        .withArray("ownerReferences")
        .addObject()
        .put("apiVersion", owner.ref().apiVersion())
        .put("kind", owner.ref().kind())
        .put("name", owner.name())
        .put("uid", owner.uid())
        .put("controller", true)
        .put("blockOwnerDeletion", true);
  }

  static boolean isOwnedBy(Seen object, Seen owner) {
    for (var one : object.at("/metadata/ownerReferences")) {
      if (one.path("uid").asText().equals(owner.uid())) return true;
    }
    return false;
  }

  static boolean hasController(Seen object) {
    for (var one : object.at("/metadata/ownerReferences")) {
      if (one.path("controller").asBoolean()) return true;
    }
    return false;
  }

  static boolean selects(Seen owner, Seen pod) {
    var labels = owner.at("/spec/selector/matchLabels").properties();
    return !labels.isEmpty()
        && labels.stream()
            .allMatch(label -> pod.label(label.getKey()).equals(label.getValue().asText()));
  }

  /**
   * The living pods of a controller. A pod without controller that its selector matches is adopted,
   * wherever it came from.
   */
  static List<Seen> of(World world, Seen owner) {
    for (var pod : world.look(Kinds.POD, owner.namespace())) {
      if (!pod.terminating() && !hasController(pod) && selects(owner, pod)) {
        var adopted = pod.json().deepCopy();
        own(adopted, owner);
        world.update(adopted);
      }
    }
    return world.look(Kinds.POD, owner.namespace()).stream()
        .filter(pod -> !pod.terminating() && isOwnedBy(pod, owner))
        .toList();
  }
}
