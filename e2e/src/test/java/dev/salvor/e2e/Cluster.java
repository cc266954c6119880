package dev.salvor.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.testcontainers.DockerClientFactory;

/** Where the scenarios run, and how what they need comes there. */
sealed interface Cluster extends AutoCloseable permits ToolCluster, GivenCluster, K3sCluster {
  Path kubeconfig();

  /** A small image with a shell, httpd and sha256sum that the nodes have or can get. */
  String busybox();

  /** An image with a shell and psql that the nodes have or can get. */
  String postgres();

  /** A bucket that pods and this machine reach under the same address; empty if there is none. */
  default Optional<Bucket> bucket() {
    return Optional.empty();
  }

  /**
   * Makes sure that velero, flux, argocd, csi, cnpg, barman or volsync is there.
   *
   * @return what is missing and cannot be installed; empty if nothing is
   */
  Optional<String> need(String part);

  @Override
  void close();

  /** The cluster tool if there is one, else KUBECONFIG, else k3s. */
  static Cluster choose() {
    var tool = System.getenv().getOrDefault("E2E_CLUSTER", "");
    if (!tool.isBlank()) return ToolCluster.start(Path.of(tool));
    var given = System.getenv().getOrDefault("KUBECONFIG", "");
    if (!given.isBlank()) return new GivenCluster(Path.of(given).toAbsolutePath());
    if (DockerClientFactory.instance().isDockerAvailable()) return K3sCluster.start();
    throw new AssertionError(
        "no cluster: put the cluster tool's path into E2E_CLUSTER, or set KUBECONFIG, or start a Docker engine");
  }

  /** True if the person wants to look at the cluster afterwards. */
  static boolean keep() {
    return !System.getenv().getOrDefault("KEEP", "").isBlank();
  }

  /** The CRD by which one sees that a part is there. */
  static Optional<String> missing(Path kubeconfig, String part) {
    var crds =
        Map.of(
            "velero", "restores.velero.io",
            "flux", "kustomizations.kustomize.toolkit.fluxcd.io",
            "argocd", "applications.argoproj.io",
            "csi", "volumesnapshots.snapshot.storage.k8s.io",
            "cnpg", "clusters.postgresql.cnpg.io",
            "barman", "objectstores.barmancloud.cnpg.io",
            "mariadb", "mariadbs.k8s.mariadb.com",
            "volsync", "replicationsources.volsync.backube");
    var crd = new TreeMap<>(crds).get(part);
    if (crd == null) throw new IllegalArgumentException(part);
    var shell = new Shell(Map.of("KUBECONFIG", kubeconfig.toString()));
    var seen = shell.run(Duration.ofSeconds(30), "", "kubectl", "get", "crd", crd);
    return seen.ok() ? Optional.empty() : Optional.of(part + " (no CRD " + crd + ")");
  }
}
