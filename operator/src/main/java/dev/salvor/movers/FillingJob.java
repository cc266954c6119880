package dev.salvor.movers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.VolumeSource.RestoreJob;
import dev.salvor.kube.GoDuration;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.List;

/**
 * The Job of a restore. Its pod is the user's, in the user's namespace, with an account of that
 * namespace; that it runs once, how long, and on what is decided here (volumes-and-databases.md 5).
 */
final class FillingJob {
  /** {@code SourceFacts.mover} of a restore by a Job. */
  static final String MOVER = "job";

  /** Name of the volume that is to be filled. */
  static final String TARGET = "target";

  private static final Duration LONGEST = Duration.ofHours(6);

  private FillingJob() {}

  static Ref ref(Facts facts, Run run) {
    return Kinds.JOB.ref(
        facts.knownTarget().namespace(), run.restoreName(facts.restore().attempt()));
  }

  static Duration timeout(RestoreJob job) {
    var timeout = job.timeout();
    return timeout == null ? LONGEST : GoDuration.parse(timeout);
  }

  static boolean mountsTarget(RestoreJob job) {
    var pod = job.jobTemplate().at("/spec/template/spec");
    for (var list : List.of("initContainers", "containers"))
      for (var container : pod.path(list))
        for (var mount : container.path("volumeMounts"))
          if (mount.path("name").asText().equals(TARGET)) return true;
    return false;
  }

  static ObjectNode manifest(RestoreJob job, Ref ref, String claim, Run run) {
    var made = Json.object().put("apiVersion", "batch/v1").put("kind", "Job");
    var metadata = made.putObject("metadata").put("name", ref.name());
    metadata.put("namespace", ref.namespace());
    marks(metadata.putObject("labels"), run);
    var spec = made.putObject("spec");
    spec.put("backoffLimit", 0).put("parallelism", 1).put("completions", 1);
    spec.put("activeDeadlineSeconds", Math.max(1, timeout(job).toSeconds()));
    var template =
        job.jobTemplate().at("/spec/template") instanceof ObjectNode given
            ? given.deepCopy()
            : Json.object();
    marks(template.withObject("/metadata/labels"), run);
    var pod = template.withObject("/spec").put("restartPolicy", "Never");
    var volumes = Json.MAPPER.createArrayNode();
    for (var volume : pod.path("volumes"))
      if (!volume.path("name").asText().equals(TARGET)) volumes.add(volume.deepCopy());
    volumes
        .addObject()
        .put("name", TARGET)
        .putObject("persistentVolumeClaim")
        .put("claimName", claim);
    pod.set("volumes", volumes);
    spec.set("template", template);
    return made;
  }

  private static void marks(ObjectNode labels, Run run) {
    labels.put(Marks.RUN, run.uid()).put(Marks.EXCLUDE_FROM_BACKUP, "true");
  }
}
