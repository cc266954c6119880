package dev.salvor.velero;

import dev.salvor.api.Facts;
import dev.salvor.engine.Outcome;
import dev.salvor.kube.Kinds;
import java.util.Map;

/** A Restore into the shadow namespace, followed by the step, and what Velero has made of it. */
abstract class Following {
  final Site site = new Site();
  final Facts facts = ModifierTest.facts();

  RestoreBackup beside() {
    return step(site, Restoring.BESIDE);
  }

  static RestoreBackup step(Site site, Restoring mode) {
    return new RestoreBackup(site.cluster, site.destroyer, Site.AROUND, Site.RUN, mode, Map.of());
  }

  String cause() {
    return ((Outcome.Waiting) site.act(beside(), facts)).message();
  }

  /** The first failure; before it only the mark on what is deleted may be written. */
  String failure() {
    for (var call = 0; call < 3; call++)
      if (beside().act(facts, site.moment()) instanceof Outcome.Failed failed)
        return failed.reason();
    throw new AssertionError("no failure");
  }

  void restoring(String phase) {
    if (site.cluster.get(Kinds.RESTORE.ref("velero", Site.RESTORE)).isEmpty())
      site.act(beside(), facts);
    site.status(Kinds.RESTORE, "velero", Site.RESTORE, "{phase: " + phase + "}");
  }

  /** A held pod as the plan has it, with {@code spec} on top. */
  void pod(String name, String spec, String status) {
    var held =
        "initContainers: [{name: restore-wait}], containers: [{name: "
            + HeldPod.CONTAINER
            + "}]"
            + (spec.contains("volumes:")
                ? ""
                : ", volumes: [{name: data, emptyDir: {}}, {name: cache, emptyDir: {}}]")
            + (spec.isEmpty() ? "" : ", " + spec);
    site.cluster.put(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: %s, labels: {velero.io/restore-name: %s}}
        spec: {%s}
        status: %s
        """
            .formatted(name, Site.SHADOW, Site.RESTORE, held, status));
  }

  void transfer(String name, String pod, String phase, long done, long total) {
    var restore = site.get(Kinds.RESTORE, "velero", Site.RESTORE);
    var uid =
        site.cluster.get(Kinds.POD.ref(Site.SHADOW, pod)).map(seen -> seen.uid()).orElse("gone");
    site.cluster.put(
        """
        apiVersion: velero.io/v1
        kind: PodVolumeRestore
        metadata: {name: %s, namespace: velero, labels: {velero.io/restore-uid: %s}}
        spec: {pod: {namespace: %s, name: %s, uid: %s}, volume: data}
        status: {phase: %s, progress: {bytesDone: %d, totalBytes: %d}}
        """
            .formatted(name, restore.uid(), Site.SHADOW, pod, uid, phase, done, total));
  }
}
