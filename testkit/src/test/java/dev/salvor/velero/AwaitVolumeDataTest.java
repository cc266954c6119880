package dev.salvor.velero;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.api.VolumeFacts.Content;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.engine.Sight;
import dev.salvor.kube.Kinds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AwaitVolumeDataTest {
  private static final String HELD =
      "initContainers: [{name: restore-wait}], containers: [{name: hold}], volumes: [{name: cache, emptyDir: {}}, {name: data, persistentVolumeClaim: {claimName: data-web-0}}]";

  private final Site site = new Site();
  private final Facts facts = ModifierTest.facts();

  @BeforeEach
  void restored() {
    site.act(
        new RestoreBackup(
            site.cluster, site.destroyer, Site.AROUND, Site.RUN, Restoring.BESIDE, Map.of()),
        facts);
    phase("{phase: Completed}");
    transfer("Completed", 4096);
    pod(HELD, "{}");
    volume("pv-new", "{csi: {driver: d, volumeHandle: v1}}", "Bound");
  }

  @Test
  void provesTheCopy() {
    var seen = site.seen(step(Restoring.BESIDE), facts);
    var claim = site.get(Kinds.PVC, Site.SHADOW, "data-web-0");
    assertThat(seen.volumes().getFirst().provenCopy())
        .isEqualTo(
            new VolumeFacts.Pv(
                "pv-new",
                site.get(Kinds.PV, "", "pv-new").uid(),
                "Delete",
                claim.uid(),
                Site.SHADOW,
                "fast",
                2L << 30));
    assertThat(seen.times().provenAt()).isEqualTo(site.cluster.now());
  }

  @Test
  void completedIsNotRestored() {
    site.cluster.delete(Kinds.POD_VOLUME_RESTORE.ref("velero", "p1"));
    assertThat(refused()).isEqualTo("VolumeNotRestored");
  }

  @Test
  void bytesMustBeThoseOfTheBackup() {
    transfer("Completed", 4095);
    assertThat(refused()).isEqualTo("BytesDiffer");
    transfer("Failed", 4096);
    assertThat(refused()).isEqualTo("VolumeNotRestored");
  }

  @Test
  void aRestartOfVeleroIsForgiven() {
    phase(
        "{phase: Failed, failureReason: 'found a restore with status \"InProgress\" during the server starting, mark it as \"Failed\"'}");
    var back = (Sight.Back<Facts>) look(Restoring.BESIDE);
    assertThat(back.step()).isEqualTo("CreateShadow");
    assertThat(back.facts().restore().attempt()).isEqualTo(2);
    assertThat(((Sight.Back<Facts>) look(Restoring.IN_PLACE)).step()).isEqualTo("RestoreBackup");
  }

  @Test
  void aFailureNamesItsCause() {
    phase("{phase: FailedValidation, validationErrors: [backup not found]}");
    var refused = (Sight.Refused<Facts>) look(Restoring.BESIDE);
    assertThat(refused.failed().reason()).isEqualTo("RestoreFailed");
    assertThat(refused.failed().message()).contains("FailedValidation", "backup not found");
    assertThat(refused.facts()).isEqualTo(facts);
  }

  @Test
  void twoVolumesOnOneFolderAreNoCopy() {
    site.cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: pv-old}
        spec: {hostPath: {path: /data/shop}, nodeAffinity: {required: {nodeSelectorTerms: [{a: b}]}}}
        """);
    volume(
        "pv-new",
        "{hostPath: {path: /data/shop}, nodeAffinity: {required: {nodeSelectorTerms: [{a: b}]}}}",
        "Bound");
    assertThat(refused()).isEqualTo("VolumeShared");
  }

  @Test
  void sharesOnOneServerAreTheSameOnlyWithTheSameFolder() {
    var share =
        "{csi: {driver: nfs, volumeHandle: %s, volumeAttributes: {server: s, share: /x, subdir: %s}}}";
    site.cluster.put(
        "{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv-old}, spec: %s}"
            .formatted(share.formatted("h1", "a")));
    volume("pv-new", share.formatted("h2", "b"), "Bound");
    assertThat(look(Restoring.BESIDE)).isInstanceOf(Sight.Seen.class);
    volume("pv-new", share.formatted("h2", "a"), "Bound");
    assertThat(refused()).isEqualTo("VolumeShared");
  }

  @Test
  void aSecretOfTheShadowIsNoPlaceToDependOn() {
    volume(
        "pv-new",
        "{csi: {driver: d, volumeHandle: v1, nodeStageSecretRef: {name: s, namespace: %s}}}"
            .formatted(Site.SHADOW),
        "Bound");
    assertThat(refused()).isEqualTo("SecretInShadow");
  }

  @Test
  void aPodThatIsNotTheOneThatWasPlanned() {
    pod(HELD.replace("{name: hold}", "{name: hold}, {name: istio-proxy}"), "{}");
    assertThat(refused()).isEqualTo("HeldPodChanged");
    pod(HELD, "{containerStatuses: [{name: web, state: {terminated: {}}}]}");
    assertThat(refused()).isEqualTo("ApplicationStarted");
  }

  @Test
  void waitsForWhatMayStillCome() {
    volume("pv-new", "{}", "Pending");
    assertThat(look(Restoring.BESIDE)).isInstanceOf(Sight.NotYet.class);
    phase("{phase: Finalizing}");
    assertThat(look(Restoring.BESIDE)).isInstanceOf(Sight.NotYet.class);
    site.cluster.delete(Kinds.RESTORE.ref("velero", Site.RESTORE));
    assertThat(refused()).isEqualTo("RestoreVanished");
  }

  @Test
  void aClaimFromASnapshotIsFromTheRightOne() {
    var csi =
        facts.withVolumes(
            List.of(
                facts
                    .volumes()
                    .getFirst()
                    .withContent(
                        new Content(Method.CsiSnapshot, "web-0", "data", "h1", 7, "fast"))));
    gone();
    site.cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data-web-0, namespace: %1$s}
        spec: {volumeName: pv-new, storageClassName: fast, dataSource: {kind: VolumeSnapshot, name: vs}}
        status: {phase: Bound}
        ---
        apiVersion: snapshot.storage.k8s.io/v1
        kind: VolumeSnapshot
        metadata: {name: vs, namespace: %1$s}
        status: {boundVolumeSnapshotContentName: vsc}
        ---
        apiVersion: snapshot.storage.k8s.io/v1
        kind: VolumeSnapshotContent
        metadata: {name: vsc}
        spec: {source: {snapshotHandle: h1}}
        """
            .formatted(Site.SHADOW));
    var uid = site.get(Kinds.PVC, Site.SHADOW, "data-web-0").uid();
    var volume = site.get(Kinds.PV, "", "pv-new").json().deepCopy();
    volume.withObject("/spec/claimRef").put("uid", uid);
    site.cluster.update(volume);
    assertThat(step(Restoring.BESIDE).look(csi, site.moment())).isInstanceOf(Sight.Seen.class);
    site.cluster.put(
        "{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotContent, metadata: {name: vsc}, spec: {source: {snapshotHandle: h2}}}");
    var wrong = (Sight.Refused<Facts>) step(Restoring.BESIDE).look(csi, site.moment());
    assertThat(wrong.failed().reason()).isEqualTo("WrongSnapshot");
  }

  @Test
  void aNamespaceThatCameBackInPartIsTold() {
    phase("{phase: PartiallyFailed, errors: 1}");
    transfer("Completed", 4096);
    site.cluster.put(
        """
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data-web-0, namespace: shop}, spec: {volumeName: pv-ns}, status: {phase: Bound}}
        """);
    var uid = site.get(Kinds.PVC, "shop", "data-web-0").uid();
    site.cluster.put(
        "{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv-ns}, spec: {claimRef: {uid: %s}, csi: {driver: d, volumeHandle: v9}, capacity: {storage: 2Gi}}, status: {phase: Bound}}"
            .formatted(uid));
    var seen = site.seen(step(Restoring.NAMESPACE), facts);
    assertThat(Site.reasons(seen)).containsExactly("RestorePartiallyFailed");
    assertThat(seen.volumes().getFirst().provenCopy().shadow()).isNull();
  }

  /** A claim's spec cannot be changed: the tests make it anew. */
  private void gone() {
    site.cluster.delete(Kinds.PVC.ref(Site.SHADOW, "data-web-0"));
  }

  private AwaitVolumeData step(Restoring mode) {
    return new AwaitVolumeData(site.cluster, Site.AROUND, Site.RUN, mode);
  }

  private Sight<Facts> look(Restoring mode) {
    return step(mode).look(facts, site.moment());
  }

  private String refused() {
    return ((Sight.Refused<Facts>) look(Restoring.BESIDE)).failed().reason();
  }

  private void phase(String status) {
    site.status(Kinds.RESTORE, "velero", Site.RESTORE, status);
  }

  private void transfer(String phase, long bytes) {
    var restore = site.get(Kinds.RESTORE, "velero", Site.RESTORE);
    site.cluster.put(
        """
        apiVersion: velero.io/v1
        kind: PodVolumeRestore
        metadata: {name: p1, namespace: velero, labels: {velero.io/restore-uid: %s}}
        spec: {pod: {namespace: %s, name: web-0}, volume: data}
        status: {phase: %s, progress: {bytesDone: %d, totalBytes: %d}}
        """
            .formatted(restore.uid(), Site.SHADOW, phase, bytes, bytes));
  }

  private void pod(String spec, String status) {
    site.cluster.put(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: web-0, namespace: %s, labels: {velero.io/restore-name: %s}}
        spec: {%s}
        status: %s
        """
            .formatted(Site.SHADOW, Site.RESTORE, spec, status));
  }

  private void volume(String name, String source, String claimPhase) {
    gone();
    site.cluster.delete(Kinds.PV.ref(name));
    site.cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data-web-0, namespace: %s}
        spec: {volumeName: %s, storageClassName: fast}
        status: {phase: %s}
        """
            .formatted(Site.SHADOW, name, claimPhase));
    var uid = site.get(Kinds.PVC, Site.SHADOW, "data-web-0").uid();
    site.cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: %s}
        spec: {persistentVolumeReclaimPolicy: Delete, storageClassName: fast, capacity: {storage: 2Gi}, claimRef: {uid: %s}, %s
        status: {phase: Bound}
        """
            .formatted(name, uid, source.equals("{}") ? "}" : source.substring(1)));
  }
}
