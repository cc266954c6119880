package dev.salvor.velero;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.salvor.api.BackupChoice;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.PodFacts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.api.VolumeFacts.Content;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Sight;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InspectBackupTest {
  private static final String SAVED =
      "{pvcName: %s, pvcNamespace: shop, backupMethod: PodVolumeBackup, result: succeeded, pvbInfo: {snapshotHandle: '%s', size: %d}}";

  private final Site site = new Site();
  private final Bucket bucket = new Bucket();

  @Test
  void findsTheDataOfFileSystemBackups() {
    pod("web-0", "Running", "data: data-web-0, cache: ''");
    claim("data-web-0", "fast");
    saved("web-0", "data", "data-web-0", "k1", 4096);
    saved("web-0", "cache", "", "k2", 100);
    var facts = look("data-web-0");
    assertThat(facts.volumes().getFirst().content())
        .isEqualTo(new Content(Method.FileSystem, "web-0", "data", "k1", 4096, "fast", 1L << 30));
    var pod = facts.pods().getFirst();
    assertThat(pod.volumes()).isEqualTo(Map.of("data", "data-web-0", "cache", ""));
    assertThat(pod.fileSystem()).isTrue();
    assertThat(pod.labels()).containsEntry("app", "web");
    assertThat(Site.reasons(facts)).containsExactly("PodVolumesNotRestored");
  }

  @Test
  void aVolumeIsEmptyOnlyIfTheBackupSaysSo() {
    pod("web-0", "Running", "data: data-web-0");
    claim("data-web-0", "fast");
    saved("web-0", "data", "data-web-0", "", 0);
    assertThat(Site.reasons(look("data-web-0"))).containsExactly("NoSnapshot");
    bucket.infos("[" + SAVED.formatted("data-web-0", "", 0) + "]");
    var facts = look("data-web-0");
    assertThat(facts.findings()).isEmpty();
    assertThat(facts.volumes().getFirst().content())
        .isEqualTo(new Content(Method.FileSystem, "web-0", "data", null, 0, "fast", 1L << 30));
    assertThat(facts.pods().getFirst().fileSystem()).isFalse();
  }

  @Test
  void namesEveryClaimWithoutDataAndWhy() {
    pod("web-0", "Running", "data: failed");
    pod("job-1", "Succeeded", "data: ended");
    pod("web-1", "Running", "data: skipped");
    for (var claim : List.of("failed", "ended", "alone", "skipped", "mute", "native"))
      claim(claim, "fast");
    site.cluster.put(
        pvb("p-failed", "web-0", "data", "failed")
            + "status: {phase: Failed, message: no space left}");
    bucket.infos(
        """
        [{pvcName: skipped, pvcNamespace: shop, skipped: true, skippedReason: opted out},
         {pvcName: mute, pvcNamespace: shop, backupMethod: PodVolumeBackup, pvbInfo: {snapshotHandle: k9, size: 1}},
         {pvcName: native, pvcNamespace: shop, backupMethod: NativeSnapshot},
         {pvcName: failed, pvcNamespace: other, skipped: true}]
        """);
    var facts = look("failed", "ended", "alone", "skipped", "mute", "native", "absent");
    assertThat(facts.findings())
        .extracting(Finding::reason)
        .containsExactly(
            "VolumeBackupFailed",
            "NoPodForVolume",
            "NoPodForVolume",
            "VolumeSkipped",
            "VolumeBackupsNotSynced",
            "NativeSnapshot",
            "ClaimNotInBackup");
    assertThat(facts.findings().getFirst().message()).contains("claim failed", "no space left");
    assertThat(facts.volumes()).extracting(VolumeFacts::content).containsOnlyNulls();
  }

  @Test
  void findsSnapshotsAndMovedData() {
    pod("web-0", "Running", "a: snap, b: moved");
    claim("snap", "fast");
    claim("moved", "now");
    claim("podless", "fast");
    bucket.infos(
        """
        [{pvcName: snap, pvcNamespace: shop, backupMethod: CSISnapshot, csiSnapshotInfo: {snapshotHandle: h1, size: 7}},
         {pvcName: moved, pvcNamespace: shop, backupMethod: CSISnapshot, snapshotDataMoved: true, snapshotDataMovementInfo: {snapshotHandle: k1, size: 5}},
         {pvcName: podless, pvcNamespace: shop, backupMethod: CSISnapshot, csiSnapshotInfo: {snapshotHandle: h2, size: 7}}]
        """);
    var facts = look("snap", "moved", "podless");
    assertThat(facts.volumes())
        .extracting(volume -> volume.content())
        .containsExactly(
            new Content(Method.CsiSnapshot, "web-0", "a", "h1", 7, "fast", 1L << 30),
            new Content(Method.DataMover, "web-0", "b", "k1", 5, "now", 1L << 30),
            new Content(Method.CsiSnapshot, null, null, "h2", 7, "fast", 1L << 30));
    assertThat(Site.reasons(facts)).containsExactly("NoConsumerForCopy");
    assertThat(facts.pods()).extracting(PodFacts::fileSystem).containsExactly(false);
  }

  @Test
  void aMixtureOfTimesNeedsAWord() {
    pod("web-0", "Running", "data: data, old: archive");
    claim("data", "fast");
    claim("archive", "fast");
    saved("web-0", "data", "data", "k1", 1);
    site.cluster.put(
        """
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: archive, namespace: shop}, spec: {volumeName: pv-a}}
        ---
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: pv-a}
        spec: {nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: host, operator: In, values: [n7]}]}]}}}
        """);
    assertThat(Site.reasons(look("data"))).containsExactly("MixedTimes");
    var facts = look(Scope.Volumes, List.of("archive"), Map.of(), "data", "archive");
    assertThat(Site.reasons(facts)).containsExactly("ClaimStays");
    assertThat(facts.volumes()).extracting(VolumeFacts::claim).containsExactly("data");
    // the held pod must land where the claim that stays can be mounted
    assertThat(String.valueOf(facts.pods().getFirst().placement())).contains("n7");
  }

  @Test
  void aPodOfTheSameLabelsComesAlongAndIsHeldToo() {
    pod("web-0", "Running", "data: data");
    pod("web-1", "Running", "data: data, tmp: ''");
    pod("done", "Succeeded", "data: data");
    claim("data", "fast");
    saved("web-0", "data", "data", "k1", 1);
    saved("web-1", "tmp", "", "k2", 50);
    assertThat(look("data").pods())
        .extracting(PodFacts::name, PodFacts::volumes)
        .containsExactly(tuple("web-0", Map.of("data", "data")), tuple("web-1", Map.of("tmp", "")));
  }

  @Test
  void theStorageClassMustExist() {
    pod("web-0", "Running", "data: data");
    claim("data", "gone");
    saved("web-0", "data", "data", "k1", 1);
    assertThat(Site.reasons(look("data"))).containsExactly("StorageClassMissing");
    assertThat(look(Scope.Volumes, List.of(), Map.of("gone", "fast"), "data").findings()).isEmpty();
  }

  @Test
  void aNamespaceThatIsGoneHasTheClaimsOfTheBackup() {
    pod("web-0", "Running", "data: data");
    claim("data", "fast");
    saved("web-0", "data", "data", "k1", 1);
    var facts = look(Scope.Namespace, List.of(), Map.of());
    assertThat(facts.volumes()).extracting(VolumeFacts::claim).containsExactly("data");
    assertThat(facts.volumes().getFirst().claimUid()).isNull();
    assertThat(InspectBackup.inspected(facts)).isTrue();
  }

  @Test
  void whatItHasSeenItDoesNotLookAtAgain() {
    pod("web-0", "Running", "data: data");
    claim("data", "fast");
    saved("web-0", "data", "data", "k1", 1);
    var facts = look("data");
    bucket.broken("the bucket is gone");
    assertThat(site.seen(step(Scope.Volumes, List.of(), Map.of()), facts)).isEqualTo(facts);
  }

  @Test
  void asksVeleroForTheContentsAndAsksAgainWhenTheyExpire() {
    var facts = chosen("data");
    var download = new DownloadContents(site.cluster, Site.AROUND, Site.RUN);
    assertThat(site.act(download, facts)).isInstanceOf(Outcome.Waiting.class);
    var asked = site.cluster.list(Kinds.DOWNLOAD_REQUEST, "velero");
    assertThat(asked)
        .extracting(request -> request.text("/spec/target/kind"))
        .containsExactlyInAnyOrder("BackupVolumeInfos", "BackupContents");
    answer();
    assertThat(site.act(download, facts)).isInstanceOf(Outcome.Done.class);
    site.cluster.advance(Duration.ofMinutes(11));
    var back = step(Scope.Volumes, List.of(), Map.of()).look(facts, site.moment());
    assertThat(back).isInstanceOf(Sight.Back.class);
    assertThat(site.act(download, facts)).isInstanceOf(Outcome.Waiting.class);
    assertThat(site.cluster.list(Kinds.DOWNLOAD_REQUEST, "velero")).hasSize(4);
    // Velero does not answer: InspectBackup says so
    assertThat(download.act(facts, site.moment(Duration.ofMinutes(3))))
        .isInstanceOf(Outcome.Done.class);
    assertThat(Site.reasons(site.seen(step(Scope.Volumes, List.of(), Map.of()), facts)))
        .containsExactly("NoDownload");
  }

  @Test
  void aBucketThatCannotBeReadIsTriedAgainThenRefused() {
    var facts = chosen("data");
    site.act(new DownloadContents(site.cluster, Site.AROUND, Site.RUN), facts);
    answer();
    bucket.broken("connection refused");
    var step = step(Scope.Volumes, List.of(), Map.of());
    assertThat(step.look(facts, site.moment())).isInstanceOf(Sight.NotYet.class);
    var late = step.look(facts, site.moment(Duration.ofMinutes(5)));
    assertThat(late).isInstanceOf(Sight.Seen.class);
    var seen = ((Sight.Seen<Facts>) late).facts();
    assertThat(Site.reasons(seen)).containsExactly("BackupUnreadable");
    assertThat(seen.findings().getFirst().message()).doesNotContain("X-Amz-Signature");
  }

  @Test
  void aBackupOfAnOldVeleroHasNoVolumeInfos() {
    pod("web-0", "Running", "data: data");
    claim("data", "fast");
    saved("web-0", "data", "data", "k1", 1);
    bucket.old();
    assertThat(Site.reasons(look("data"))).containsExactly("NoVolumeInfo");
  }

  private Facts look(String... claims) {
    return look(Scope.Volumes, List.of(), Map.of(), claims);
  }

  private Facts look(
      Scope scope, List<String> accepted, Map<String, String> mapping, String... claims) {
    var facts = chosen(claims);
    site.act(new DownloadContents(site.cluster, Site.AROUND, Site.RUN), facts);
    answer();
    return site.seen(step(scope, accepted, mapping), facts);
  }

  private InspectBackup step(Scope scope, List<String> accepted, Map<String, String> mapping) {
    return new InspectBackup(site.cluster, bucket, Site.AROUND, Site.RUN, scope, mapping, accepted);
  }

  private Facts chosen(String... claims) {
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
  private void answer() {
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
  private void pod(String name, String phase, String volumes) {
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

  private void claim(String name, String storageClass) {
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

  private void saved(String pod, String volume, String claim, String snapshot, long bytes) {
    site.cluster.put(
        pvb("p-" + pod + "-" + volume, pod, volume, claim)
            + "status: {phase: Completed, snapshotID: '%s', progress: {totalBytes: %d, bytesDone: %d}}"
                .formatted(snapshot, bytes, bytes));
  }

  private static String pvb(String name, String pod, String volume, String claim) {
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
