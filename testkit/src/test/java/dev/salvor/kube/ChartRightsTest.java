package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.api.Victim;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import dev.salvor.testkit.control.Patience;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The rights that the chart gives, no fewer and no more, with its admission policies in force. */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChartRightsTest {
  private static final Path CHART = Path.of("..", "helm", "salvor");
  private static final Set<String> LEFT_OUT =
      Set.of("Deployment", "CustomResourceDefinition", "Pod");

  private final ControlPlane plane;
  private final List<ObjectNode> chart;
  private final Clients clients;
  private final Fabric8Cluster salvor;
  private final String own;
  private final String shop;

  ChartRightsTest(ControlPlane plane) {
    this.plane = plane;
    this.own = plane.newNamespace("chart");
    this.shop = plane.newNamespace("shop");
    plane.apply("{apiVersion: v1, kind: Namespace, metadata: {name: velero}}");
    var rendered =
        new Helm(CHART)
            .template()
            .withKubeVersion("1.34.4")
            .withName(own)
            .withNamespace(own)
            .call();
    this.chart =
        Manifests.parse(rendered).stream()
            .filter(object -> !LEFT_OUT.contains(object.path("kind").asText()))
            .toList();
    chart.forEach(plane.world()::apply);
    this.clients = plane.clientsAs(own, own);
    this.salvor = new Fabric8Cluster(clients);
  }

  @AfterAll
  void close() {
    clients.close();
    // the policies bind everybody but this account, the Salvor of the next class too
    plane.world().deleteAll(chart);
  }

  @Test
  void whatItLooksAtItMayRead() {
    assertThat(Kinds.ALL)
        .filteredOn(kind -> !salvor.allowed("get", kind, "") || !salvor.allowed("list", kind, ""))
        .as("kinds of Kinds.ALL that the chart's ClusterRole does not let it read everywhere")
        .isEmpty();
    assertThat(salvor.allowed("get", Kinds.LEASE, own)).isTrue();
  }

  /**
   * A PersistentVolume can be a folder of a node: by the policy it makes those of Longhorn only.
   */
  @Test
  void ofVolumesItMakesThoseOfLonghornOnly() {
    var longhorn = volume("csi: {driver: driver.longhorn.io, volumeHandle: v}");
    Patience.until(
        Duration.ofSeconds(30),
        () -> "the policy has no effect",
        () -> salvor.rehearse(volume("hostPath: {path: /}")).isPresent());
    assertThat(salvor.rehearse(longhorn)).isEmpty();
    for (var other :
        List.of(
            "hostPath: {path: /}",
            "csi: {driver: other.example, volumeHandle: v}",
            "csi: {driver: driver.longhorn.io, volumeHandle: v}, persistentVolumeReclaimPolicy: Delete"))
      assertThat(salvor.rehearse(volume(other)))
          .as(other)
          .hasValueSatisfying(why -> assertThat(why).contains("Salvor may create"));
  }

  private Write volume(String more) {
    return new Write.Create(
        Manifests.merged(
            Manifests.one(
                """
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: made, labels: {recovery.salvor.dev/run: r}}
                spec:
                  storageClassName: none
                  persistentVolumeReclaimPolicy: Retain
                  capacity: {storage: 1Mi}
                  accessModes: [ReadWriteOnce]
                  claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: %s, name: c, uid: u}
                """
                    .formatted(shop)),
            Manifests.one("spec: {" + more + "}")));
  }

  /** What follows a restore by a Job. */
  @Test
  void whatFollowsAJobItMayDo() {
    for (var verb : List.of("get", "create", "patch", "delete"))
      assertThat(salvor.allowed(verb, Kinds.SECRET, shop)).as(verb).isTrue();
    for (var kind :
        List.of(Kinds.EXTERNAL_SECRET, Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.DAEMON_SET))
      assertThat(salvor.allowed("patch", kind, shop)).as(kind.plural()).isTrue();
  }

  /** Each of these would let a Salvor in other hands reach further than its recoveries do. */
  @Test
  void whatItNeverDoesItMayNot() {
    var role = new Kind("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", false);
    var account = new Kind("v1", "ServiceAccount", "serviceaccounts", true);
    // deletes those of a lost node, which the admission policy narrows down
    assertThat(salvor.allowed("deletecollection", Kinds.PV, "")).isFalse();
    for (var verb : List.of("bind", "escalate", "create", "patch"))
      assertThat(salvor.allowed(verb, role, "")).as(verb + " roles").isFalse();
    assertThat(salvor.allowed("impersonate", account, "")).isFalse();
    // checks are Jobs, and their pods are tried as a dry run: no more than Jobs allow anyhow
    for (var kind : List.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.CRON_JOB, Kinds.SERVICE))
      assertThat(salvor.allowed("create", kind, shop)).as("create " + kind.plural()).isFalse();
    // those of an archive are read, those of a Cluster that is made anew are put back
    for (var verb : List.of("watch", "update", "deletecollection"))
      assertThat(salvor.allowed(verb, Kinds.SECRET, "")).as(verb + " secrets").isFalse();
    assertThat(salvor.allowed("create", Kinds.RESTORE, shop)).isFalse();
    for (var verb : List.of("create", "delete", "update"))
      assertThat(salvor.allowed(verb, Kinds.EXTERNAL_SECRET, shop)).as(verb).isFalse();
    for (var kind : Kinds.ALL)
      for (var verb : List.of("deletecollection", "*"))
        assertThat(salvor.allowed(verb, kind, "")).as(verb + " " + kind.resource()).isFalse();
  }

  @Test
  void aVictimIsMarkedAndGoes() {
    plane
        .world()
        .create(
            Manifests.one(
                """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data, namespace: %s}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}, storageClassName: none}
                """
                    .formatted(shop)));
    var claim = salvor.get(Kinds.PVC.ref(shop, "data")).orElseThrow();
    var run = new Run(Kinds.NAMESPACE_RESTORE.ref(shop, "back"), "run-uid");
    var events = new Fabric8Events(clients, "salvor-0", Clock.systemUTC());
    var destroyer = new Destroyer(salvor, events, run);
    var victim = new Victim(claim.ref(), claim.uid());

    Patience.until(Duration.ofSeconds(30), () -> "the policy has no effect", this::refusesDelete);
    assertThat(destroyer.destroy(victim)).isEqualTo(Destroyer.State.MARKED);
    assertThat(destroyer.destroy(victim)).isEqualTo(Destroyer.State.DELETED);
    var left = salvor.get(claim.ref());
    assertThat(left.isEmpty() || left.get().terminating()).isTrue();
    var event = new Kind("events.k8s.io/v1", "Event", "events", true);
    assertThat(plane.world().list(event, shop))
        .extracting(told -> told.path("reason").asText())
        .containsExactlyInAnyOrder("Deleting", "Deleted");
  }

  @Test
  void itWritesTheStatusOfARecovery() {
    plane.apply(
        "{apiVersion: recovery.salvor.dev/v1alpha1, kind: NamespaceRestore, metadata: {name: s, namespace: %s}, spec: {backup: {name: b}}}"
            .formatted(shop));
    var recoveries = new Recoveries(clients);
    var named = new NamespaceRestore();
    named.setMetadata(new ObjectMetaBuilder().withName("s").withNamespace(shop).build());
    var live = recoveries.live(named).orElseThrow();
    named.getMetadata().setResourceVersion(live.getMetadata().getResourceVersion());
    named.setStatus(
        new RecoveryStatus(
            1,
            "Planning",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null));
    recoveries.commit(named);
    assertThat(recoveries.live(named).orElseThrow().getStatus().phase()).isEqualTo("Planning");
  }

  private boolean refusesDelete() {
    try {
      var probe =
          plane
              .world()
              .create(
                  Manifests.one(
                      "{apiVersion: v1, kind: ConfigMap, metadata: {generateName: p-, namespace: velero}}"));
      var ref = Manifests.ref(probe);
      var now = salvor.get(ref).orElseThrow();
      salvor.delete(new Victim(ref, now.uid()), now.resourceVersion());
      return false;
    } catch (ClusterException.Forbidden e) {
      return String.valueOf(e.getMessage()).contains("condemned-by");
    }
  }
}
