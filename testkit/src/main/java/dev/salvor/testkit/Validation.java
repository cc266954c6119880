package dev.salvor.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What the API server refuses whoever asks: names, missing namespaces, immutable fields. */
final class Validation {
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern LABEL =
      Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?");
  private static final Set<String> VOLUME_FIELDS_THAT_CHANGE =
      Set.of(
          "claimRef",
          "persistentVolumeReclaimPolicy",
          "capacity",
          "accessModes",
          "mountOptions",
          "nodeAffinity",
          "volumeAttributesClassName",
          "storageClassName");

  private final Store store;

  Validation(Store store) {
    this.store = store;
  }

  void create(ObjectNode object, Kind kind) {
    var ref = Manifests.ref(object);
    if (store.get(ref).isPresent())
      throw new ClusterException.AlreadyExists(
          "%s \"%s\" already exists".formatted(kind.resource(), ref.name()));
    var longest = kind.equals(Kinds.NAMESPACE) || kind.equals(Kinds.SERVICE) ? 63 : 253;
    if (ref.name().length() > longest || !NAME.matcher(ref.name()).matches())
      throw invalid(object, "metadata.name: Invalid value: \"" + ref.name() + "\"");
    marks(object);
    if (!kind.namespaced()) {
      if (ref.namespace() != null)
        throw new ClusterException.Invalid(ref.text() + ": the kind is cluster-scoped");
      return;
    }
    if (ref.namespace() == null)
      throw new ClusterException.Invalid(ref.text() + ": metadata.namespace: Required value");
    var namespace = store.get(Kinds.NAMESPACE.ref(ref.namespace()));
    if (namespace.isEmpty())
      throw new ClusterException.NotFound("namespaces \"%s\" not found".formatted(ref.namespace()));
    if (Store.isTerminating(namespace.get()))
      throw new ClusterException.Forbidden(
          "%s \"%s\" is forbidden: unable to create new content in namespace %s because it is being terminated"
              .formatted(kind.resource(), ref.name(), ref.namespace()));
  }

  void update(ObjectNode before, ObjectNode after) {
    marks(after);
    switch (before.path("kind").asText()) {
      case "PersistentVolumeClaim" -> {
        var old = spec(before, List.of("resources", "volumeAttributesClassName"));
        var fresh = spec(after, List.of("resources", "volumeAttributesClassName"));
        if (old.path("volumeName").asText("").isEmpty()) {
          old.remove("volumeName");
          fresh.remove("volumeName");
          if (!old.has("storageClassName")) fresh.remove("storageClassName");
        }
        if (!old.equals(fresh))
          throw invalid(
              before,
              "spec: Forbidden: spec is immutable after creation except resources.requests and"
                  + " volumeAttributesClassName for bound claims");
      }
      case "PersistentVolume" -> {
        if (!spec(before, VOLUME_FIELDS_THAT_CHANGE).equals(spec(after, VOLUME_FIELDS_THAT_CHANGE)))
          throw invalid(
              before,
              "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable"
                  + " after creation");
      }
      case "Job" -> immutable(before, after, "template");
      case "StatefulSet" -> {
        immutable(before, after, "volumeClaimTemplates");
        immutable(before, after, "serviceName");
        immutable(before, after, "selector");
      }
      case "Deployment", "ReplicaSet", "DaemonSet" -> immutable(before, after, "selector");
      default -> {}
    }
  }

  private static void immutable(ObjectNode before, ObjectNode after, String field) {
    if (!before.path("spec").path(field).equals(after.path("spec").path(field)))
      throw invalid(before, "spec." + field + ": Forbidden: field is immutable");
  }

  private static void marks(ObjectNode object) {
    for (var label : object.at("/metadata/labels").properties()) {
      var value = label.getValue().asText();
      if (!label.getValue().isTextual() || value.length() > 63 || !LABEL.matcher(value).matches())
        throw invalid(object, "metadata.labels: Invalid value: " + label);
    }
    var size = 0;
    for (var annotation : object.at("/metadata/annotations").properties()) {
      if (!annotation.getValue().isTextual())
        throw invalid(object, "metadata.annotations: Invalid value: " + annotation);
      size += annotation.getKey().length() + annotation.getValue().asText().length();
    }
    if (size > 256 * 1024)
      throw invalid(object, "metadata.annotations: Too long: may not be more than 262144 bytes");
  }

  private static ObjectNode spec(ObjectNode object, Iterable<String> without) {
    var spec =
        object.get("spec") instanceof ObjectNode there ? there.deepCopy() : object.objectNode();
    without.forEach(spec::remove);
    return spec;
  }

  private static ClusterException invalid(ObjectNode object, String why) {
    return new ClusterException.Invalid(
        "%s \"%s\" is invalid: %s"
            .formatted(object.path("kind").asText(), object.at("/metadata/name").asText(), why));
  }
}
