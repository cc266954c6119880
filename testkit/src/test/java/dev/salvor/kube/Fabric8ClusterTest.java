package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only the real one can get wrong: paths, paging, and how the API server's words are read. */
@OnControlPlane
final class Fabric8ClusterTest {
  private final ControlPlane plane;
  private final Clients clients;
  private final Fabric8Cluster cluster;
  private String namespace = "";

  Fabric8ClusterTest(ControlPlane plane) {
    this.plane = plane;
    this.clients = plane.clients();
    this.cluster = new Fabric8Cluster(clients);
  }

  @BeforeEach
  void namespace() {
    namespace = plane.newNamespace("port");
  }

  @AfterEach
  void close() {
    clients.close();
  }

  @Test
  void aPatchOfAnOlderVersionIsAConflict() {
    var first = cluster.write(new Write.Create(configMap("a")));
    cluster.write(first.edit().set("/data/x", "2").write());
    assertThatThrownBy(() -> cluster.write(first.edit().set("/data/x", "3").write()))
        .isInstanceOf(ClusterException.Conflict.class)
        .hasMessageContaining("ConfigMap " + namespace + "/a");
    assertThat(cluster.get(first.ref()).orElseThrow().text("/data/x")).isEqualTo("2");
  }

  @Test
  void aPatchOfAnotherObjectOfThatNameIsAConflict() {
    var first = cluster.write(new Write.Create(configMap("a")));
    plane.world().delete(first.ref());
    var second = cluster.write(new Write.Create(configMap("a")));
    var forged = first.json().deepCopy();
    forged.withObject("/metadata").put("resourceVersion", second.resourceVersion());
    var stale = new Seen(first.ref(), forged);
    assertThatThrownBy(() -> cluster.write(stale.edit().set("/data/x", "3").write()))
        .isInstanceOf(ClusterException.Conflict.class);
  }

  @Test
  void aPatchThatTheApiServerWillNeverTakeIsInvalid() {
    var pod = cluster.write(new Write.Create(pod("a")));
    assertThatThrownBy(() -> cluster.write(pod.edit().set("/spec/hostNetwork", true).write()))
        .isInstanceOf(ClusterException.Invalid.class)
        .hasMessageContaining("pod updates may not change fields");
  }

  @Test
  void aPatchOfWhatIsGoneIsNotFound() {
    var first = cluster.write(new Write.Create(configMap("a")));
    plane.world().delete(first.ref());
    assertThatThrownBy(() -> cluster.write(first.edit().set("/data/x", "3").write()))
        .isInstanceOf(ClusterException.NotFound.class);
  }

  @Test
  void writesAreSignedWithTheFieldManager() {
    var created = cluster.write(new Write.Create(configMap("a")));
    plane
        .world()
        .as("somebody")
        .apply(Manifests.merged(configMap("a"), Manifests.one("data: {other: '1'}")));
    var patched =
        cluster.write(
            cluster.get(created.ref()).orElseThrow().edit().set("/data/late", "1").write());
    assertThat(patched.at("/metadata/managedFields").findValuesAsText("manager"))
        .contains("salvor", "somebody");
  }

  @Test
  void theNameThatIsTakenAndTheNamespaceThatIsMissingAreToldApart() {
    cluster.write(new Write.Create(configMap("a")));
    assertThatThrownBy(() -> cluster.write(new Write.Create(configMap("a"))))
        .isInstanceOf(ClusterException.AlreadyExists.class);
    var elsewhere = configMap("a");
    elsewhere.withObject("/metadata").put("namespace", namespace + "-not");
    assertThatThrownBy(() -> cluster.write(new Write.Create(elsewhere)))
        .isInstanceOf(ClusterException.NotFound.class);
  }

  @Test
  void onlyTheVictimOfThatVersionIsDeleted() {
    var seen = cluster.write(new Write.Create(configMap("a")));
    var another = new Victim(seen.ref(), "00000000-0000-0000-0000-000000000000");
    cluster.delete(another, seen.resourceVersion());
    assertThat(cluster.get(seen.ref())).isPresent();

    var victim = new Victim(seen.ref(), seen.uid());
    var changed = cluster.write(seen.edit().set("/data/x", "2").write());
    assertThatThrownBy(() -> cluster.delete(victim, seen.resourceVersion()))
        .isInstanceOf(ClusterException.Conflict.class);
    assertThat(cluster.get(seen.ref())).isPresent();

    cluster.delete(victim, changed.resourceVersion());
    assertThat(cluster.get(seen.ref())).isEmpty();
    cluster.delete(victim, changed.resourceVersion());
  }

  @Test
  void aLongListIsReadPageByPage() {
    for (var i = 0; i < 520; i++) plane.world().create(configMap("long-" + i));
    assertThat(cluster.list(Kinds.CONFIG_MAP, namespace))
        .filteredOn(seen -> seen.name().startsWith("long-"))
        .hasSize(520)
        .allSatisfy(seen -> {
          assertThat(seen.ref()).isEqualTo(Kinds.CONFIG_MAP.ref(namespace, seen.name()));
          assertThat(seen.text("/kind")).isEqualTo("ConfigMap");
        });
  }

  @Test
  void labelsSelect() {
    var marked = configMap("marked");
    marked.withObject("/metadata").putObject("labels").put("a.b/c", "x").put("d", "");
    cluster.write(new Write.Create(marked));
    cluster.write(new Write.Create(configMap("plain")));
    assertThat(cluster.list(Kinds.CONFIG_MAP, namespace, Map.of("a.b/c", "x", "d", "")))
        .extracting(Seen::name)
        .containsExactly("marked");
    assertThat(cluster.list(Kinds.CONFIG_MAP, "", Map.of("a.b/c", "x")))
        .extracting(Seen::namespace)
        .contains(namespace);
  }

  @Test
  void aKindThatIsNotServedIsEmptyAndSaysSo() {
    assertThat(cluster.serves(Kinds.SCALED_OBJECT)).isFalse();
    assertThat(cluster.list(Kinds.SCALED_OBJECT, namespace)).isEmpty();
    assertThat(cluster.get(Kinds.SCALED_OBJECT.ref(namespace, "a"))).isEmpty();
    assertThat(cluster.serves(Kinds.NAMESPACE_RESTORE)).isTrue();
    assertThat(cluster.serves(Kinds.PVC)).isTrue();
  }

  @Test
  void anOwnerOfAnyKindCanBeReadButNotWritten() {
    var ref = new Ref("v1", "ServiceAccount", namespace, "a");
    plane.apply(
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: a, namespace: %s}}"
            .formatted(namespace));
    var seen = cluster.get(ref).orElseThrow();
    assertThat(seen.uid()).isNotEmpty();
    assertThatThrownBy(() -> cluster.write(seen.edit().label("a", "b").write()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(cluster.get(new Ref("nobody.example/v1", "Thing", namespace, "a"))).isEmpty();
  }

  @Test
  void discoveryListsNamespacedKindsOnly() {
    var kinds = cluster.namespacedKinds();
    assertThat(kinds).contains(Kinds.PVC, Kinds.RESTORE, Kinds.DATA_DOWNLOAD, Kinds.STATEFUL_SET);
    assertThat(kinds).doesNotContain(Kinds.NAMESPACE, Kinds.PV).doesNotHaveDuplicates();
    assertThat(kinds).allSatisfy(kind -> assertThat(kind.namespaced()).isTrue());
    // a review can be created but not listed
    assertThat(kinds).extracting(Kind::kind).doesNotContain("LocalSubjectAccessReview");
  }

  @Test
  void aRehearsalChangesNothing() {
    var seen = cluster.write(new Write.Create(configMap("a")));
    assertThat(cluster.rehearse(seen.edit().set("/data/x", "2").write())).isEmpty();
    assertThat(cluster.rehearse(new Write.Create(configMap("b")))).isEmpty();
    assertThat(cluster.rehearse(new Write.Create(configMap("a"))).orElseThrow())
        .contains("already exists");
    assertThat(cluster.get(Kinds.CONFIG_MAP.ref(namespace, "b"))).isEmpty();
    assertThat(cluster.get(seen.ref()).orElseThrow().resourceVersion())
        .isEqualTo(seen.resourceVersion());
  }

  @Test
  void permissionsAreThoseOfTheServiceAccount() {
    try (var others = plane.clientsAs(namespace, "nobody")) {
      var nobody = new Fabric8Cluster(others);
      assertThat(cluster.allowed("delete", Kinds.PV, "")).isTrue();
      assertThat(nobody.allowed("delete", Kinds.PV, "")).isFalse();
      assertThatThrownBy(() -> nobody.list(Kinds.PVC, namespace))
          .isInstanceOf(ClusterException.Forbidden.class)
          .hasMessageContaining("system:serviceaccount:" + namespace + ":nobody");
      // the API server forbids that before it finds out that there is none
      var unknown = new Kind("example.org/v1", "Widget", "widgets", true);
      assertThat(nobody.list(unknown, "")).isEmpty();
      assertThat(nobody.get(unknown.ref(namespace, "one"))).isEmpty();
    }
  }

  @Test
  void aContainerWithoutALogHasAnEmptyOne() {
    var pod = cluster.write(new Write.Create(pod("a")));
    assertThat(cluster.log(pod.ref(), "main", 10)).isEmpty();
    assertThat(cluster.log(Kinds.POD.ref(namespace, "gone"), "main", 10)).isEmpty();
  }

  private ObjectNode configMap(String name) {
    return Manifests.one(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: %s}, data: {x: '1'}}"
            .formatted(name, namespace));
  }

  private ObjectNode pod(String name) {
    return Manifests.one(
        "{apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: %s}, spec: {containers: [{name: main, image: none}]}}"
            .formatted(name, namespace));
  }
}
