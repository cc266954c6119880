package dev.salvor.workloads;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import java.util.Map;

/**
 * A Job beside the copy, for one question: its pods may be where the copy's instance may, and may
 * do nothing else.
 *
 * @param labels of the Job and its pods
 * @param tries how many pods it gets
 * @param seconds how long each of them may take
 */
record CopyJob(Ref ref, Map<String, String> labels, int tries, long seconds) {
  private static final int MARGIN_SECONDS = 30;

  /**
   * @param template of {@link #template}
   */
  Write.Create create(ObjectNode template) {
    var job = Json.object().put("apiVersion", Kinds.JOB.apiVersion()).put("kind", Kinds.JOB.kind());
    var metadata =
        job.putObject("metadata").put("name", ref.name()).put("namespace", ref.namespace());
    mark(metadata);
    var spec = job.putObject("spec");
    spec.put("backoffLimit", tries - 1).put("parallelism", 1).put("completions", 1);
    // the Job deletes a pod that is late, and its log with it; so the pod's own limit comes first
    spec.put("activeDeadlineSeconds", tries * (seconds + MARGIN_SECONDS));
    spec.set("template", template);
    return new Write.Create(job);
  }

  /**
   * A pod without containers.
   *
   * @param like the running instance of the copy
   * @param grace seconds that it gets to end by itself
   */
  ObjectNode template(Seen like, int grace) {
    var template = Json.object();
    mark(template.putObject("metadata"));
    var spec = template.putObject("spec");
    spec.put("restartPolicy", "Never")
        .put("serviceAccountName", "default")
        .put("automountServiceAccountToken", false)
        .put("enableServiceLinks", false)
        .put("terminationGracePeriodSeconds", grace)
        .put("activeDeadlineSeconds", seconds);
    var security = spec.putObject("securityContext").put("runAsNonRoot", true);
    security.putObject("seccompProfile").put("type", "RuntimeDefault");
    CopyServer.placeLike(like, spec);
    return template;
  }

  /** Its container, still without a command; memory in Mi, as requested and at most. */
  static ObjectNode container(
      ObjectNode template, String name, String image, int memory, int atMost) {
    var container = template.withObject("/spec").withArray("containers").addObject();
    container.put("name", name).put("image", image);
    var resources = container.putObject("resources");
    resources.putObject("requests").put("cpu", "10m").put("memory", memory + "Mi");
    resources.putObject("limits").put("cpu", "500m").put("memory", atMost + "Mi");
    var confined = container.putObject("securityContext");
    confined.put("allowPrivilegeEscalation", false).put("readOnlyRootFilesystem", true);
    confined.put("runAsNonRoot", true).putObject("capabilities").putArray("drop").add("ALL");
    return container;
  }

  private void mark(ObjectNode metadata) {
    var marks = metadata.putObject("labels");
    labels.forEach(marks::put);
    marks.put(Marks.EXCLUDE_FROM_BACKUP, "true");
  }
}
