package dev.salvor.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What `helm install` gives the operator, but for the Deployment, which runs outside the cluster
 * here: CRDs, ServiceAccount, roles, admission policies.
 */
record Rights(Kube admin) {
  static final String NAMESPACE = "salvor-system";
  private static final Path CHART = Shell.ROOT.resolve("helm/salvor");

  /** Installs it, and gives back a kubeconfig with exactly the chart's rights. */
  Path install() {
    admin.namespace(NAMESPACE);
    // the chart has a role there, and scenarios of databases run without Velero
    admin.namespace("velero");
    crds().forEach(file -> admin.apply(read(file)));
    if (!Files.exists(CHART.resolve("Chart.yaml"))) {
      System.out.println("e2e: no chart yet, the operator runs as administrator");
      return admin.kubeconfig();
    }
    var kept =
        Chart.render(NAMESPACE).stream()
            .filter(document ->
                !document.matches(
                    "(?s).*(^|\\n)kind: (Deployment|Pod|Service|PodDisruptionBudget|ServiceMonitor)\\n.*"))
            .collect(Collectors.joining("\n---\n"));
    admin.apply(kept);
    var account =
        admin.list("serviceaccounts", NAMESPACE).stream()
            .map(found -> found.path("metadata").path("name").asText())
            .filter(name -> !name.equals("default"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("the chart makes no ServiceAccount"));
    return kubeconfigOf(NAMESPACE, account);
  }

  /**
   * An administrator with a token: the client library does not read every kind of key that a
   * kubeconfig may hold.
   */
  Path observer() {
    admin.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: e2e-counter}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: observer, namespace: e2e-counter}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: e2e-observer}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
        subjects: [{kind: ServiceAccount, name: observer, namespace: e2e-counter}]
        """);
    return kubeconfigOf("e2e-counter", "observer");
  }

  private Path kubeconfigOf(String namespace, String account) {
    var token =
        admin
            .kubectl("-n", namespace, "create", "token", account, "--duration=6h")
            .lines()
            .reduce("", (_, line) -> line);
    var config =
        (ObjectNode)
            Kube.parse(
                admin.kubectl("config", "view", "--raw", "--minify", "--flatten", "-o", "json"));
    for (var user : config.path("users")) {
      ((ObjectNode) user).putObject("user").put("token", token);
    }
    try {
      var file = Files.createTempFile("salvor-e2e", ".kubeconfig");
      return Files.writeString(file, config.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> crds() {
    var found =
        Stream.of(CHART.resolve("crds"), Shell.ROOT.resolve("crds"))
            .filter(Files::isDirectory)
            .flatMap(Rights::yaml)
            .sorted(Comparator.comparing(Path::toString))
            .toList();
    if (found.isEmpty()) throw new AssertionError("no CRD YAML under crds/; run make crds");
    return found;
  }

  private static Stream<Path> yaml(Path folder) {
    try (var files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().matches(".*\\.ya?ml"))
          .filter(file -> !file.toString().contains("/target/"))
          .filter(file ->
              read(file).contains("kind: CustomResourceDefinition")
                  || read(file).contains("\"CustomResourceDefinition\""))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
