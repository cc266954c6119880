package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.World;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every look may rely on: the semantics of {@link ClusterReader}, on the fake and the real.
 */
abstract class ClusterReaderContract {
  private static final Kind WIDGET = new Kind("example.org/v1", "Widget", "widgets", true);

  private final String namespace = "contract-" + UUID.randomUUID().toString().substring(0, 8);
  private final Ref map = Kinds.CONFIG_MAP.ref(namespace, "settings");

  /** The port under test. */
  protected abstract ClusterReader cluster();

  /** The same cluster for somebody else. */
  protected abstract World world();

  @BeforeEach
  void makeNamespace() {
    world()
        .create(
            Manifests.one(
                "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace)));
    world().create(map("settings", "{app: shop, tier: web}"));
  }

  @AfterEach
  void removeNamespace() {
    world().delete(Kinds.NAMESPACE.ref(namespace));
  }

  @Test
  void whatIsNotThereIsEmpty() {
    assertThat(cluster().get(Kinds.CONFIG_MAP.ref(namespace, "nothing"))).isEmpty();
    assertThat(cluster().get(Kinds.CONFIG_MAP.ref("no-such-namespace", "nothing"))).isEmpty();
    assertThat(cluster().list(Kinds.SECRET, "no-such-namespace")).isEmpty();
  }

  @Test
  void whatIsThereIsShownAsItIs() {
    var seen = read();
    assertThat(seen.ref()).isEqualTo(map);
    assertThat(seen.uid()).isNotEmpty();
    assertThat(seen.resourceVersion()).isNotEmpty();
    assertThat(seen.text("/apiVersion")).isEqualTo("v1");
    assertThat(seen.text("/kind")).isEqualTo("ConfigMap");
    assertThat(seen.text("/data/colour")).isEqualTo("red");
    assertThat(seen.time("/metadata/creationTimestamp")).isPresent();
    assertThat(seen.terminating()).isFalse();
  }

  @Test
  void aListSaysOfEachObjectWhatItIs() {
    var listed =
        cluster().list(Kinds.CONFIG_MAP, namespace).stream()
            .filter(seen -> seen.name().equals("settings"))
            .toList();
    assertThat(listed).hasSize(1);
    assertThat(listed.getFirst().ref()).isEqualTo(map);
    assertThat(listed.getFirst().text("/kind")).isEqualTo("ConfigMap");
    assertThat(listed.getFirst().resourceVersion()).isEqualTo(read().resourceVersion());
  }

  @Test
  void allLabelsMustBeCarried() {
    world().create(map("other", "{app: shop}"));
    assertThat(cluster().list(Kinds.CONFIG_MAP, namespace, Map.of("app", "shop")))
        .extracting(Seen::name)
        .containsExactlyInAnyOrder("settings", "other");
    assertThat(cluster().list(Kinds.CONFIG_MAP, namespace, Map.of("app", "shop", "tier", "web")))
        .extracting(Seen::name)
        .containsExactly("settings");
    assertThat(cluster().list(Kinds.CONFIG_MAP, "", Map.of("app", "shop")))
        .extracting(Seen::namespace)
        .contains(namespace);
  }

  @Test
  void aKindWithoutNamespaceHasNone() {
    var seen = cluster().get(Kinds.NAMESPACE.ref(namespace)).orElseThrow();
    assertThat(seen.ref().namespace()).isNull();
    assertThat(seen.namespace()).isEmpty();
    assertThat(cluster().list(Kinds.NAMESPACE, "")).extracting(Seen::name).contains(namespace);
  }

  @Test
  void aKindThatIsNotServedIsEmpty() {
    assertThat(cluster().serves(WIDGET)).isFalse();
    assertThat(cluster().serves(Kinds.CONFIG_MAP)).isTrue();
    assertThat(cluster().get(WIDGET.ref(namespace, "one"))).isEmpty();
    assertThat(cluster().list(WIDGET, namespace)).isEmpty();
    assertThat(cluster().list(WIDGET, "")).isEmpty();
  }

  @Test
  void discoveryKnowsTheNamespacedKinds() {
    assertThat(cluster().namespacedKinds())
        .contains(Kinds.CONFIG_MAP, Kinds.DEPLOYMENT, Kinds.PVC)
        .doesNotContain(Kinds.NAMESPACE, Kinds.PV);
  }

  @Test
  void whatMayBeDoneMayBeDone() {
    assertThat(cluster().allowed("delete", Kinds.PVC, namespace)).isTrue();
    assertThat(cluster().allowed("patch", Kinds.PV, "")).isTrue();
  }

  @Test
  void aPodThatIsNotThereHasNoLog() {
    assertThat(cluster().log(Kinds.POD.ref(namespace, "nobody"), "web", 10)).isEmpty();
  }

  private Seen read() {
    return cluster().get(map).orElseThrow();
  }

  private ObjectNode map(String name, String labels) {
    return Manifests.one(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s, namespace: %s, labels: %s}
        data: {colour: red}
        """
            .formatted(name, namespace, labels));
  }
}
