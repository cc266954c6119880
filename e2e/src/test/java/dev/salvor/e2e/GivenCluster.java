package dev.salvor.e2e;

import java.nio.file.Path;
import java.util.Optional;

/** A cluster that somebody else made. Nothing is installed there; what is missing is skipped. */
record GivenCluster(Path kubeconfig) implements Cluster {
  @Override
  public String busybox() {
    return System.getenv().getOrDefault("E2E_BUSYBOX", "busybox:1.37");
  }

  @Override
  public String postgres() {
    return System.getenv().getOrDefault("E2E_POSTGRES", "postgres:16");
  }

  @Override
  public Optional<String> need(String part) {
    return Cluster.missing(kubeconfig, part);
  }

  @Override
  public void close() {
    // not ours
  }
}
