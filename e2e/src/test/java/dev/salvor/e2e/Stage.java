package dev.salvor.e2e;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The cluster and the operator that all scenarios of one run share. */
final class Stage {
  static final Path LOGS = Shell.ROOT.resolve("e2e/target/e2e-logs");
  static final Path OPERATOR_LOG = Shell.ROOT.resolve("e2e/target/operator.log");
  private static @Nullable Stage only;

  private final Cluster cluster;
  private final Kube kube;
  private final OperatorProcess operator;

  private Stage(Cluster cluster) {
    this.cluster = cluster;
    kube = new Kube(cluster.kubeconfig());
    var velero = cluster.need("csi").isPresent() ? cluster.need("velero") : cluster.need("velero");
    if (velero.isPresent()) {
      throw new AssertionError(
          "the cluster has no Velero, which every scenario restores from: install it first");
    }
    operator = new OperatorProcess(new Rights(kube).install(), OPERATOR_LOG);
    kube.apply(Kube.manifest("apps/counter.yaml", java.util.Map.of("image", cluster.busybox())));
    kube.rollout("e2e-counter", "deployment/counter");
    operator.start();
  }

  static synchronized Stage open() {
    if (only == null) {
      var cluster = Cluster.choose();
      try {
        only = new Stage(cluster);
      } catch (RuntimeException | Error e) {
        cluster.close();
        throw e;
      }
    }
    return only;
  }

  static synchronized void closeAll() {
    if (only == null) return;
    only.operator.close();
    only.cluster.close();
    only = null;
  }

  static synchronized @Nullable Stage ifOpen() {
    return only;
  }

  Cluster cluster() {
    return cluster;
  }

  Kube kube() {
    return kube;
  }

  OperatorProcess operator() {
    return operator;
  }
}
