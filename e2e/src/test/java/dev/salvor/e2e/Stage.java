package dev.salvor.e2e;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The cluster and the operator that all scenarios of one run share. */
final class Stage {
  static final Path LOGS = Shell.ROOT.resolve("e2e/target/e2e-logs");
  static final Path OPERATOR_LOG = Shell.ROOT.resolve("e2e/target/operator.log");
  private static @Nullable Stage only;
  private static @Nullable Throwable failed;

  private final Cluster cluster;
  private final Kube kube;
  private final Path observer;
  private final OperatorProcess operator;

  private Stage(Cluster cluster) {
    this.cluster = cluster;
    kube = new Kube(cluster.kubeconfig());
    var rights = new Rights(kube);
    observer = rights.observer();
    operator = new OperatorProcess(rights.install(), OPERATOR_LOG);
    kube.apply(Kube.manifest("apps/counter.yaml", Map.of("image", cluster.busybox())));
    kube.rollout("e2e-counter", "deployment/counter");
    operator.start();
  }

  /** The stage with Velero, which most scenarios restore from. */
  static synchronized Stage open() {
    var stage = plain();
    // before Velero, so that it is installed with EnableCSI
    stage.cluster.need("csi").ifPresent(missing -> System.out.println("e2e: without " + missing));
    if (stage.cluster.need("velero").isPresent()) {
      throw new AssertionError(
          "the cluster has no Velero, which this scenario restores from: install it first");
    }
    return stage;
  }

  /** The stage for scenarios of databases, which need no Velero. */
  static synchronized Stage plain() {
    if (failed != null) throw new AssertionError("the stage could not be set", failed);
    if (only == null) {
      var cluster = Cluster.choose();
      try {
        only = new Stage(cluster);
      } catch (RuntimeException | Error e) {
        failed = e;
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

  /** Everything that starts in a shadow namespace from now on. */
  ShadowWatch watch() {
    return new ShadowWatch(observer);
  }

  Prober prober(String namespace, String service) {
    return new Prober(observer, namespace, service, "/");
  }

  OperatorProcess operator() {
    return operator;
  }
}
