package dev.salvor.testkit.control;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/** A running kube-controller-manager with those controllers that need no nodes. */
final class ControllerManager implements AutoCloseable {
  private static final List<String> CONTROLLERS =
      List.of(
          "cronjob-controller",
          "daemonset-controller",
          "deployment-controller",
          "garbage-collector-controller",
          "job-controller",
          "namespace-controller",
          "persistentvolume-binder-controller",
          "persistentvolume-protection-controller",
          "persistentvolumeclaim-protection-controller",
          "replicaset-controller",
          "resourcequota-controller",
          "serviceaccount-controller",
          "statefulset-controller",
          "validatingadmissionpolicy-status-controller");

  private final Process process;

  private ControllerManager(Process process) {
    this.process = process;
  }

  static ControllerManager start(Installation installation, WorkFolder work, String kubeconfig) {
    try {
      var config = work.path().resolve("admin.kubeconfig");
      Files.writeString(config, kubeconfig);
      var name = "kube-controller-manager";
      var process =
          new ProcessBuilder(
                  installation.program(name).toString(),
                  "--kubeconfig=" + config,
                  "--controllers=" + String.join(",", CONTROLLERS),
                  "--leader-elect=false",
                  "--use-service-account-credentials=false",
                  "--secure-port=0",
                  "--profiling=false",
                  "--kube-api-qps=200",
                  "--kube-api-burst=400",
                  // as quick as the tests that wait for it
                  "--pvclaimbinder-sync-period=2s",
                  "--resource-quota-sync-period=5s")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(logOf(work, name)))
              .start();
      Files.writeString(work.path().resolve(name + ".pid"), String.valueOf(process.pid()));
      return new ControllerManager(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static File logOf(WorkFolder work, String name) {
    return work.log(name).toFile();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
