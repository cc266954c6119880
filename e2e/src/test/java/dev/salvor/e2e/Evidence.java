package dev.salvor.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;

/**
 * When a scenario fails: the cluster's state and all logs in one folder, before anything is cleaned
 * up.
 */
final class Evidence
    implements BeforeAllCallback,
        BeforeTestExecutionCallback,
        AfterTestExecutionCallback,
        LifecycleMethodExecutionExceptionHandler {
  private static final String RECOVERIES =
      Stream.of(Recovery.Kind.values())
          .map(Recovery.Kind::resource)
          .collect(Collectors.joining(","));
  private static final String KINDS =
      RECOVERIES
          + ",pods,persistentvolumeclaims,deployments,statefulsets,replicasets,jobs,cronjobs,services,configmaps,leases";
  private static final String VELERO =
      "backups.velero.io,restores.velero.io,podvolumebackups.velero.io,podvolumerestores.velero.io,datauploads.velero.io,datadownloads.velero.io,schedules.velero.io,backupstoragelocations.velero.io,downloadrequests.velero.io";

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(End.class, _ -> new End(), End.class);
  }

  /** Closes the stage when the last class has run. */
  record End() implements AutoCloseable {
    @Override
    public void close() {
      Stage.closeAll();
    }
  }

  @Override
  public void beforeTestExecution(ExtensionContext context) {
    System.out.println("e2e: " + Instant.now() + " " + name(context));
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    context.getExecutionException().ifPresent(error -> collect(name(context), error));
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable error)
      throws Throwable {
    collect(name(context) + ".setup", error);
    throw error;
  }

  private static String name(ExtensionContext context) {
    return context.getRequiredTestClass().getSimpleName()
        + context.getTestMethod().map(method -> "." + method.getName()).orElse("");
  }

  private static void collect(String test, Throwable error) {
    var stage = Stage.ifOpen();
    if (stage == null || error instanceof org.opentest4j.TestAbortedException) return;
    var folder = Stage.LOGS.resolve(test);
    System.out.println("e2e: " + test + " failed; state and logs are in " + folder);
    var shell = new Shell(Map.of("KUBECONFIG", stage.kube().kubeconfig().toString()));
    write(folder.resolve("error.txt"), error.toString());
    save(shell, folder, "get.txt", "get", KINDS, "-A", "-o", "wide");
    save(
        shell,
        folder,
        "volsync.yaml",
        "get",
        "replicationsources.volsync.backube,replicationdestinations.volsync.backube",
        "-A",
        "-o",
        "yaml");
    save(shell, folder, "recoveries.yaml", "get", RECOVERIES, "-A", "-o", "yaml");
    save(
        shell,
        folder,
        "cluster.txt",
        "get",
        "nodes,namespaces,persistentvolumes,storageclasses,volumeattachments",
        "-o",
        "wide");
    save(
        shell,
        folder,
        "volumes.yaml",
        "get",
        "persistentvolumes,persistentvolumeclaims",
        "-A",
        "-o",
        "yaml");
    save(shell, folder, "pods.yaml", "get", "pods", "-A", "-o", "yaml");
    save(shell, folder, "describe.txt", "describe", "pods,persistentvolumeclaims", "-A");
    save(shell, folder, "events.txt", "get", "events", "-A", "--sort-by=.lastTimestamp");
    save(shell, folder, "velero.yaml", "-n", "velero", "get", VELERO, "-o", "yaml");
    save(shell, folder, "velero-modifiers.yaml", "-n", "velero", "get", "configmaps", "-o", "yaml");
    save(shell, folder, "velero.log", "-n", "velero", "logs", "deployment/velero", "--tail=5000");
    save(
        shell,
        folder,
        "node-agent.log",
        "-n",
        "velero",
        "logs",
        "daemonset/node-agent",
        "--all-pods",
        "--tail=2000");
    save(
        shell,
        folder,
        "flux.yaml",
        "get",
        "kustomizations.kustomize.toolkit.fluxcd.io,gitrepositories.source.toolkit.fluxcd.io",
        "-A",
        "-o",
        "yaml");
    save(
        shell,
        folder,
        "argocd.yaml",
        "get",
        "applications.argoproj.io,applicationsets.argoproj.io",
        "-A",
        "-o",
        "yaml");
    for (var namespace : List.of(Rights.NAMESPACE, XNarrowIT.OWN))
      save(
          shell,
          folder,
          namespace + ".log",
          "-n",
          namespace,
          "logs",
          "-l",
          "app.kubernetes.io/name=salvor",
          "--tail=5000");
    DatabaseEvidence.collect(shell, folder);
    try {
      if (Files.exists(stage.operator().log()))
        Files.copy(
            stage.operator().log(),
            folder.resolve("operator.log"),
            StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void save(Shell shell, Path folder, String file, String... arguments) {
    var command = new String[arguments.length + 1];
    command[0] = "kubectl";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    write(folder.resolve(file), shell.run(Duration.ofSeconds(60), "", command).output());
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
