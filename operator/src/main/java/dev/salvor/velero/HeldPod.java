package dev.salvor.velero;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.PodFacts;
import dev.salvor.kube.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns a pod of the backup into one that holds its volumes and does nothing: nothing of the
 * application but its volumes comes along (DESIGN D1). One JSON patch: all of it, or nothing and
 * the pod stays gated.
 *
 * @param image that of the Velero server, which has the command that waits for ever (experiments
 *     E-1)
 * @param user the user the hold runs as; null to let the cluster choose (OpenShift)
 */
record HeldPod(PodFacts pod, Restoring mode, Run run, String image, @Nullable Integer user) {
  /** Name of the container that does nothing. */
  static final String CONTAINER = "hold";

  /** Name of the container that Velero puts first (velero pkg/restorehelper). */
  static final String WAIT = "restore-wait";

  /** Where Velero's container is laid while the others are thrown away. */
  private static final String ASIDE = "/salvorRestoreWait";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Fields that share the node with the pod; false is their default. */
  private static final List<String> SHARING =
      List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace");

  /** Fields that demand something a held pod has no use for, or that its namespace lacks. */
  private static final List<String> DEMANDS =
      List.of(
          "activeDeadlineSeconds",
          "ephemeralContainers",
          "imagePullSecrets",
          "overhead",
          "preemptionPolicy",
          "priorityClassName",
          "readinessGates",
          "resourceClaims",
          "resources",
          "runtimeClassName");

  /** One operation of Velero's JSON patch; it writes the value as a string. */
  record Operation(String operation, @Nullable String from, String path, @Nullable String value) {
    static Operation add(String path, JsonNode value) {
      return new Operation(
          "add", null, path, value.isTextual() ? value.asText() : value.toString());
    }

    static Operation add(String path, String text) {
      return new Operation("add", null, path, text);
    }

    static Operation move(String from, String to) {
      return new Operation("move", from, to, null);
    }

    static Operation test(String path, String text) {
      return new Operation("test", null, path, text);
    }
  }

  List<Operation> patch() {
    var patch = new ArrayList<Operation>();
    if (pod.fileSystem()) {
      // whatever stands behind it, own init containers or those of hooks, goes
      patch.add(Operation.test("/spec/initContainers/0/name", WAIT));
      patch.add(Operation.move("/spec/initContainers/0", ASIDE));
      patch.add(Operation.add("/spec/initContainers", JSON.arrayNode()));
      patch.add(Operation.move(ASIDE, "/spec/initContainers/0"));
    } else {
      patch.add(Operation.add("/spec/initContainers", JSON.arrayNode()));
    }
    patch.add(Operation.add("/spec/containers", JSON.arrayNode().add(container())));
    patch.add(Operation.add("/spec/volumes", volumes()));
    patch.add(Operation.add("/spec/restartPolicy", "Always"));
    patch.add(Operation.add("/spec/terminationGracePeriodSeconds", JSON.numberNode(1)));
    patch.add(Operation.add("/spec/serviceAccountName", "default"));
    patch.add(Operation.add("/spec/serviceAccount", "default"));
    patch.add(Operation.add("/spec/automountServiceAccountToken", JSON.booleanNode(false)));
    patch.add(Operation.add("/spec/enableServiceLinks", JSON.booleanNode(false)));
    for (var field : SHARING)
      if (pod.fields().contains(field))
        patch.add(Operation.add("/spec/" + field, JSON.booleanNode(false)));
    // null takes a field away whether Velero kept it or not; "remove" would fail if it did not
    for (var field : DEMANDS)
      if (pod.fields().contains(field)) patch.add(Operation.add("/spec/" + field, JSON.nullNode()));
    var placement = placement();
    for (var field : List.of("affinity", "topologySpreadConstraints"))
      if (placement.has(field)) patch.add(Operation.add("/spec/" + field, placement.path(field)));
    patch.add(Operation.add("/metadata/labels", labels()));
    patch.add(Operation.add("/metadata/annotations", JSON.objectNode()));
    patch.add(Operation.add("/metadata/finalizers", JSON.arrayNode()));
    patch.add(Operation.add("/spec/schedulingGates", JSON.arrayNode()));
    return patch;
  }

  /** Names of the init containers, containers and volumes that the pod must have in the end. */
  static boolean asPlanned(PodFacts planned, JsonNode spec) {
    var waits = planned.fileSystem() ? List.of(WAIT) : List.<String>of();
    return names(spec.path("initContainers")).equals(waits)
        && names(spec.path("containers")).equals(List.of(CONTAINER))
        && names(spec.path("volumes")).stream()
            .sorted()
            .toList()
            .equals(planned.volumes().keySet().stream().sorted().toList());
  }

  private static List<String> names(JsonNode list) {
    var names = new ArrayList<String>();
    list.forEach(item -> names.add(item.path("name").asText()));
    return names;
  }

  private ObjectNode container() {
    var container = JSON.objectNode();
    container.put("name", CONTAINER).put("image", image);
    container.putArray("command").add("/velero-restore-helper").add("never");
    var resources = container.putObject("resources");
    resources.putObject("requests").put("cpu", "10m").put("memory", "32Mi");
    resources.putObject("limits").put("cpu", "100m").put("memory", "64Mi");
    var context = container.putObject("securityContext");
    context.put("allowPrivilegeEscalation", false).put("readOnlyRootFilesystem", true);
    context.put("runAsNonRoot", true);
    if (user != null) context.put("runAsUser", user);
    context.putObject("capabilities").putArray("drop").add("ALL");
    context.putObject("seccompProfile").put("type", "RuntimeDefault");
    return container;
  }

  /** Claims that are filled, and an empty folder for what goes with the pod. */
  private ArrayNode volumes() {
    var volumes = JSON.arrayNode();
    new TreeMap<>(pod.volumes())
        .forEach((name, claim) -> {
          var volume = volumes.addObject().put("name", name);
          if (claim.isEmpty()) volume.putObject("emptyDir");
          else volume.putObject("persistentVolumeClaim").put("claimName", claim);
        });
    return volumes;
  }

  private ObjectNode placement() {
    var placement = pod.placement();
    return placement == null
        ? JSON.objectNode()
        : Placement.held(placement, Tracking.renaming(mode));
  }

  private ObjectNode labels() {
    var labels = JSON.objectNode();
    Tracking.held(pod.labels(), Tracking.renaming(mode)).forEach(labels::put);
    labels.put(Marks.HELD_POD, "true").put(Marks.RUN, run.uid());
    return labels;
  }
}
