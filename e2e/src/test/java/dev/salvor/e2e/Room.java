package dev.salvor.e2e;

import java.time.Duration;
import java.util.List;

/** The namespaces and volumes of one scenario, to be taken away at its end. */
record Room(Kube kube, List<String> namespaces) {
  static Room of(Stage stage, String... namespaces) {
    return new Room(stage.kube(), List.of(namespaces));
  }

  /** Recoveries first, so that the operator sees them go; then the rest, without waiting for it. */
  void clear() {
    if (Cluster.keep()) return;
    for (var kind : Recovery.Kind.values()) clear(kind.resource());
    // else its claims are made again while the namespace goes
    for (var namespace : namespaces) {
      kube.tryKubectl(
          "-n", namespace, "delete", Database.KIND, "--all", "--timeout=90s", "--ignore-not-found");
    }
    for (var namespace : namespaces) {
      kube.tryKubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false");
    }
    dropVolumes();
  }

  private void clear(String kind) {
    for (var namespace : namespaces) {
      kube.tryKubectl("-n", namespace, "delete", kind, "--all", "--timeout=60s");
    }
    kube.list(kind, Rights.NAMESPACE).stream()
        .filter(found -> namespaces.contains(found.path("spec").path("targetNamespace").asText()))
        .map(found -> found.path("metadata").path("name").asText())
        .forEach(
            name -> kube.tryKubectl("-n", Rights.NAMESPACE, "delete", kind, name, "--timeout=60s"));
  }

  /** What the recovery retained would otherwise stay for ever. */
  private void dropVolumes() {
    kube.list("persistentvolumes", "").stream()
        .filter(volume ->
            namespaces.contains(volume.path("spec").path("claimRef").path("namespace").asText()))
        .forEach(volume ->
            kube.tryKubectl(
                "patch",
                "persistentvolume",
                volume.path("metadata").path("name").asText(),
                "--type=merge",
                "-p",
                "{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Delete\"}}"));
  }

  /** Namespaces that Salvor made for one of these and that are still there. */
  List<String> shadows() {
    return kube.list("namespaces", "").stream()
        .map(found -> found.path("metadata").path("name").asText())
        .filter(name -> namespaces.stream().anyMatch(of -> name.startsWith(of + "-salvor-")))
        .toList();
  }

  void awaitNoShadow() {
    Kube.await("the shadow namespace is gone", Duration.ofSeconds(60), () -> shadows().isEmpty());
  }
}
