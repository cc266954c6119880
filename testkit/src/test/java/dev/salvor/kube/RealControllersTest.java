package dev.salvor.kube;

import static dev.salvor.kube.RealVolumes.phase;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import dev.salvor.testkit.control.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** reference/swap.md 4.2: what the other real controllers do to a claim around its exchange. */
@OnControlPlane(controllers = true)
final class RealControllersTest {
  private final ControlPlane plane;
  private final Clients clients;
  private final Fabric8Cluster cluster;
  private RealVolumes volumes;

  RealControllersTest(ControlPlane plane) {
    this.plane = plane;
    this.clients = plane.clients();
    this.cluster = new Fabric8Cluster(clients);
    this.volumes = new RealVolumes(plane, "");
  }

  @BeforeEach
  void namespace() {
    volumes = new RealVolumes(plane, plane.newNamespace("around"));
  }

  @AfterEach
  void close() {
    clients.close();
  }

  /** B11: what a deleted claim frees is given back later; "exceeded quota" is a wait. */
  @Test
  void quotaIsGivenBackSomeTimeAfterTheClaimIsGone() {
    volumes.create(
        "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: %s}, spec: {hard: {persistentvolumeclaims: '1'}}}"
            .formatted(volumes.namespace()),
        "{}");
    volumes.await(
        Kinds.RESOURCE_QUOTA.ref(volumes.namespace(), "q"),
        "counting",
        seen -> seen.has("/status/used"));
    volumes.makeBound("c");
    var again = claim("c");
    var another = claim("d");
    assertThat(cluster.rehearse(new Write.Create(another)).orElse(""))
        .contains("exceeded quota: q");

    plane.world().delete(volumes.claim("c"));
    volumes.awaitGone(volumes.claim("c"));
    Patience.until(
        RealVolumes.PATIENCE,
        () -> "the quota is not given back",
        () -> {
          try {
            cluster.write(new Write.Create(again));
            return true;
          } catch (ClusterException.Forbidden e) {
            assertThat(e).hasMessageContaining("exceeded quota");
            return false;
          }
        });
  }

  /** B12: hence only owners that live are copied. */
  @Test
  void aClaimWithAnOwnerThatIsGoneIsCollected() {
    volumes.makeClaim(
        "c",
        "metadata: {ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: web, uid: 00000000-0000-0000-0000-000000000001}]}");
    volumes.awaitGone(volumes.claim("c"));
  }

  /** B13: hence refused. */
  @Test
  void scalingToZeroDeletesTheClaimsWhereTheStatefulSetSaysSo() {
    makeStatefulSet("persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}");
    volumes.await(volumes.claim("data-web-0"), "there", seen -> true);
    volumes.await(Kinds.POD.ref(volumes.namespace(), "web-0"), "there", seen -> true);
    scale(0);
    volumes.awaitGone(volumes.claim("data-web-0"));
  }

  /** Re-point before delete, with a StatefulSet that nobody has stopped. */
  @Test
  void aStatefulSetThatMakesItsClaimAgainGetsTheVolumeThatPointsToIt() {
    volumes.makeVolumeFor("old", "data-web-0", "{}");
    makeStatefulSet("{}");
    var first =
        volumes.await(volumes.claim("data-web-0"), "Bound", seen -> phase(seen).equals("Bound"));
    assertThat(first.text("/spec/volumeName")).isEqualTo(volumes.volume("old").name());
    volumes.makeVolume("decoy", "{}");
    volumes.makeVolumeFor("new", "data-web-0", "spec: {capacity: {storage: 8Mi}}");

    plane.world().delete(volumes.claim("data-web-0"));
    var pod = Kinds.POD.ref(volumes.namespace(), "web-0");
    plane.world().deleteNow(pod);
    var second =
        volumes.await(
            volumes.claim("data-web-0"),
            "made again and Bound",
            seen -> !seen.uid().equals(first.uid()) && phase(seen).equals("Bound"));
    assertThat(second.text("/spec/volumeName")).isEqualTo(volumes.volume("new").name());
  }

  /** B17: "" stays as it is; nil is filled with the default class as soon as there is one. */
  @Test
  void theDefaultClassIsWrittenIntoAClaimWithNone() {
    var name = volumes.namespace() + "-default";
    volumes.create(
        """
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: %s, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
        provisioner: kubernetes.io/no-provisioner
        volumeBindingMode: WaitForFirstConsumer
        """
            .formatted(name),
        "{}");
    try {
      var empty = claim("empty");
      empty.withObject("/spec").put("storageClassName", "");
      var none = claim("none");
      none.withObject("/spec").remove("storageClassName");
      cluster.write(new Write.Create(empty));
      // admission needs a moment to know the class
      Patience.until(
          RealVolumes.PATIENCE,
          () -> "a claim without a class is not given the default one",
          () -> {
            cluster.get(volumes.claim("none")).ifPresent(seen -> plane.world().delete(seen.ref()));
            volumes.awaitGone(volumes.claim("none"));
            return cluster
                .write(new Write.Create(none))
                .text("/spec/storageClassName")
                .equals(name);
          });
      var kept = volumes.await(volumes.claim("empty"), "there", seen -> true);
      assertThat(kept.has("/spec/storageClassName")).isTrue();
      assertThat(kept.text("/spec/storageClassName")).isEmpty();
    } finally {
      plane.world().delete(Kinds.STORAGE_CLASS.ref(name));
    }
  }

  /** The namespace controller empties the shadow namespace; a foreign finalizer stops it. */
  @Test
  void aNamespaceGoesWithItsContentAndWaitsForFinalizers() {
    volumes.create(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: held, namespace: %s, finalizers: [example.org/stay]}}"
            .formatted(volumes.namespace()),
        "{}");
    volumes.makeBound("c");
    var namespace = Kinds.NAMESPACE.ref(volumes.namespace());
    plane.world().delete(namespace);
    volumes.awaitGone(volumes.claim("c"));
    volumes.await(
        namespace,
        "Terminating because of a finalizer",
        seen -> seen.at("/status/conditions").toString().contains("SomeFinalizersRemain"));

    var held = Kinds.CONFIG_MAP.ref(volumes.namespace(), "held");
    var free = plane.world().get(held).orElseThrow();
    free.withObject("/metadata").putArray("finalizers");
    plane.world().update(free);
    volumes.awaitGone(namespace);
  }

  private ObjectNode claim(String name) {
    return Manifests.one(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: %s, namespace: %s}
        spec:
          storageClassName: %s
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 1Mi}}
        """
            .formatted(name, volumes.namespace(), volumes.namespace()));
  }

  private void makeStatefulSet(String over) {
    volumes.create(
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: web, namespace: %1$s}
        spec:
          replicas: 1
          serviceName: web
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 0
              containers: [{name: c, image: none, volumeMounts: [{name: data, mountPath: /data}]}]
          volumeClaimTemplates:
          - metadata: {name: data}
            spec:
              storageClassName: %1$s
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Mi}}
        """
            .formatted(volumes.namespace()),
        "{spec: %s}".formatted(over.equals("{}") ? over : "{" + over + "}"));
  }

  private void scale(int replicas) {
    var set = plane.world().get(Kinds.STATEFUL_SET.ref(volumes.namespace(), "web")).orElseThrow();
    set.withObject("/spec").put("replicas", replicas);
    // its controller writes the status at the same time: whatever that has made of it
    set.withObject("/metadata").remove("resourceVersion");
    set.remove("status");
    plane.world().update(set);
  }
}
