package dev.salvor.testkit.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.FakeCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The binder, the provisioner and the protection, where a swap depends on them (swap.md 2.1). */
class VolumeModelsTest {
  private static final Ref CLAIM = Kinds.PVC.ref("shop", "data");
  private static final Ref COPY = Kinds.PV.ref("copy");

  private final PvBinderModel binder = new PvBinderModel();
  private final ProvisionerModel provisioner = new ProvisionerModel();
  private final FakeCluster cluster =
      new FakeCluster()
          .with(binder, provisioner, new PvcProtectionModel(), new KubeletModel())
          .put(
              """
              {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
              ---
              apiVersion: storage.k8s.io/v1
              kind: StorageClass
              metadata: {name: fast}
              provisioner: disks.example.org
              volumeBindingMode: Immediate
              ---
              apiVersion: storage.k8s.io/v1
              kind: StorageClass
              metadata: {name: late}
              provisioner: disks.example.org
              volumeBindingMode: WaitForFirstConsumer
              reclaimPolicy: Retain
              """);

  @Test
  void aClaimGetsAVolumeOfItsOwn() {
    claim("fast", "");
    cluster.settle();
    var volume = volumeOf(CLAIM);
    assertThat(volume.text("/status/phase")).isEqualTo("Bound");
    assertThat(volume.text("/spec/claimRef/uid")).isEqualTo(read(CLAIM).uid());
    assertThat(volume.text("/spec/persistentVolumeReclaimPolicy")).isEqualTo("Delete");
    assertThat(volume.annotation(PvBinderModel.BY_CONTROLLER)).isEmpty();
  }

  @Test
  void aClassThatWaitsWaitsForAPod() {
    claim("late", "");
    cluster.settle();
    assertThat(read(CLAIM).text("/status/phase")).isEqualTo("Pending");
    pod("");
    cluster.settle();
    assertThat(read(CLAIM).annotation(PvBinderModel.NODE)).isEqualTo("node-1");
    assertThat(volumeOf(CLAIM).text("/spec/persistentVolumeReclaimPolicy")).isEqualTo("Retain");
    assertThat(read(Kinds.POD.ref("shop", "web")).text("/status/phase")).isEqualTo("Running");
  }

  @Test
  void aGateKeepsAPodAndItsClaimWaiting() {
    claim("late", "");
    pod("schedulingGates: [{name: wait}], ");
    cluster.settle();
    assertThat(read(CLAIM).text("/status/phase")).isEqualTo("Pending");
    assertThat(read(Kinds.POD.ref("shop", "web")).has("/spec/nodeName")).isFalse();
  }

  /** swap.md B1. */
  @Test
  void aNamedVolumeIsBoundWithoutALookAtSizeOrClass() {
    copy("shop", "", "1Mi");
    claim("late", "volumeName: copy, ");
    cluster.settle();
    assertThat(read(CLAIM).text("/status/phase")).isEqualTo("Bound");
    assertThat(read(COPY).text("/spec/claimRef/uid")).isEqualTo(read(CLAIM).uid());
    assertThat(read(COPY).annotation(PvBinderModel.BY_CONTROLLER)).isEmpty();
  }

  /** swap.md 1.2: whoever makes the claim again before Salvor does gets the copy. */
  @Test
  void aVolumeThatWaitsForAClaimByNameIsTakenEvenByOneThatNamesNone() {
    copy("shop", "", "5Gi");
    claim("late", "");
    cluster.settle();
    assertThat(read(CLAIM).text("/spec/volumeName")).isEqualTo("copy");
  }

  @Test
  void aVolumeOfAnotherUidIsNotTaken() {
    copy("shop", "somebody", "5Gi");
    cluster.settle();
    assertThat(read(COPY).text("/status/phase")).isEqualTo("Released");
    claim("late", "volumeName: copy, ");
    cluster.settle();
    assertThat(read(CLAIM).text("/status/phase")).isEqualTo("Pending");
    cluster.world().save(read(COPY).edit().remove("/spec/claimRef/uid"));
    cluster.settle();
    assertThat(read(CLAIM).text("/status/phase")).isEqualTo("Bound");
  }

  /** swap.md B7. */
  @Test
  void aClaimWhoseVolumePointsElsewhereIsLost() {
    claim("fast", "");
    cluster.settle();
    var volume = volumeOf(CLAIM);
    cluster
        .world()
        .save(volume.edit().set("/spec/claimRef/name", "other").remove("/spec/claimRef/uid"));
    cluster.settle();
    assertThat(read(CLAIM).text("/status/phase")).isEqualTo("Lost");
  }

  /** swap.md B4. */
  @Test
  void aVolumeOfTheControllerThatLosesARaceIsFree() {
    claim("fast", "");
    cluster.settle();
    var uid = read(CLAIM).uid();
    copy("shop", uid, "5Gi");
    cluster.settle();
    assertThat(read(COPY).text("/spec/claimRef/name")).isEqualTo("data");
    assertThat(read(COPY).has("/spec/claimRef/uid")).isFalse();
    cluster
        .world()
        .save(
            read(COPY)
                .edit()
                .set("/spec/claimRef/uid", uid)
                .annotate(PvBinderModel.BY_CONTROLLER, "yes"));
    cluster.settle();
    assertThat(read(COPY).has("/spec/claimRef")).isFalse();
    assertThat(read(COPY).text("/status/phase")).isEqualTo("Available");
  }

  @Test
  void aFreeVolumeGoesToAnyClaimOfItsClass() {
    copy("shop", "", "5Gi");
    cluster
        .world()
        .save(read(COPY).edit().remove("/spec/claimRef").set("/spec/storageClassName", "fast"));
    claim("fast", "");
    cluster.settle();
    assertThat(read(CLAIM).text("/spec/volumeName")).isEqualTo("copy");
    assertThat(read(COPY).annotation(PvBinderModel.BY_CONTROLLER)).isEqualTo("yes");
  }

  @Test
  void aSlowBinderBindsLate() {
    binder.slow(Duration.ofSeconds(30));
    copy("shop", "", "5Gi");
    claim("late", "volumeName: copy, ");
    cluster.round();
    cluster.advance(Duration.ofSeconds(29));
    assertThat(read(CLAIM).text("/status/phase")).isEqualTo("Pending");
    cluster.advance(Duration.ofSeconds(1));
    assertThat(read(CLAIM).text("/status/phase")).isEqualTo("Bound");
  }

  /** swap.md B2, B3: nobody calls DELETE on the volume, and the data is gone. */
  @Test
  void aReleasedVolumeWithPolicyDeleteLosesItsData() {
    claim("fast", "");
    cluster.settle();
    var volume = volumeOf(CLAIM);
    cluster.setData(volume.uid(), "orders");
    cluster.world().save(volume.edit().set("/spec/persistentVolumeReclaimPolicy", "Retain"));
    cluster.delete(CLAIM);
    cluster.settle();
    assertThat(read(volume.ref()).text("/status/phase")).isEqualTo("Released");
    assertThat(cluster.data(volume.uid())).isEqualTo("orders");
    cluster
        .world()
        .save(read(volume.ref()).edit().set("/spec/persistentVolumeReclaimPolicy", "Delete"));
    cluster.settle();
    assertThat(cluster.get(volume.ref())).isEmpty();
    assertThat(cluster.data(volume.uid())).isEmpty();
  }

  @Test
  void aBackEndWithoutRoomLeavesTheClaimPending() {
    provisioner.full(true);
    claim("fast", "");
    cluster.settle();
    assertThat(read(CLAIM).text("/status/phase")).isEqualTo("Pending");
  }

  /** swap.md B8. */
  @Test
  void aCompletedPodKeepsADeletedClaim() {
    claim("fast", "");
    pod("restartPolicy: Never, ");
    cluster.settle();
    var pod = Kinds.POD.ref("shop", "web");
    assertThat(read(pod).text("/status/phase")).isEqualTo("Succeeded");
    cluster.delete(CLAIM);
    cluster.settle();
    assertThat(read(CLAIM).terminating()).isTrue();
    cluster.delete(pod);
    cluster.settle();
    assertThat(cluster.get(CLAIM)).isEmpty();
  }

  private void claim(String storageClass, String more) {
    cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: shop}
        spec: {storageClassName: %s, %s resources: {requests: {storage: 1Gi}}}
        """
            .formatted(storageClass, more));
  }

  /** A volume that waits for claim data in {@code namespace}. */
  private void copy(String namespace, String uid, String size) {
    cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: copy}
        spec:
          storageClassName: other
          capacity: {storage: %s}
          claimRef: {namespace: %s, name: data%s}
        """
            .formatted(size, namespace, uid.isEmpty() ? "" : ", uid: " + uid));
  }

  private void pod(String more) {
    cluster.put(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: shop}
        spec:
          {%s
          containers: [{name: web, image: web}],
          volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]}
        """
            .formatted(more));
  }

  private Seen volumeOf(Ref claim) {
    return read(Kinds.PV.ref(read(claim).text("/spec/volumeName")));
  }

  private Seen read(Ref ref) {
    return cluster.get(ref).orElseThrow();
  }
}
