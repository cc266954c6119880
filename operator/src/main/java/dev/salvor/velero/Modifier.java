package dev.salvor.velero;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.VolumeFacts;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.Quantity;
import dev.salvor.kube.Run;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The resource modifier of one Restore (velero internal/resourcemodifiers). What the source says:
 * rules run after Velero's own actions and before the namespace is mapped; conditions look at the
 * object as it was before the first rule; a rule that fails is counted and the object is created
 * without it, which is why every pod is gated by a merge patch, which cannot fail.
 *
 * @param image of the Velero server
 */
record Modifier(Facts facts, Restoring mode, Run run, Map<String, String> mapping, String image) {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Velero's own user in the same place (pkg/restore/actions/pod_volume_restore_action.go). */
  private static final int USER = 1000;

  /** The one data key of the ConfigMap; empty if there is nothing to change. */
  Optional<String> yaml() {
    var rules = JSON.arrayNode();
    if (mode.holds()) {
      merge(rules.addObject(), "pods", "", gate());
      for (var pod : facts.pods())
        held(rules.addObject(), new HeldPod(pod, mode, run, image, user()));
      merge(rules.addObject(), "persistentvolumeclaims", "", claim());
    }
    for (var volume :
        facts.volumes().stream().sorted(Comparator.comparing(VolumeFacts::claim)).toList()) {
      var change = change(volume);
      if (!change.isEmpty())
        merge(rules.addObject(), "persistentvolumeclaims", volume.claim(), change);
    }
    if (!mode.holds()) classes(rules);
    if (rules.isEmpty()) return Optional.empty();
    var all = JSON.objectNode().put("version", "v1");
    all.set("resourceModifierRules", rules);
    try {
      return Optional.of(YAML.writeValueAsString(all));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Hooks go too: a gated pod would keep Velero waiting for them (swap.md H4). */
  private ObjectNode gate() {
    var patch = JSON.objectNode();
    nulls(patch.putObject("metadata").putObject("annotations"), Tracking.HOOKS);
    patch.putObject("spec").putArray("schedulingGates").addObject().put("name", Marks.GATE);
    return patch;
  }

  /**
   * For every claim, also one that comes along with a pod and stays empty: it must not name the
   * volume of the living one.
   */
  private ObjectNode claim() {
    var patch = JSON.objectNode();
    if (mode == Restoring.BESIDE) {
      var metadata = patch.putObject("metadata");
      nulls(metadata.putObject("labels"), Tracking.LABELS);
      nulls(metadata.putObject("annotations"), Tracking.ANNOTATIONS);
      metadata.putNull("finalizers");
    } else {
      patch.putObject("metadata").putObject("labels").putNull(Marks.EXCLUDE_FROM_BACKUP);
    }
    patch.putObject("spec").putNull("volumeName");
    return patch;
  }

  /** What one claim needs beyond that. */
  private ObjectNode change(VolumeFacts volume) {
    var patch = JSON.objectNode();
    var content = volume.content();
    if (content == null) return patch;
    var spec = JSON.objectNode();
    if (content.method() == Method.FileSystem) {
      // swap.md B15: the claim would wait for a snapshot or a populator
      spec.putNull("dataSource").putNull("dataSourceRef");
    }
    if (mode.holds()) {
      var mapped = mapping.get(content.storageClass() == null ? "" : content.storageClass());
      if (mapped != null) spec.put("storageClassName", mapped);
      var size = size(volume, content.request());
      if (!size.isEmpty()) spec.putObject("resources").putObject("requests").put("storage", size);
    }
    if (!spec.isEmpty()) patch.set("spec", spec);
    return patch;
  }

  /** swap.md B10: the living claim may have been expanded; empty if the backup asked for most. */
  private static String size(VolumeFacts volume, long request) {
    var manifest = volume.manifest();
    var asked = manifest == null ? "" : manifest.at("/spec/resources/requests/storage").asText("");
    var live = Quantity.bytes(asked);
    var old = volume.old() == null ? 0 : volume.old().bytes();
    if (Math.max(live, old) <= request) return "";
    return live >= old ? asked : Long.toString(old);
  }

  private void classes(ArrayNode rules) {
    new TreeMap<>(mapping)
        .forEach((from, into) -> {
          var patch = JSON.objectNode();
          patch.putObject("spec").put("storageClassName", into);
          var rule = rules.addObject();
          merge(rule, "persistentvolumeclaims", "", patch);
          rule.withObject("/conditions")
              .putArray("matches")
              .addObject()
              .put("path", "/spec/storageClassName")
              .put("value", from);
        });
  }

  private void held(ObjectNode rule, HeldPod held) {
    conditions(rule, "pods", held.pod().name());
    var patches = rule.putArray("patches");
    for (var operation : held.patch()) {
      var patch = patches.addObject().put("operation", operation.operation());
      if (operation.from() != null) patch.put("from", operation.from());
      patch.put("path", operation.path());
      if (operation.value() != null) patch.put("value", operation.value());
    }
  }

  private void merge(ObjectNode rule, String resource, String name, ObjectNode patch) {
    conditions(rule, resource, name);
    rule.putArray("mergePatches").addObject().put("patchData", patch.toString());
  }

  /** The namespace is the original one, also when it is mapped. */
  private void conditions(ObjectNode rule, String resource, String name) {
    var conditions = rule.putObject("conditions").put("groupResource", resource);
    conditions.putArray("namespaces").add(facts.knownTarget().namespace());
    if (!name.isEmpty()) conditions.put("resourceNameRegex", "^" + name.replace(".", "\\.") + "$");
  }

  /** OpenShift gives every namespace its own range of users and takes no other. */
  private @Nullable Integer user() {
    return facts.knownTarget().annotations().keySet().stream()
            .anyMatch(key -> key.startsWith("openshift.io/sa.scc"))
        ? null
        : USER;
  }

  private static void nulls(ObjectNode object, Collection<String> keys) {
    keys.forEach(object::putNull);
  }
}
