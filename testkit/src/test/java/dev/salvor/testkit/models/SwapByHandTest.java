package dev.salvor.testkit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The order of writes of swap.md 1.2, line by line and without any step, against the models: proves
 * that they meet a right order with the states A to F and a wrong one with lost data.
 */
class SwapByHandTest {
  private static final Ref CLAIM = Kinds.PVC.ref("shop", "data-db-0");
  private static final Ref SHADOW = Kinds.PVC.ref("shop-copy", "data-db-0");
  private static final Ref SET = Kinds.STATEFUL_SET.ref("shop", "db");

  private final KubeletModel kubelet = new KubeletModel();
  private final PvBinderModel binder = new PvBinderModel();
  private final FakeCluster cluster =
      new FakeCluster()
          .with(
              binder,
              new ProvisionerModel().nodeLocal(),
              new PvcProtectionModel(),
              new StatefulSetModel(),
              kubelet);
  private final Run run = new Run(Kinds.NAMESPACE_RESTORE.ref("shop", "back"), "0123abcd-run");
  private final Destroyer destroyer = new Destroyer(cluster, (_, _, _, _, _, _, _) -> {}, run);
  private Ref old = CLAIM;
  private Ref copy = CLAIM;

  @BeforeEach
  void productionAndItsCopy() {
    cluster.put(
        """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop-copy, labels: {recovery.salvor.dev/run: 0123abcd-run}}
        ---
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: local}
        provisioner: rancher.io/local-path
        volumeBindingMode: WaitForFirstConsumer
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db, namespace: shop}
        spec:
          replicas: 1
          serviceName: db
          selector: {matchLabels: {app: db}}
          template:
            metadata: {labels: {app: db}}
            spec: {containers: [{name: db, image: db}]}
          volumeClaimTemplates:
            - metadata: {name: data}
              spec: {storageClassName: local, resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data-db-0, namespace: shop-copy}
        spec: {storageClassName: local, resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: held, namespace: shop-copy}
        spec:
          containers: [{name: hold, image: pause}]
          volumes: [{name: data, persistentVolumeClaim: {claimName: data-db-0}}]
        """);
    cluster.settle();
    old = volume(CLAIM);
    copy = volume(SHADOW);
    cluster.setData(read(old).uid(), "garbage");
    cluster.setData(read(copy).uid(), "orders");
  }

  @Test
  void theRightOrderEndsWithTheDataOfTheCopy() {
    detachCopy();
    retain(old);
    scale(0);
    assertThat(state()).isEqualTo("data-db-0 on " + old.name() + ", copy Released, old Bound");
    point();
    cluster.settle();
    assertThat(state()).isEqualTo("data-db-0 on " + old.name() + ", copy Available, old Bound");
    var manifest = manifest();
    destroy(CLAIM);
    cluster.settle();
    assertThat(state()).isEqualTo("no claim, copy Available, old Released");
    cluster.write(new Write.Create(manifest));
    cluster.settle();
    assertThat(state()).isEqualTo("data-db-0 on " + copy.name() + ", copy Bound, old Released");
    scale(1);
    assertThat(cluster.get(SET).orElseThrow().number("/status/readyReplicas", 0)).isEqualTo(1);
    assertThat(cluster.data(read(volume(CLAIM)).uid())).isEqualTo("orders");
    assertThat(cluster.data(read(old).uid())).isEqualTo("garbage");
    assertThat(kubelet.startsIn("shop-copy"))
        .extracting(KubeletModel.Start::image)
        .containsExactly("pause");
  }

  /** State X1: pointed first, so what the StatefulSet makes by itself is bound to the copy. */
  @Test
  void aClaimThatTheStatefulSetMadeAgainIsBoundToTheCopy() {
    detachCopy();
    retain(old);
    scale(0);
    point();
    destroy(CLAIM);
    scale(1);
    assertThat(state()).isEqualTo("data-db-0 on " + copy.name() + ", copy Bound, old Released");
    assertThat(read(CLAIM).annotation(PvBinderModel.BY_CONTROLLER)).isEqualTo("yes");
  }

  /** State X3: without line 9 it gets a third, empty volume. */
  @Test
  void aClaimThatIsMadeAgainTooEarlyGetsAThirdVolume() {
    detachCopy();
    retain(old);
    scale(0);
    destroy(CLAIM);
    cluster.settle();
    scale(1);
    assertThat(volume(CLAIM)).isNotIn(old, copy);
  }

  @Test
  void aPolicyThatIsGivenBackTooEarlyLosesTheData() {
    detachCopy();
    var victim = new Victim(copy, read(copy).uid());
    destroyer.giveBackPolicy(victim, "Delete");
    destroyer.giveBackPolicy(victim, "Delete");
    cluster.settle();
    assertThat(cluster.get(copy)).isEmpty();
    assertThat(cluster.data(victim.uid())).isEmpty();
  }

  @Test
  void theClaimOfProductionDoesNotGoWhileItsVolumeIsNotRetained() {
    detachCopy();
    scale(0);
    point();
    assertThatThrownBy(() -> destroy(CLAIM)).isInstanceOf(AssertionError.class);
  }

  /** swap.md B7. */
  @Test
  void pointingTheCopyAwayFromALivingShadowClaimLosesThatClaim() {
    destroy(Kinds.POD.ref("shop-copy", "held"));
    cluster.settle();
    retain(copy);
    point();
    cluster.settle();
    assertThat(read(SHADOW).text("/status/phase")).isEqualTo("Lost");
  }

  private void detachCopy() {
    destroy(Kinds.POD.ref("shop-copy", "held"));
    cluster.settle();
    retain(copy);
    destroy(SHADOW);
    cluster.settle();
  }

  private void retain(Ref volume) {
    cluster.write(
        read(volume)
            .edit()
            .set("/spec/persistentVolumeReclaimPolicy", "Retain")
            .annotate(Marks.POLICY_BEFORE, "Delete")
            .annotate(PvBinderModel.BY_CONTROLLER, null)
            .write());
  }

  private void point() {
    cluster.write(
        read(copy)
            .edit()
            .set(
                "/spec/claimRef",
                Manifests.one(
                    "{apiVersion: v1, kind: PersistentVolumeClaim, namespace: shop, name: data-db-0}"))
            .write());
  }

  private void destroy(Ref ref) {
    var victim = new Victim(ref, read(ref).uid());
    destroyer.destroy(victim);
    destroyer.destroy(victim);
  }

  private ObjectNode manifest() {
    return Manifests.one(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data-db-0, namespace: shop, labels: {app: db}}
        spec:
          storageClassName: local
          volumeName: %s
          resources: {requests: {storage: 1Gi}}
        """
            .formatted(copy.name()));
  }

  private void scale(int replicas) {
    cluster.write(read(SET).edit().set("/spec/replicas", replicas).write());
    cluster.settle();
  }

  private String state() {
    var claim =
        cluster
            .get(CLAIM)
            .map(seen -> seen.name() + " on " + seen.text("/spec/volumeName"))
            .orElse("no claim");
    return claim
        + ", copy "
        + read(copy).text("/status/phase")
        + ", old "
        + read(old).text("/status/phase");
  }

  private Ref volume(Ref claim) {
    return Kinds.PV.ref(read(claim).text("/spec/volumeName"));
  }

  private Seen read(Ref ref) {
    return cluster.get(ref).orElseThrow();
  }
}
