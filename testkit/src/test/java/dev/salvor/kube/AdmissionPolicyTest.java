package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import dev.salvor.testkit.control.Patience;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** S9: the API server refuses what the operator must never do, whoever wrote the operator. */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AdmissionPolicyTest {
  private final ControlPlane plane;
  private final PolicyFixture policy;
  private final Clients clients;
  private final Fabric8Cluster salvor;
  private final String namespace;

  AdmissionPolicyTest(ControlPlane plane) {
    this.plane = plane;
    this.policy = PolicyFixture.install(plane);
    this.namespace = policy.namespace();
    this.clients = plane.clientsAs(namespace, policy.account());
    this.salvor = new Fabric8Cluster(clients);
  }

  /** A new policy takes effect after some seconds, and the two do so one after the other. */
  @BeforeAll
  void waitForThePolicies() {
    Patience.until(
        Duration.ofSeconds(30),
        () -> "the policies have no effect",
        () -> {
          var probe = configMap("{finalizers: [example.org/stay]}");
          var changes = salvor.rehearse(probe.edit().remove("/metadata/finalizers").write());
          return changes.isPresent() && refusesDelete(probe);
        });
  }

  @AfterAll
  void close() {
    clients.close();
    policy.remove(plane);
  }

  @Test
  void withoutUidNothingIsDeletedNotEvenTheCondemned() {
    var marked = condemn(configMap("{}"));
    assertThatThrownBy(() ->
            clients.writing().configMaps().inNamespace(namespace).withName(marked.name()).delete())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("only with the UID of the object");
    assertThat(salvor.get(marked.ref())).isPresent();
  }

  @Test
  void whatIsNotMarkedIsNotDeleted() {
    var plain = configMap("{}");
    assertThatThrownBy(() -> delete(plain))
        .isInstanceOf(ClusterException.Forbidden.class)
        .hasMessageContaining("only what carries the annotation recovery.salvor.dev/condemned-by");
    assertThat(salvor.get(plain.ref())).isPresent();
  }

  @Test
  void theMarkedOneGoesByUid() {
    var marked = condemn(configMap("{}"));
    delete(marked);
    assertThat(salvor.get(marked.ref())).isEmpty();
  }

  @Test
  void collectionsAreNeverDeleted() {
    var marked = condemn(configMap("{}"));
    assertThatThrownBy(() ->
            clients
                .writing()
                .raw("/api/v1/namespaces/" + namespace + "/configmaps", "DELETE", null))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("Salvor may not delete");
    assertThat(salvor.get(marked.ref())).isPresent();
  }

  /** swap.md B3: no DELETE call, and the data is gone. */
  @Test
  void aVolumeThatIsNotBoundGetsThePolicyDeleteOnlyWhenMarked() {
    for (var phase : new String[] {"Released", "Available", "Failed"}) {
      var volume = volume(phase);
      var give = volume.edit().set("/spec/persistentVolumeReclaimPolicy", "Delete").write();
      assertThatThrownBy(() -> salvor.write(give))
          .isInstanceOf(ClusterException.Forbidden.class)
          .hasMessageContaining("reclaim policy Delete");
      var marked = condemn(volume);
      salvor.write(marked.edit().set("/spec/persistentVolumeReclaimPolicy", "Delete").write());
    }
  }

  /** Those of a node that is gone, and no others. */
  @Test
  void aVolumeGoesOnlyWhenNothingUsesItAndNobodyWipesIt() {
    for (var phase : new String[] {"Bound", "Available"})
      assertThat(refusesDelete(condemn(volume(phase)))).as(phase).isTrue();
    var wiped = condemn(volume("Released"));
    salvor.write(wiped.edit().set("/spec/persistentVolumeReclaimPolicy", "Delete").write());
    assertThat(refusesDelete(wiped)).isTrue();
    var gone = condemn(volume("Released"));
    var own = gone.at("/metadata/finalizers").deepCopy();
    var provisioners = own.deepCopy();
    ((com.fasterxml.jackson.databind.node.ArrayNode) provisioners).add("example.com/provisioner");
    var held = salvor.write(gone.edit().set("/metadata/finalizers", provisioners).write());
    assertThatThrownBy(() -> salvor.write(held.edit().set("/metadata/finalizers", own).write()))
        .as("before it is deleted")
        .isInstanceOf(ClusterException.Forbidden.class);
    delete(held);
    var going = salvor.get(held.ref()).orElseThrow();
    salvor.write(going.edit().set("/metadata/finalizers", own).write());
  }

  /** The mark must have been there before: one patch cannot bring both. */
  @Test
  void theMarkDoesNotComeWithTheDeed() {
    var volume = volume("Released");
    var both =
        volume
            .edit()
            .annotate(Marks.CONDEMNED, "run")
            .set("/spec/persistentVolumeReclaimPolicy", "Delete")
            .write();
    assertThatThrownBy(() -> salvor.write(both)).isInstanceOf(ClusterException.Forbidden.class);
  }

  @Test
  void aBoundVolumeMayHaveItsPolicyBack() {
    var volume = volume("Bound");
    assertThatCode(() ->
            salvor.write(
                volume.edit().set("/spec/persistentVolumeReclaimPolicy", "Delete").write()))
        .doesNotThrowAnyException();
  }

  @Test
  void volumesAreRetainedAndMarkedFreely() {
    var volume = volume("Released");
    assertThatCode(() ->
            salvor.write(
                volume.edit().label(Marks.ROLE, Marks.ROLE_OLD).annotate("a", "b").write()))
        .doesNotThrowAnyException();
  }

  /** swap.md B13. */
  @Test
  void aStatefulSetThatDeletesItsClaimsIsNotScaledDown() {
    var set = statefulSet("Delete");
    assertThatThrownBy(() -> salvor.write(set.edit().set("/spec/replicas", 0).write()))
        .isInstanceOf(ClusterException.Forbidden.class)
        .hasMessageContaining("whenScaled");
    salvor.write(set.edit().set("/spec/replicas", 3).write());
    var kept = statefulSet("Retain");
    salvor.write(kept.edit().set("/spec/replicas", 0).write());
  }

  @Test
  void finalizersStayAndOwnersAreNotAdded() {
    var held = configMap("{finalizers: [example.org/stay]}");
    assertThatThrownBy(() -> salvor.write(held.edit().remove("/metadata/finalizers").write()))
        .isInstanceOf(ClusterException.Forbidden.class)
        .hasMessageContaining("may not remove finalizers");
    var owners =
        Manifests.one(
                "o: [{apiVersion: v1, kind: ConfigMap, name: x, uid: 00000000-0000-0000-0000-000000000000}]")
            .get("o");
    assertThatThrownBy(
            () -> salvor.write(held.edit().set("/metadata/ownerReferences", owners).write()))
        .isInstanceOf(ClusterException.Forbidden.class)
        .hasMessageContaining("may not add owners");
    salvor.write(held.edit().annotate("a", "b").write());
  }

  @Test
  void itsOwnFinalizerOnItsOwnKindIsItsToRemove() {
    plane.apply(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: NamespaceRestore
        metadata: {name: r, namespace: %s, finalizers: [%s]}
        spec: {backup: {name: b}}
        """
            .formatted(namespace, Marks.FINALIZER));
    var seen = salvor.get(Kinds.NAMESPACE_RESTORE.ref(namespace, "r")).orElseThrow();
    assertThatCode(() -> salvor.write(seen.edit().remove("/metadata/finalizers").write()))
        .doesNotThrowAnyException();
  }

  @Test
  void nobodyElseIsConcerned() {
    var plain = configMap("{}");
    plane.world().delete(plain.ref());
    assertThat(salvor.get(plain.ref())).isEmpty();
  }

  private boolean refusesDelete(Seen seen) {
    try {
      delete(seen);
      return false;
    } catch (ClusterException.Forbidden e) {
      return true;
    }
  }

  private void delete(Seen seen) {
    var now = salvor.get(seen.ref()).orElseThrow();
    salvor.delete(new Victim(seen.ref(), seen.uid()), now.resourceVersion());
  }

  private Seen condemn(Seen seen) {
    return salvor.write(seen.edit().annotate(Marks.CONDEMNED, "run").write());
  }

  private Seen configMap(String meta) {
    var object =
        Manifests.merged(
            Manifests.one("{apiVersion: v1, kind: ConfigMap, metadata: " + meta + "}"),
            Manifests.one("metadata: {name: m-%s, namespace: %s}".formatted(id(), namespace)));
    var made = plane.world().create(object);
    return new Seen(Manifests.ref(made), made);
  }

  private Seen volume(String phase) {
    var made =
        plane
            .world()
            .create(
                Manifests.one(
                    """
                    apiVersion: v1
                    kind: PersistentVolume
                    metadata: {name: policy-%s}
                    spec:
                      storageClassName: none
                      persistentVolumeReclaimPolicy: Retain
                      capacity: {storage: 1Mi}
                      accessModes: [ReadWriteOnce]
                      hostPath: {path: /nowhere}
                      claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: elsewhere, name: c, uid: u}
                    status: {phase: %s}
                    """
                        .formatted(id(), phase)));
    return new Seen(Manifests.ref(made), made);
  }

  private Seen statefulSet(String whenScaled) {
    var made =
        plane
            .world()
            .create(
                Manifests.one(
                    """
                    apiVersion: apps/v1
                    kind: StatefulSet
                    metadata: {name: s-%s, namespace: %s}
                    spec:
                      replicas: 2
                      serviceName: s
                      persistentVolumeClaimRetentionPolicy: {whenScaled: %s}
                      selector: {matchLabels: {a: policy}}
                      template:
                        metadata: {labels: {a: policy}}
                        spec: {containers: [{name: c, image: none}]}
                    """
                        .formatted(id(), namespace, whenScaled)));
    return new Seen(Manifests.ref(made), made);
  }

  private static String id() {
    return UUID.randomUUID().toString().substring(0, 8);
  }
}
