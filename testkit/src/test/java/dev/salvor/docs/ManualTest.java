package dev.salvor.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a reader copies out of the docs, a real API server takes, with no unknown field. */
@OnControlPlane
final class ManualTest {
  private final ControlPlane plane;

  ManualTest(ControlPlane plane) {
    this.plane = plane;
  }

  static List<Manual.Block> blocks() {
    return new Manual().blocks();
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void theApiServerTakes(Manual.Block block) {
    assertThat(Manifests.parse(block.text())).as(block.where()).isNotEmpty();
    for (var manifest : Manifests.parse(block.text())) {
      try {
        create(manifest);
      } catch (KubernetesClientException e) {
        throw new AssertionError(block.where() + ": " + e.getMessage(), e);
      }
    }
  }

  @Test
  void aTypingMistakeWouldBeNoticed() {
    var manifest =
        Manifests.one(
            """
            apiVersion: recovery.salvor.dev/v1alpha1
            kind: NamespaceRestore
            metadata: {name: mistake, namespace: shop}
            spec: {backup: {schedul: daily}}
            """);
    assertThatThrownBy(() -> create(manifest)).hasMessageContaining("schedul");
  }

  /** Server-side dry run: nothing is left behind, and examples may share a name. */
  private void create(ObjectNode manifest) {
    var ref = Manifests.ref(manifest);
    var kind = Kinds.of(ref);
    var path = kind.apiVersion().contains("/") ? "/apis/" : "/api/";
    path += kind.apiVersion();
    if (kind.namespaced()) {
      var namespace = Objects.requireNonNullElse(ref.namespace(), "default");
      plane.apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}");
      path += "/namespaces/" + namespace;
    }
    plane
        .admin()
        .raw(path + "/" + kind.plural() + "?dryRun=All&fieldValidation=Strict", "POST", manifest);
  }
}
