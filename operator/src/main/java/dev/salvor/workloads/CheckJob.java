package dev.salvor.workloads;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Check;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.kube.GoDuration;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Write;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * One check as a Job of the shadow namespace. Only the pod template is the user's; how often and
 * how long it runs, as whom, and what it may write is decided here.
 */
record CheckJob(Run run, Check check, String namespace, int attempt) {
  private static final int GRACE_SECONDS = 5;
  private static final int MARGIN_SECONDS = 30;

  static CheckJob of(Run run, Check check, Facts facts, int attempt) {
    return new CheckJob(run, check, run.shadow(facts.knownTarget().namespace(), attempt), attempt);
  }

  /** At most 63 characters, because it becomes a label of the pod. */
  String name() {
    return run.restoreName(attempt) + "-" + check.name();
  }

  Ref ref() {
    return Kinds.JOB.ref(namespace, name());
  }

  Duration timeout() {
    var timeout = check.timeout();
    return timeout == null ? Duration.ofMinutes(10) : GoDuration.parse(timeout);
  }

  Write.Create create() {
    var job = JsonNodeFactory.instance.objectNode();
    job.put("apiVersion", Kinds.JOB.apiVersion()).put("kind", Kinds.JOB.kind());
    var metadata = job.putObject("metadata").put("name", name()).put("namespace", namespace);
    marks(metadata.putObject("labels"));
    var spec = job.putObject("spec");
    spec.put("backoffLimit", 0).put("parallelism", 1).put("completions", 1);
    // the Job deletes a pod that is late, and its log with it; so the pod's own limit comes first
    spec.put("activeDeadlineSeconds", seconds() + MARGIN_SECONDS);
    spec.set("template", template());
    return new Write.Create(job);
  }

  /** The pod alone, to ask the API server whether this namespace would take it. */
  Write.Create pod() {
    var pod = template();
    pod.put("apiVersion", Kinds.POD.apiVersion()).put("kind", Kinds.POD.kind());
    ((ObjectNode) pod.path("metadata")).put("name", name()).put("namespace", namespace);
    return new Write.Create(pod);
  }

  private ObjectNode template() {
    var given = check.jobTemplate().at("/spec/template");
    var template = JsonNodeFactory.instance.objectNode();
    var metadata = template.putObject("metadata");
    for (var map : List.of("labels", "annotations")) {
      if (given.at("/metadata/" + map) instanceof ObjectNode strings)
        metadata.set(map, strings.deepCopy());
    }
    var labels = metadata.withObject("/labels");
    marks(labels);
    labels.put(Marks.HELD_POD, "true");
    var spec =
        given.path("spec") instanceof ObjectNode pod
            ? pod.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    spec.put("restartPolicy", "Never")
        .put("serviceAccountName", "default")
        .put("automountServiceAccountToken", false)
        .put("enableServiceLinks", false)
        .put("terminationGracePeriodSeconds", GRACE_SECONDS)
        .put("activeDeadlineSeconds", seconds());
    spec.remove("serviceAccount");
    if (!check.writes()) readOnly(spec);
    template.set("spec", spec);
    return template;
  }

  /** On the volume, and on each mount: some drivers heed the one, some the other. */
  private static void readOnly(ObjectNode spec) {
    var claims = new HashSet<String>();
    for (var volume : spec.path("volumes")) {
      if (volume.path("persistentVolumeClaim") instanceof ObjectNode claim) {
        claim.put("readOnly", true);
        claims.add(volume.path("name").asText());
      }
    }
    for (var list : List.of("initContainers", "containers")) {
      for (var container : spec.path(list)) {
        for (var mount : container.path("volumeMounts")) {
          if (mount instanceof ObjectNode object && claims.contains(mount.path("name").asText()))
            object.put("readOnly", true);
        }
      }
    }
  }

  private long seconds() {
    return Math.max(1, timeout().toSeconds());
  }

  private void marks(ObjectNode labels) {
    labels.put(Marks.RUN, run.uid()).put(Marks.EXCLUDE_FROM_BACKUP, "true");
  }
}
