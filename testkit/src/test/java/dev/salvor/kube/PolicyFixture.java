package dev.salvor.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** The chart's admission policy, installed for a service account that RBAC allows everything. */
record PolicyFixture(String namespace, String account) {
  private static final Path TEMPLATE =
      Path.of("..", "helm", "salvor", "templates", "admission-policy.yaml");

  /** A namespace that the policy guards. */
  static final String GUARDED = "guarded-here";

  static PolicyFixture install(ControlPlane plane) {
    var namespace = plane.newNamespace("policy");
    var fixture = new PolicyFixture(namespace, namespace);
    plane.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: %1$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
        subjects: [{kind: ServiceAccount, name: %1$s, namespace: %1$s}]
        """
            .formatted(namespace));
    plane.apply(fixture.rendered());
    return fixture;
  }

  /**
   * Takes the policies away again: they bind everybody but this account, the Salvor of the next
   * class too. It is seconds until the API server goes by it.
   */
  void remove(ControlPlane plane) {
    plane.world().deleteAll(Manifests.parse(rendered()));
  }

  /** Few expressions, so that no Helm is needed here; a new one fails this test. */
  private String rendered() {
    try {
      var yaml =
          Files.readAllLines(TEMPLATE).stream()
              .filter(line -> !line.startsWith("{{- if ") && !line.startsWith("{{- end"))
              .collect(Collectors.joining("\n"))
              .replace("{{ .Release.Name }}", account)
              .replace("{{ .Release.Namespace }}", namespace)
              .replace("{{ toJson .Values.guardedNamespaces }}", "['" + GUARDED + "']");
      assertThat(yaml).doesNotContain("{{");
      return yaml;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
