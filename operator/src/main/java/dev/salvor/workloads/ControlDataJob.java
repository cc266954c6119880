package dev.salvor.workloads;

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
    var job = new CopyJob(ref(), labels(run), TRIES, SECONDS);
    var template = job.template(like, 0);
    template
        .withObject("/spec")
        .putArray("volumes")
        .addObject()
        .put("name", "data")
        .putObject("persistentVolumeClaim")
        .put("claimName", facts.postgres().knownDatabase().claims().getFirst())
        .put("readOnly", true);
    var container = CopyJob.container(template, CONTAINER, image(like), 16, 64);
    container.putArray("command").add("pg_controldata").add("-D").add(MOUNT + "/pgdata");
    container.putArray("env").addObject().put("name", "LC_ALL").put("value", "C");
    container
        .putArray("volumeMounts")
        .addObject()
        .put("name", "data")
        .put("mountPath", MOUNT)
        .put("readOnly", true);
    return job.create(template);
  }

  private static String image(Seen like) {
    for (var container : like.at("/spec/containers"))
      if (container.path("name").asText().equals(CopyServer.CONTAINER))
        return container.path("image").asText();
    throw new IllegalStateException(like.ref().text() + " is no instance");
  }
}
