package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import dev.salvor.testkit.control.Patience;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** S9 of Longhorn's volumes, in a namespace that is guarded otherwise. */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LonghornPolicyTest {
  /** Nothing but pods is deleted in such a namespace. */
  private static final String HOME = "kube-longhorn";

  private final ControlPlane plane;
  private final PolicyFixture policy;
  private final Clients clients;
  private final Fabric8Cluster salvor;

  LonghornPolicyTest(ControlPlane plane) {
    this.plane = plane;
    plane.apply(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: volumes.longhorn.io}
        spec:
          group: longhorn.io
          scope: Namespaced
          names: {kind: Volume, plural: volumes, singular: volume, listKind: VolumeList}
          versions:
          - name: v1beta2
            served: true
            storage: true
            schema:
              openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
        """);
    plane.apply(
        "{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {recovery.salvor.dev/protected: \"true\"}}}"
            .formatted(HOME));
    this.policy = PolicyFixture.install(plane);
    this.clients = plane.clientsAs(policy.namespace(), policy.account());
    this.salvor = new Fabric8Cluster(clients);
  }

  /** The other tests know no Longhorn. */
  @AfterAll
  void remove() {
    clients.close();
    policy.remove(plane);
    plane.removeCrd("volumes.longhorn.io");
  }

  @Test
  void onlyARestoreOfItsOwnGoesThatNobodyIsBoundTo() {
    Patience.until(
        Duration.ofSeconds(30),
        () -> "the kind is served, and the policy in force",
        () -> salvor.serves(Kinds.LONGHORN_VOLUME) && refuses("probe", "", ""));
    assertThat(refuses("of-somebody", "", "")).isTrue();
    assertThat(refuses("in-use", "run", "pvc-1")).isTrue();
    var own = condemned("own", "run", "");
    salvor.delete(new Victim(own.ref(), own.uid()), own.resourceVersion());
    assertThat(salvor.get(own.ref())).isEmpty();
    var plain = made("plain", "run", "");
    assertThatThrownBy(
            () -> salvor.delete(new Victim(plain.ref(), plain.uid()), plain.resourceVersion()))
        .as("without the mark")
        .isInstanceOf(ClusterException.Forbidden.class);
  }

  private boolean refuses(String name, String run, String bound) {
    var volume = condemned(name, run, bound);
    try {
      salvor.delete(new Victim(volume.ref(), volume.uid()), volume.resourceVersion());
      return false;
    } catch (ClusterException.Forbidden e) {
      return true;
    }
  }

  private Seen condemned(String name, String run, String bound) {
    var made = made(name, run, bound);
    return salvor.write(made.edit().annotate(Marks.CONDEMNED, "run").write());
  }

  private Seen made(String name, String run, String bound) {
    var ref = Kinds.LONGHORN_VOLUME.ref(HOME, name);
    var there = plane.world().get(ref);
    if (there.isPresent()) return new Seen(ref, there.get());
    var volume =
        Manifests.one(
            "{apiVersion: longhorn.io/v1beta2, kind: Volume, metadata: {name: %s, namespace: %s}, status: {kubernetesStatus: {pvName: \"%s\"}}}"
                .formatted(name, HOME, bound));
    if (!run.isEmpty()) volume.withObject("/metadata/labels").put(Marks.RUN, run);
    var made = plane.world().create(volume);
    return new Seen(Manifests.ref(made), made);
  }
}
