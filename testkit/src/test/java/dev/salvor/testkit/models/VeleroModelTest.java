package dev.salvor.testkit.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class VeleroModelTest {
  private static final Ref RESTORE = Kinds.RESTORE.ref("velero", "again");

  private final VeleroModel velero = new VeleroModel("velero", "mem:");
  private final KubeletModel kubelet = new KubeletModel();
  private final FakeCluster cluster =
      new FakeCluster()
          .with(
              new PvBinderModel(),
              new ProvisionerModel(),
              new PvcProtectionModel(),
              kubelet,
              velero)
          .put(
              """
              {apiVersion: v1, kind: Node, metadata: {name: node-1}}
              ---
              {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
              ---
              apiVersion: storage.k8s.io/v1
              kind: StorageClass
              metadata: {name: standard}
              provisioner: model.csi.example
              reclaimPolicy: Delete
              volumeBindingMode: WaitForFirstConsumer
              ---
              apiVersion: v1
              kind: PersistentVolumeClaim
              metadata: {name: data, namespace: shop, labels: {app: web}}
              spec:
                accessModes: [ReadWriteOnce]
                storageClassName: standard
                resources: {requests: {storage: 1Gi}}
              ---
              apiVersion: v1
              kind: Pod
              metadata: {name: web, namespace: shop, labels: {app: web}}
              spec:
                containers: [{name: main, image: nginx}]
                volumes: [{name: html, persistentVolumeClaim: {claimName: data}}]
              """);

  private void backup(Method method) {
    velero.install(cluster.world());
    cluster.settle();
    cluster.setData(volume("shop").at("/metadata/uid").asText(), "good");
    velero.store(cluster.world(), BackupContent.of(cluster.world(), "monday", "shop", method));
    cluster.settle();
  }

  @Test
  void theDataComesBackIntoAnotherNamespaceAndThePodRuns() {
    backup(Method.FileSystem);
    restore("namespaceMapping: {shop: copy}");
    cluster.settle();
    assertThat(phase()).isEqualTo("Completed");
    assertThat(data("copy")).isEqualTo("good");
    var filled = cluster.world().list(Kinds.POD_VOLUME_RESTORE, "velero");
    assertThat(filled).hasSize(1);
    assertThat(filled.getFirst().at("/status/phase").asText()).isEqualTo("Completed");
    assertThat(filled.getFirst().at("/status/progress/bytesDone").asLong()).isEqualTo(1 << 20);
    assertThat(kubelet.startsIn("copy"))
        .extracting(KubeletModel.Start::container)
        .containsExactly("restore-wait", "main");
    assertThat(volume("copy").at("/spec/persistentVolumeReclaimPolicy").asText())
        .isEqualTo("Delete");
  }

  @Test
  void withoutPodsTheClaimStaysEmptyAndTheRestoreIsCompleted() {
    backup(Method.FileSystem);
    restore(
        "namespaceMapping: {shop: copy}, includedResources: [persistentvolumeclaims, persistentvolumes]");
    cluster.settle();
    assertThat(phase()).isEqualTo("Completed");
    assertThat(cluster.world().list(Kinds.POD_VOLUME_RESTORE, "velero")).isEmpty();
  }

  @Test
  void aPodThatExistsIsNotFilled() {
    backup(Method.FileSystem);
    restore("backupName: monday");
    cluster.settle();
    assertThat(phase()).isEqualTo("Completed");
    assertThat(restored().at("/status/warnings").asInt()).isPositive();
    assertThat(cluster.world().list(Kinds.POD_VOLUME_RESTORE, "velero")).isEmpty();
  }

  @Test
  void aFailingModifierLeavesThePodAsItWas() {
    backup(Method.FileSystem);
    velero.with(Mishap.JSON_PATCH_FAILS);
    cluster.put(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: rules, namespace: velero}
        data:
          rules.yaml: |
            version: v1
            resourceModifierRules:
            - conditions: {groupResource: pods}
              mergePatches: [{patchData: '{"spec":{"schedulingGates":[{"name":"held"}]}}'}]
            - conditions: {groupResource: pods}
              patches: [{operation: remove, path: /spec/schedulingGates}]
        """);
    restore("namespaceMapping: {shop: copy}, resourceModifier: {kind: ConfigMap, name: rules}");
    cluster.settle();
    var pod = cluster.get(Kinds.POD.ref("copy", "web")).orElseThrow();
    assertThat(pod.at("/spec/schedulingGates")).hasSize(1);
    assertThat(phase()).isEqualTo("InProgress");
    assertThat(kubelet.startsIn("copy")).isEmpty();
  }

  @Test
  void aServerThatRestartsFailsWhatItWasDoing() {
    backup(Method.FileSystem);
    velero.with(Mishap.SERVER_RESTARTS);
    restore("namespaceMapping: {shop: copy}");
    cluster.settle();
    assertThat(phase()).isEqualTo("Failed");
    assertThat(restored().at("/status/failureReason").asText()).isEqualTo(VeleroModel.RESTARTED);
    assertThat(
            cluster
                .world()
                .list(Kinds.POD_VOLUME_RESTORE, "velero")
                .getFirst()
                .at("/status/phase")
                .asText())
        .isEqualTo("Canceled");
  }

  @Test
  void aVolumeWhosePodIsGoneHangsUntilItIsCancelled() {
    backup(Method.FileSystem);
    velero.with(Mishap.VOLUMES_NEVER_START);
    restore("namespaceMapping: {shop: copy}");
    cluster.advance(Duration.ofSeconds(1));
    cluster.advance(Duration.ofSeconds(1));
    cluster.delete(Kinds.POD.ref("copy", "web"));
    cluster.settle();
    assertThat(phase()).isEqualTo("InProgress");
    for (var child : cluster.world().list(Kinds.POD_VOLUME_RESTORE, "velero")) {
      child.withObject("/spec").put("cancel", true);
      cluster.update(child);
    }
    cluster.settle();
    assertThat(phase()).isEqualTo("PartiallyFailed");
  }

  @Test
  void onlyOneRestoreRunsAtATime() {
    backup(Method.FileSystem);
    velero.with(Mishap.ANOTHER_RESTORE_FIRST);
    restore("namespaceMapping: {shop: copy}");
    cluster.advance(Duration.ofSeconds(1));
    assertThat(phase()).isEmpty();
    cluster.settle();
    cluster.settle();
    assertThat(phase()).isEqualTo("Completed");
  }

  @Test
  void anUnavailableLocationIsAValidationError() {
    backup(Method.FileSystem);
    velero.with(Mishap.LOCATION_UNAVAILABLE);
    cluster.advance(Duration.ofSeconds(1));
    restore("namespaceMapping: {shop: copy}");
    cluster.settle();
    assertThat(phase()).isEqualTo("FailedValidation");
    assertThat(restored().at("/status/validationErrors/0").asText()).contains("unavailable");
  }

  @Test
  void theDataMoverFillsTheClaimOfAPod() {
    backup(Method.DataMover);
    restore("namespaceMapping: {shop: copy}");
    cluster.settle();
    assertThat(phase()).isEqualTo("Completed");
    assertThat(data("copy")).isEqualTo("good");
  }

  @Test
  void aDownloadIsAnsweredWithBytes() {
    backup(Method.FileSystem);
    cluster.put(
        """
        apiVersion: velero.io/v1
        kind: DownloadRequest
        metadata: {name: infos, namespace: velero}
        spec: {target: {kind: BackupVolumeInfos, name: monday}}
        """);
    cluster.advance(Duration.ofSeconds(1));
    var request = cluster.get(Kinds.DOWNLOAD_REQUEST.ref("velero", "infos")).orElseThrow();
    assertThat(request.text("/status/phase")).isEqualTo("Processed");
    assertThat(velero.published()).containsKey(request.text("/status/downloadURL"));
    cluster.advance(Duration.ofMinutes(11));
    assertThat(cluster.get(request.ref())).isEmpty();
  }

  private void restore(String spec) {
    cluster.put(
        """
        apiVersion: velero.io/v1
        kind: Restore
        metadata: {name: again, namespace: velero}
        spec: {%s, includedNamespaces: [shop], %s}
        """
            .formatted(
                spec.contains("backupName") ? "restorePVs: true" : "backupName: monday", spec));
  }

  private ObjectNode restored() {
    return cluster.world().get(RESTORE).orElseThrow();
  }

  private String phase() {
    return restored().at("/status/phase").asText("");
  }

  private ObjectNode volume(String namespace) {
    var claim = cluster.get(Kinds.PVC.ref(namespace, "data")).orElseThrow();
    return cluster.world().get(Kinds.PV.ref(claim.text("/spec/volumeName"))).orElseThrow();
  }

  private String data(String namespace) {
    return cluster.data(volume(namespace).at("/metadata/uid").asText());
  }
}
