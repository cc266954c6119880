package dev.salvor.workloads;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import java.util.Map;

/**
 * {@code pg_controldata} on the volume of the primary that was shut down, read-only, by a Job: the
 * log of its own pod, which has it too, goes with the pod. Image, user and the means to pull are
 * those of the copy's instance; the volume finds the node.
 */
record ControlDataJob(Run run, Facts facts) {
  /** On this Job and its pods only. */
  static final String LABEL = Marks.GROUP + "/control-data";

  static final String CONTAINER = "controldata";

  /** Where CloudNativePG has it (v1.30.0 pkg/specs/pods.go PgDataPath). */
  private static final String MOUNT = "/var/lib/postgresql/data";

  private static final int SECONDS = 120;
  private static final int MARGIN_SECONDS = 30;
  private static final int TRIES = 3;

  /** At most 63 characters, because it becomes a label of the pod. */
  String name() {
    return run.restoreName(facts.restore().attempt()) + "-controldata";
  }

  Ref ref() {
    return Kinds.JOB.ref(facts.knownTarget().namespace(), name());
  }

  static Map<String, String> labels(Run run) {
    return Map.of(Marks.RUN, run.uid(), LABEL, "true");
  }

  /**
   * @param like the running instance of the copy
   */
  Write.Create create(Seen like) {
    var job = JsonNodeFactory.instance.objectNode();
    job.put("apiVersion", Kinds.JOB.apiVersion()).put("kind", Kinds.JOB.kind());
    var metadata =
        job.putObject("metadata")
            .put("name", name())
            .put("namespace", facts.knownTarget().namespace());
    marks(metadata.putObject("labels"));
    var spec = job.putObject("spec");
    spec.put("backoffLimit", TRIES - 1).put("parallelism", 1).put("completions", 1);
    spec.put("activeDeadlineSeconds", TRIES * (SECONDS + MARGIN_SECONDS));
    spec.set("template", template(like));
    return new Write.Create(job);
  }

  private ObjectNode template(Seen like) {
    var template = JsonNodeFactory.instance.objectNode();
    marks(template.putObject("metadata").putObject("labels"));
    var spec = template.putObject("spec");
    spec.put("restartPolicy", "Never")
        .put("serviceAccountName", "default")
        .put("automountServiceAccountToken", false)
        .put("enableServiceLinks", false)
        .put("terminationGracePeriodSeconds", 0)
        .put("activeDeadlineSeconds", SECONDS);
    var security = spec.putObject("securityContext").put("runAsNonRoot", true);
    security.putObject("seccompProfile").put("type", "RuntimeDefault");
    CopyServer.placeLike(like, spec);
    spec.putArray("volumes")
        .addObject()
        .put("name", "data")
        .putObject("persistentVolumeClaim")
        .put("claimName", facts.postgres().knownDatabase().claims().getFirst())
        .put("readOnly", true);
    var container = spec.putArray("containers").addObject();
    container.put("name", CONTAINER).put("image", image(like));
    container.putArray("command").add("pg_controldata").add("-D").add(MOUNT + "/pgdata");
    container.putArray("env").addObject().put("name", "LC_ALL").put("value", "C");
    container
        .putArray("volumeMounts")
        .addObject()
        .put("name", "data")
        .put("mountPath", MOUNT)
        .put("readOnly", true);
    var resources = container.putObject("resources");
    resources.putObject("requests").put("cpu", "10m").put("memory", "16Mi");
    resources.putObject("limits").put("cpu", "500m").put("memory", "64Mi");
    var confined = container.putObject("securityContext");
    confined.put("allowPrivilegeEscalation", false).put("readOnlyRootFilesystem", true);
    confined.put("runAsNonRoot", true).putObject("capabilities").putArray("drop").add("ALL");
    return template;
  }

  private static String image(Seen like) {
    for (var container : like.at("/spec/containers"))
      if (container.path("name").asText().equals(CopyServer.CONTAINER))
        return container.path("image").asText();
    throw new IllegalStateException(like.ref().text() + " is no instance");
  }

  private void marks(ObjectNode labels) {
    labels(run).forEach(labels::put);
    labels.put(Marks.EXCLUDE_FROM_BACKUP, "true");
  }
}
