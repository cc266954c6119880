package dev.salvor.velero;

import dev.salvor.api.BackupChoice;
import dev.salvor.api.Facts;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A backup of namespace shop, written by hand, and the steps that look into it. */
abstract class Inspecting {
  final Site site = new Site();
  final Bucket bucket = new Bucket();

  Facts look(String... claims) {
    return look(Scope.Volumes, List.of(), Map.of(), claims);
  }

  Facts look(Scope scope, List<String> accepted, Map<String, String> mapping, String... claims) {
    var facts = chosen(claims);
    site.act(new DownloadContents(site.cluster, Site.AROUND, Site.RUN), facts);
    answer();
    return site.seen(step(scope, accepted, mapping), facts);
  }

  InspectBackup step(Scope scope, List<String> accepted, Map<String, String> mapping) {
    return new InspectBackup(site.cluster, bucket, Site.AROUND, Site.RUN, scope, mapping, accepted);
  }

  Facts chosen(String... claims) {
    if (site.cluster.get(Kinds.BACKUP.ref("velero", "b")).isEmpty())
      site.backup("b", "Completed", Duration.ofHours(1));
    var choice = new BackupChoice("b", null, null);
    var facts =
        site.facts()
            .withVolumes(
                Arrays.stream(claims)
                    .map(claim -> new VolumeFacts(claim, "uid", null, null, null, null))
                    .toList());
    return site.seen(new SelectBackup(site.cluster, Site.AROUND, choice, "shop"), facts);
  }

  /** Velero answers every request that has no answer. */
  void answer() {
    for (var request : site.cluster.list(Kinds.DOWNLOAD_REQUEST, "velero")) {
      if (request.has("/status/downloadURL")) continue;
      var contents = request.text("/spec/target/kind").equals(Download.CONTENTS);
      site.status(
          Kinds.DOWNLOAD_REQUEST,
          "velero",
          request.name(),
          "{phase: Processed, downloadURL: \"%s\", expiration: \"%s\"}"
              .formatted(
                  contents ? Bucket.CONTENTS : Bucket.INFOS,
                  site.cluster.now().plus(Duration.ofMinutes(10))));
    }
  }

  /** {@code volumes}: name: claim, or '' for an emptyDir. */
  void pod(String name, String phase, String volumes) {
    var list = new StringBuilder();
    for (var volume : volumes.split(", ", -1)) {
      var parts = volume.split(": ", 2);
      list.append(
          parts[1].equals("''")
              ? "{name: %s, emptyDir: {}}, ".formatted(parts[0])
              : "{name: %s, persistentVolumeClaim: {claimName: %s}}, "
                  .formatted(parts[0], parts[1]));
    }
    bucket.object(
        "pods",
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: shop, labels: {app: web}}
        spec: {nodeName: n1, containers: [{name: web}], volumes: [%s]}
        status: {phase: %s}
        """
            .formatted(name, list, phase));
  }

  void claim(String name, String storageClass) {
    bucket.object(
        "persistentvolumeclaims",
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: %s, namespace: shop}
        spec: {storageClassName: %s, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """
            .formatted(name, storageClass));
  }

  void saved(String pod, String volume, String claim, String snapshot, long bytes) {
    site.cluster.put(
        pvb("p-" + pod + "-" + volume, pod, volume, claim)
            + "status: {phase: Completed, snapshotID: '%s', progress: {totalBytes: %d, bytesDone: %d}}"
                .formatted(snapshot, bytes, bytes));
  }

  static String pvb(String name, String pod, String volume, String claim) {
    return """
    apiVersion: velero.io/v1
    kind: PodVolumeBackup
    metadata:
      name: %s
      namespace: velero
      labels: {velero.io/backup-name: b}
      annotations: {velero.io/pvc-name: '%s'}
    spec: {pod: {namespace: shop, name: %s}, volume: %s}
    """
        .formatted(name, claim, pod, volume);
  }
}
