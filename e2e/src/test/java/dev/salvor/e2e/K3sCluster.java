package dev.salvor.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** One node of k3s in a container. Without Velero: scenarios that need it are skipped. */
record K3sCluster(K3sContainer container, Path kubeconfig) implements Cluster {
  private static final String IMAGE = "rancher/k3s:v1.34.4-k3s1";

  static K3sCluster start() {
    var container = new K3sContainer(DockerImageName.parse(IMAGE));
    container.start();
    try {
      var kubeconfig = Files.createTempFile("salvor-e2e", ".kubeconfig");
      return new K3sCluster(
          container, Files.writeString(kubeconfig, container.getKubeConfigYaml()));
    } catch (IOException e) {
      container.stop();
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String busybox() {
    return "busybox:1.37";
  }

  @Override
  public String postgres() {
    return "postgres:16";
  }

  @Override
  public Optional<String> need(String part) {
    return Cluster.missing(kubeconfig, part);
  }

  @Override
  public void close() {
    if (!Cluster.keep()) container.stop();
  }
}
