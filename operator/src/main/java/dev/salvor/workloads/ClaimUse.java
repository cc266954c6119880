package dev.salvor.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Which claims of its namespace an object names. */
final class ClaimUse {
  private ClaimUse() {}

  /** By a live pod, whatever its phase: pvc-protection does not ask for it either (swap.md B8). */
  static Set<String> ofPod(Seen pod) {
    var claims = ofPodSpec(pod.at("/spec"));
    claims.addAll(ephemeral(pod));
    return claims;
  }

  /**
   * The claims of a pod's generic ephemeral volumes, which are named after the pod and go with it
   * (kubernetes component-helpers storage/ephemeral/ephemeral.go).
   */
  static Set<String> ephemeral(Seen pod) {
    var claims = new LinkedHashSet<String>();
    for (var volume : pod.at("/spec/volumes")) {
      if (volume.has("ephemeral")) claims.add(pod.name() + "-" + volume.path("name").asText());
    }
    return claims;
  }

  /** By the pods that a workload makes: now, or once it is scaled or its time comes. */
  static Set<String> ofWorkload(Seen workload, Set<String> existing) {
    var claims = ofPodSpec(workload.at(template(workload)));
    if (Kinds.STATEFUL_SET.of(workload.ref())) {
      for (var claim : existing) if (belongsTo(workload, claim)) claims.add(claim);
    }
    return claims;
  }

  /** Those of them that its pods mount at the replica count {@code replicas}. */
  static Set<String> inUse(Seen workload, Set<String> existing, int replicas) {
    var claims = ofPodSpec(workload.at(template(workload)));
    var first = (int) workload.number("/spec/ordinals/start", 0);
    for (var template : workload.at("/spec/volumeClaimTemplates")) {
      var prefix = template.at("/metadata/name").asText() + "-" + workload.name() + "-";
      IntStream.range(first, first + replicas)
          .mapToObj(ordinal -> prefix + ordinal)
          .filter(existing::contains)
          .forEach(claims::add);
    }
    return claims;
  }

  /** True if this is a claim that the StatefulSet makes, or would make at some replica count. */
  static boolean belongsTo(Seen statefulSet, String claim) {
    for (var template : statefulSet.at("/spec/volumeClaimTemplates")) {
      var prefix = template.at("/metadata/name").asText() + "-" + statefulSet.name() + "-";
      if (Pattern.matches(Pattern.quote(prefix) + "\\d+", claim)) return true;
    }
    return false;
  }

  static String template(Seen workload) {
    return Kinds.CRON_JOB.of(workload.ref())
        ? "/spec/jobTemplate/spec/template/spec"
        : "/spec/template/spec";
  }

  private static Set<String> ofPodSpec(JsonNode spec) {
    var claims = new LinkedHashSet<String>();
    for (var volume : spec.path("volumes")) {
      var claim = volume.at("/persistentVolumeClaim/claimName").asText("");
      if (!claim.isEmpty()) claims.add(claim);
    }
    return claims;
  }
}
