package dev.salvor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What only the fake has: faults, rules, the record, the controllers that are built in. */
class FakeClusterTest {
  private static final Ref MAP = Kinds.CONFIG_MAP.ref("shop", "settings");
  private static final Ref CLAIM = Kinds.PVC.ref("shop", "data");
  private static final Ref VOLUME = Kinds.PV.ref("pv-1");

  private final FakeCluster cluster =
      new FakeCluster()
          .put(
              """
              {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
              ---
              apiVersion: v1
              kind: ConfigMap
              metadata: {name: settings, namespace: shop}
              data: {colour: red}
              """);
  private final Run run = new Run(Kinds.NAMESPACE_RESTORE.ref("shop", "back"), "0123abcd");
  private final Destroyer destroyer = new Destroyer(cluster, (_, _, _, _, _, _, _) -> {}, run);

  @Test
  void theDeathBeforeAWriteLeavesNothing() {
    cluster.fault(1, Fault.CRASH_BEFORE);
    assertThatThrownBy(() -> paint("blue")).isInstanceOf(Killed.class);
    assertThat(colour()).isEqualTo("red");
    paint("blue");
    assertThat(colour()).isEqualTo("blue");
    assertThat(cluster.writes()).extracting(Recorded::executed).containsExactly(false, true);
  }

  @Test
  void theDeathAfterAWriteLeavesTheWrite() {
    cluster.fault(1, Fault.CRASH_AFTER);
    assertThatThrownBy(() -> paint("blue")).isInstanceOf(Killed.class);
    assertThat(colour()).isEqualTo("blue");
  }

  @Test
  void aLostReplyIsAWriteThatHappened() {
    cluster.faults(attempt -> attempt.verb() == Recorded.Verb.PATCH ? Fault.LOST_REPLY : null);
    assertThatThrownBy(() -> paint("blue")).isInstanceOf(ClusterException.Unavailable.class);
    assertThat(colour()).isEqualTo("blue");
    assertThat(cluster.writes().getFirst().kind()).isEqualTo(Kinds.CONFIG_MAP);
  }

  @Test
  void aClaimMustNotGoBeforeItsVolumeIsRetained() {
    bind("Delete");
    var victim = new Victim(CLAIM, read(CLAIM).uid());
    assertThat(destroyer.destroy(victim)).isEqualTo(Destroyer.State.MARKED);
    assertThatThrownBy(() -> destroyer.destroy(victim))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("not Retain");
  }

  @Test
  void aClaimWithARetainedVolumeMayGo() {
    bind("Retain");
    var victim = new Victim(CLAIM, read(CLAIM).uid());
    destroyer.destroy(victim);
    assertThat(destroyer.destroy(victim)).isEqualTo(Destroyer.State.DELETED);
    assertThat(destroyer.destroy(victim)).isEqualTo(Destroyer.State.GONE);
  }

  @Test
  void aClaimRefMustNotBeCleared() {
    bind("Retain");
    var write = read(VOLUME).edit().remove("/spec/claimRef").write();
    assertThatThrownBy(() -> cluster.write(write)).isInstanceOf(AssertionError.class);
  }

  @Test
  void twoVolumesMustNotWaitForOneClaim() {
    bind("Retain");
    cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: pv-2}
        spec: {claimRef: {namespace: shop, name: data}}
        """);
    var write = read(VOLUME).edit().remove("/spec/claimRef/uid").write();
    assertThatThrownBy(() -> cluster.write(write))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("both have a claimRef without UID");
  }

  @Test
  void aVolumeThatIsNotBoundMustBeCondemnedBeforeItsPolicyIsDelete() {
    bind("Retain");
    var write = read(VOLUME).edit().set("/spec/persistentVolumeReclaimPolicy", "Delete").write();
    assertThatThrownBy(() -> cluster.write(write)).isInstanceOf(AssertionError.class);
  }

  @Test
  void whatIsNotCondemnedMustNotBeDeleted() {
    var seen = read(MAP);
    assertThatThrownBy(() -> cluster.delete(new Victim(MAP, seen.uid()), seen.resourceVersion()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(Marks.CONDEMNED);
  }

  @Test
  void aStatusIsCommittedOnlyOnWhatWasRead() {
    cluster.put(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: NamespaceRestore
        metadata: {name: back, namespace: shop}
        spec: {}
        """);
    var read = read(run.ref()).json().deepCopy();
    assertThat(read.at("/status/observedGeneration").asInt()).isEqualTo(-1);
    read.withObject("/status").put("phase", "Planning");
    assertThat(cluster.commitStatus(read).at("/metadata/generation").asInt()).isEqualTo(1);
    assertThatThrownBy(() -> cluster.commitStatus(read))
        .isInstanceOf(ClusterException.Conflict.class);
    assertThat(cluster.count()).isEqualTo(2);
  }

  @Test
  void anOwnerThatIsGoneTakesItsObjectsWithIt() {
    cluster.put(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: child
          namespace: shop
          ownerReferences: [{apiVersion: v1, kind: Pod, name: gone, uid: nobody}]
        """);
    cluster.round();
    assertThat(cluster.get(Kinds.CONFIG_MAP.ref("shop", "child"))).isEmpty();
  }

  @Test
  void aNamespaceGoesWhenItsContentIsGone() {
    var stuck = cluster.world().get(MAP).orElseThrow();
    stuck.withObject("/metadata").putArray("finalizers").add("example.org/hold");
    cluster.update(stuck);
    cluster.delete(Kinds.NAMESPACE.ref("shop"));
    cluster.settle();
    assertThat(read(Kinds.NAMESPACE.ref("shop")).at("/status/conditions").toString())
        .contains("example.org/hold");
    assertThatThrownBy(() ->
            cluster.put("{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: shop}}"))
        .isInstanceOf(ClusterException.Forbidden.class)
        .hasMessageContaining("being terminated");
    var free = cluster.world().get(MAP).orElseThrow();
    free.withObject("/metadata").remove("finalizers");
    cluster.update(free);
    cluster.settle();
    assertThat(cluster.get(Kinds.NAMESPACE.ref("shop"))).isEmpty();
  }

  @Test
  void managedFieldsTellWhoWroteWhat() {
    var flux = cluster.as("kustomize-controller");
    var manifest =
        Manifests.one(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: shop, labels: {app: shop}}
            data: {size: large}
            """);
    flux.apply(manifest);
    paint("blue");
    var fields = read(MAP).at("/metadata/managedFields");
    assertThat(fields.findValuesAsText("manager"))
        .containsExactly("kustomize-controller", Marks.MANAGER);
    assertThat(fields.get(0).at("/operation").asText()).isEqualTo("Apply");
    assertThat(fields.get(0).at("/fieldsV1/f:data").has("f:size")).isTrue();
    assertThat(fields.get(1).at("/fieldsV1/f:data").has("f:colour")).isTrue();
    manifest.remove("data");
    flux.apply(manifest);
    assertThat(read(MAP).json().path("data").toString()).isEqualTo("{\"colour\":\"blue\"}");
  }

  @Test
  void anUnchangedUpdateIsNoNewVersion() {
    var version = read(MAP).resourceVersion();
    cluster.update(cluster.world().get(MAP).orElseThrow());
    assertThat(read(MAP).resourceVersion()).isEqualTo(version);
  }

  @Test
  void theQuotaRefusesOnce() {
    cluster.exceedQuota("shop", 1);
    var claim =
        Manifests.one(
            "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop}}");
    assertThatThrownBy(() -> cluster.write(new Write.Create(claim)))
        .isInstanceOf(ClusterException.Forbidden.class)
        .hasMessageContaining("exceeded quota");
    assertThat(cluster.write(new Write.Create(claim)).text("/status/phase")).isEqualTo("Pending");
  }

  @Test
  void anApiServerThatIsAwayAnswersNothing() {
    cluster.away(true);
    assertThatThrownBy(() -> read(MAP)).isInstanceOf(ClusterException.Unavailable.class);
    cluster.away(false);
    assertThat(colour()).isEqualTo("red");
  }

  @Test
  void timePassesOnlyWhenItIsTold() {
    var before = cluster.now();
    cluster.advance(Duration.ofMinutes(5));
    assertThat(Duration.between(before, cluster.now())).isEqualTo(Duration.ofMinutes(5));
  }

  private void bind(String policy) {
    cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: shop}
        spec: {volumeName: pv-1}
        """);
    cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: pv-1}
        spec:
          persistentVolumeReclaimPolicy: %s
          claimRef: {namespace: shop, name: data, uid: %s}
        """
            .formatted(policy, read(CLAIM).uid()));
  }

  private void paint(String colour) {
    cluster.write(read(MAP).edit().set("/data/colour", colour).write());
  }

  private String colour() {
    return read(MAP).text("/data/colour");
  }

  private Seen read(Ref ref) {
    return cluster.get(ref).orElseThrow();
  }
}
