package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.app.Salvor;
import dev.salvor.app.Settings;
import dev.salvor.kube.Clients;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Recoveries;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A CRD that was not upgraded with the operator: status cannot say so, an event does. */
@OnControlPlane
final class OlderCrdTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Kind EVENT = new Kind("events.k8s.io/v1", "Event", "events", true);
  private static final Kind CRD =
      new Kind(
          "apiextensions.k8s.io/v1",
          "CustomResourceDefinition",
          "customresourcedefinitions",
          false);
  private static final String STATUS =
      "/spec/versions/0/schema/openAPIV3Schema/properties/status/properties";

  private final ControlPlane plane;

  OlderCrdTest(ControlPlane plane) {
    this.plane = plane;
  }

  @ParameterizedTest
  @ValueSource(strings = {"knows another value", "does not know a field"})
  void theRecoverySaysWhatToDo(String how) {
    var namespace = plane.newNamespace("older");
    recovery(namespace, "probe");
    try (var clients = plane.clients()) {
      try {
        plane.installCrds(older(how).toString());
        // the schema of a CRD that was changed is in force a moment later
        await().atMost(PATIENCE).until(() -> refusal(clients, namespace).isPresent());
        recovery(namespace, "r");
        try (var salvor = new Salvor(settings(namespace), plane.clients())) {
          salvor.start();
          await().atMost(PATIENCE).until(() -> told(namespace).isPresent());
        }
        var event = told(namespace).orElseThrow();
        assertThat(event.path("type").asText()).isEqualTo("Warning");
        assertThat(event.path("note").asText())
            .contains("does not take the status")
            .contains("kubectl apply")
            .contains("crds/yaml/namespacerestores.recovery.salvor.dev.yaml")
            .contains("phase");
      } finally {
        plane.installOwnCrds();
        await().atMost(PATIENCE).until(() -> refusal(clients, namespace).isEmpty());
      }
    }
  }

  private ObjectNode older(String how) {
    var crd =
        plane
            .world()
            .get(CRD.ref("namespacerestores.recovery.salvor.dev"))
            .orElseThrow();
    crd.remove("status");
    var own = Manifests.one("apiVersion: v1");
    own.setAll(crd);
    own.set("metadata", Manifests.one("name: namespacerestores.recovery.salvor.dev"));
    var properties = (ObjectNode) own.at(STATUS);
    if (how.startsWith("knows")) properties.withObject("/phase").putArray("enum").add("Older");
    else properties.remove("phase");
    return own;
  }

  private Optional<ObjectNode> told(String namespace) {
    return plane.world().list(EVENT, namespace).stream()
        .filter(event -> event.path("reason").asText().equals("StatusRefused"))
        .filter(event -> event.at("/regarding/name").asText().equals("r"))
        .findFirst();
  }

  private void recovery(String namespace, String name) {
    plane.apply(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: NamespaceRestore
        metadata: {name: %s, namespace: %s}
        spec: {backup: {name: monday}}
        """
            .formatted(name, namespace));
  }

  /** Why the API server does not take a status; empty if it does. */
  private Optional<String> refusal(Clients clients, String namespace) {
    var recoveries = new Recoveries(clients);
    var live = plane.world().get(Kinds.NAMESPACE_RESTORE.ref(namespace, "probe")).orElseThrow();
    var probe = new NamespaceRestore();
    probe.setMetadata(
        new ObjectMetaBuilder()
            .withName("probe")
            .withNamespace(namespace)
            .withResourceVersion(live.at("/metadata/resourceVersion").asText())
            .build());
    probe.setStatus(
        new RecoveryStatus(
            1, "Planning", null, null, null, null, null, null, null, null, null, null, null, null,
            null, null, null, null));
    try {
      recoveries.commit(probe);
      return Optional.empty();
    } catch (KubernetesClientException answer) {
      return recoveries.refusal(answer);
    }
  }

  private static Settings settings(String namespace) {
    return new Settings(
        new dev.salvor.kube.Surroundings("salvor-system", "velero", Set.of()),
        Set.of(namespace),
        false,
        "salvor-older-crd",
        0);
  }
}
