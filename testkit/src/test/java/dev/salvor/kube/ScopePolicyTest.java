package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import dev.salvor.testkit.control.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What the account of a Salvor for one namespace may, on a real API server: rights by RBAC, and
 * what RBAC cannot narrow down, by the policy of the chart.
 */
@OnControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScopePolicyTest {
  private static final Set<String> LEFT_OUT =
      Set.of("Deployment", "CustomResourceDefinition", "Pod", "NetworkPolicy");

  private final ControlPlane plane;
  private final String own;
  private final String shop;
  private final String other;
  private final String velero;
  private final Clients clients;
  private final Fabric8Cluster salvor;
  private final List<ObjectNode> chart;

  ScopePolicyTest(ControlPlane plane) {
    this.plane = plane;
    this.own = plane.newNamespace("narrow");
    this.shop = plane.newNamespace("shop");
    this.other = plane.newNamespace("other");
    this.velero = plane.newNamespace("velero");
    var rendered =
        new Helm(Path.of("..", "helm", "salvor"))
            .template()
            .withKubeVersion("1.34.4")
            .withName(own)
            .withNamespace(own)
            .set("watchNamespaces[0]", shop)
            .set("veleroNamespace", velero)
            .call();
    this.chart =
        Manifests.parse(rendered).stream()
            .filter(object -> !LEFT_OUT.contains(object.path("kind").asText()))
            .toList();
    chart.forEach(plane.world()::apply);
    this.clients = plane.clientsAs(own, own);
    var scope = new Scope(Set.of(shop), Set.of(), own);
    this.salvor = new Fabric8Cluster(clients, new Surroundings(own, velero, Set.of(), scope));
  }

  @BeforeAll
  void inForce() {
    Patience.until(
        Duration.ofSeconds(30),
        () -> "the policy has no effect",
        () -> !namespaceRefusal("probe-" + System.nanoTime(), "run").isEmpty());
  }

  @AfterAll
  void close() {
    clients.close();
    // the policies bind everybody but this account, the Salvor of the next class too
    plane.world().deleteAll(chart);
  }

  @Test
  void itsRightsEndWhereTheListEnds() {
    for (var verb : new String[] {"get", "create", "patch", "delete"}) {
      assertThat(salvor.allowed(verb, Kinds.PVC, shop)).as(verb).isTrue();
      assertThat(salvor.allowed(verb, Kinds.SECRET, shop)).as(verb).isTrue();
      for (var kind : new Kind[] {Kinds.PVC, Kinds.POD, Kinds.SECRET, Kinds.CONFIG_MAP}) {
        assertThat(salvor.allowed(verb, kind, other)).as(verb + kind.plural()).isFalse();
        assertThat(salvor.allowed(verb, kind, "")).as(verb + kind.plural()).isFalse();
      }
    }
    assertThat(salvor.allowed("delete", Kinds.PV, "")).isFalse();
  }

  @Test
  void listsOfAllNamespacesAreOfThoseThatItMaySee() {
    claim(shop, "seen");
    claim(other, "hidden");
    assertThat(salvor.list(Kinds.PVC, ""))
        .extracting(Seen::namespace)
        .contains(shop)
        .doesNotContain(other);
    assertThatThrownBy(() -> salvor.list(Kinds.PVC, other))
        .isInstanceOf(ClusterException.Forbidden.class);
    assertThatThrownBy(() -> salvor.get(Kinds.PVC.ref(other, "hidden")))
        .isInstanceOf(ClusterException.Forbidden.class);
    // in a namespace that is gone is nothing, and nobody has rights in it
    assertThat(salvor.get(Kinds.PVC.ref("was-never-there", "data"))).isEmpty();
    assertThat(salvor.list(Kinds.PVC, "was-never-there")).isEmpty();
  }

  @Test
  void itMakesShadowsOfItsOwnNamespacesAndHasRightsThere() {
    assertThat(namespaceRefusal("anything", "run")).contains("no others");
    assertThat(namespaceRefusal(other + "-salvor-0123abcd-1", "run")).contains("no others");
    assertThat(namespaceRefusal(shop + "-salvor-0123abcd-1", "unmarked")).contains("no others");
    var shadow = shop + "-salvor-0123abcd-2";
    assertThat(namespaceRefusal(shadow, "run")).isEmpty();
    assertThat(salvor.allowed("create", Kinds.PVC, shadow)).isFalse();
    binding(shadow, own + "-shadow", own, own);
    Patience.until(
        Duration.ofSeconds(30),
        () -> "the binding has no effect",
        () -> salvor.allowed("create", Kinds.PVC, shadow));
    assertThat(salvor.allowed("get", Kinds.SECRET, shadow)).isFalse();
    // nobody else, nothing else, nowhere else
    refused(() -> binding(shadow, own + "-shadow", "default", shadow), "nobody but itself");
    refused(() -> binding(shadow, "cluster-admin", own, own), "");
    refused(() -> binding(other, own + "-shadow", own, own), "nobody but itself");
    refused(() -> binding(shop, own + "-shadow", own, own), "nobody but itself");
  }

  @Test
  void aStrangersNamespaceStaysAsItIs() {
    var seen = salvor.get(Kinds.NAMESPACE.ref(other)).orElseThrow();
    refused(
        () -> salvor.write(seen.edit().annotate("recovery.salvor.dev/condemned-by", "x").write()),
        "no others");
  }

  @Test
  void volumesOfOthersStayAsTheyAre() {
    volume("theirs-" + other, other);
    volume("ours-" + shop, shop);
    volume("free-" + shop, null);
    var ours = salvor.get(Kinds.PV.ref("ours-" + shop)).orElseThrow();
    assertThatCode(() ->
            salvor.write(ours.edit().set("/spec/persistentVolumeReclaimPolicy", "Retain").write()))
        .doesNotThrowAnyException();
    var again = salvor.get(Kinds.PV.ref("ours-" + shop)).orElseThrow();
    refused(
        () -> salvor.write(again.edit().set("/spec/claimRef/namespace", other).write()),
        "claims in");
    for (var name : new String[] {"theirs-" + other, "free-" + shop}) {
      var volume = salvor.get(Kinds.PV.ref(name)).orElseThrow();
      refused(() -> salvor.write(volume.edit().annotate("note", "x").write()), "claims in");
    }
  }

  @Test
  void whatItMayHaveVeleroRestore() {
    restore("a", shop, shop + "-salvor-0123abcd-1", false);
    restore("b", shop, null, false);
    refused(() -> restore("c", other, null, false), "nothing else");
    refused(() -> restore("d", shop, other, false), "nothing else");
    refused(() -> restore("e", shop, null, true), "nothing else");
    refused(() -> restore("f", "*", null, false), "nothing else");
    var restore = salvor.get(Kinds.RESTORE.ref(velero, "b")).orElseThrow();
    refused(
        () -> salvor.write(restore.edit().set("/spec/includeClusterResources", true).write()),
        "may not change");
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable write, String why) {
    assertThatThrownBy(write)
        .isInstanceOf(ClusterException.Forbidden.class)
        .hasMessageContaining(why);
  }

  private String namespaceRefusal(String name, String label) {
    var manifest =
        Manifests.one(
            "{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {recovery.salvor.dev/%s: x}}}"
                .formatted(name, label));
    try {
      salvor.write(new Write.Create(manifest));
      return "";
    } catch (ClusterException.Forbidden e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void binding(String namespace, String role, String account, String accounts) {
    salvor.write(
        new Write.Create(
            Manifests.one(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: b-%5$d, namespace: %1$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %2$s}
                subjects: [{kind: ServiceAccount, name: %3$s, namespace: %4$s}]
                """
                    .formatted(namespace, role, account, accounts, System.nanoTime()))));
  }

  private void restore(String name, String namespace, String into, boolean clusterResources) {
    var manifest =
        Manifests.one(
            """
            apiVersion: velero.io/v1
            kind: Restore
            metadata: {name: %s, namespace: %s}
            spec: {backupName: b, includedNamespaces: ["%s"]}
            """
                .formatted(name, velero, namespace));
    if (into != null) manifest.withObject("/spec/namespaceMapping").put(namespace, into);
    if (clusterResources) manifest.withObject("/spec").put("includeClusterResources", true);
    salvor.write(new Write.Create(manifest));
  }

  private void claim(String namespace, String name) {
    plane.apply(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: %s, namespace: %s}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}, storageClassName: none}
        """
            .formatted(name, namespace));
  }

  private void volume(String name, String namespace) {
    plane.apply(
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: %s}
        spec:
          capacity: {storage: 1Mi}
          accessModes: [ReadWriteOnce]
          storageClassName: none
          hostPath: {path: /tmp/none}
          %s
        """
            .formatted(
                name,
                namespace == null
                    ? ""
                    : "claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, name: c, namespace: %s}"
                        .formatted(namespace)));
  }
}
