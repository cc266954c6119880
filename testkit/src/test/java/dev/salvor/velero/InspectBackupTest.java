package dev.salvor.velero;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.salvor.api.Finding;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.PodFacts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.api.VolumeFacts.Content;
import dev.salvor.api.VolumeFacts.Method;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InspectBackupTest extends Inspecting {
  private static final String SAVED =
      "{pvcName: %s, pvcNamespace: shop, backupMethod: PodVolumeBackup, result: succeeded, pvbInfo: {snapshotHandle: '%s', size: %d}}";

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
  void aBackupOfAnOldVeleroHasNoVolumeInfos() {
    pod("web-0", "Running", "data: data");
    claim("data", "fast");
    saved("web-0", "data", "data", "k1", 1);
    bucket.old();
    assertThat(Site.reasons(look("data"))).containsExactly("NoVolumeInfo");
  }
}
