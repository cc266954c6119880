package dev.salvor.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import java.util.Set;

/** What the API server fills in by itself, as far as somebody reads it. */
final class Defaults {
  /** Groups whose kinds were made without the status subresource. */
  private static final Set<String> PLAIN = Set.of("velero.io", "argoproj.io");

  private Defaults() {}

  static boolean hasStatusSubresource(ObjectNode object) {
    return !PLAIN.contains(Manifests.ref(object).group());
  }

  static boolean isRecovery(ObjectNode object) {
    return Manifests.ref(object).group().equals(Marks.GROUP);
  }

  static void fill(ObjectNode object) {
    switch (object.path("kind").asText()) {
      case "Namespace" -> {
        var labels = object.withObject("/metadata").withObject("/labels");
        labels.put("kubernetes.io/metadata.name", object.at("/metadata/name").asText());
        if (!object.path("spec").has("finalizers"))
          object.withObject("/spec").putArray("finalizers").add("kubernetes");
        phase(object, "Active");
      }
      case "PersistentVolume" -> {
        var spec = object.withObject("/spec");
        if (!spec.has("persistentVolumeReclaimPolicy"))
          spec.put("persistentVolumeReclaimPolicy", "Retain");
        if (!spec.has("volumeMode")) spec.put("volumeMode", "Filesystem");
        phase(object, "Pending");
      }
      case "PersistentVolumeClaim" -> {
        if (!object.path("spec").has("volumeMode"))
          object.withObject("/spec").put("volumeMode", "Filesystem");
        phase(object, "Pending");
      }
      case "Pod" -> {
        var spec = object.withObject("/spec");
        if (!spec.has("restartPolicy")) spec.put("restartPolicy", "Always");
        if (!spec.has("serviceAccountName")) spec.put("serviceAccountName", "default");
        phase(object, "Pending");
      }
      case "Deployment", "StatefulSet", "ReplicaSet" -> {
        var spec = object.withObject("/spec");
        if (!spec.has("replicas")) spec.put("replicas", 1);
      }
      case "CronJob", "Job" -> {
        var spec = object.withObject("/spec");
        if (!spec.has("suspend")) spec.put("suspend", false);
      }
      default -> {
        if (isRecovery(object) && !object.has("status"))
          object.withObject("/status").put("observedGeneration", -1);
      }
    }
  }

  private static void phase(ObjectNode object, String phase) {
    var status = object.withObject("/status");
    if (!status.has("phase")) status.put("phase", phase);
  }

  /** A pod that runs is given time to stop. */
  static boolean hasGrace(ObjectNode object) {
    if (!object.path("kind").asText().equals("Pod")) return false;
    var phase = object.path("status").path("phase").asText();
    return object.path("spec").has("nodeName")
        && !phase.equals("Succeeded")
        && !phase.equals("Failed");
  }

  /** In seconds. */
  static int grace(ObjectNode pod) {
    return pod.path("spec").path("terminationGracePeriodSeconds").asInt(30);
  }
}
