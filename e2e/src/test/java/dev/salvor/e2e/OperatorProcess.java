package dev.salvor.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The operator as a process of its own, outside the cluster, so that it can be killed. */
final class OperatorProcess implements AutoCloseable {
  private final Path kubeconfig;
  private final Path log;
  private @Nullable Process process;

  OperatorProcess(Path kubeconfig, Path log) {
    this.kubeconfig = kubeconfig;
    this.log = log;
    // a run that is interrupted must not leave an operator behind
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  Path log() {
    return log;
  }

  void start() {
    if (process != null && process.isAlive()) return;
    var module = Shell.ROOT.resolve("operator/target");
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      Files.writeString(
          log,
          "=== " + Instant.now() + " start\n",
          java.nio.file.StandardOpenOption.CREATE,
          java.nio.file.StandardOpenOption.APPEND);
      var classpath =
          module.resolve("classes") + ":" + Files.readString(module.resolve("runtime-classpath"));
      var command =
          new ArrayList<>(
              List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
      command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "-cp", classpath.strip()));
      command.add("dev.salvor.app.Main");
      var builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      var environment = builder.environment();
      environment.put("KUBECONFIG", kubeconfig.toString());
      environment.put("SALVOR_NAMESPACE", "salvor-system");
      environment.put("SALVOR_VELERO_NAMESPACE", "velero");
      environment.put("SALVOR_HTTP_PORT", "0");
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the operator", e);
    }
    try {
      if (process.waitFor(2, TimeUnit.SECONDS))
        throw new AssertionError("the operator ended at once:\n" + Files.readString(log));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL: no hook runs, nothing is flushed. */
  void kill() {
    if (process == null) return;
    process.destroyForcibly();
    Kube.await("the operator is dead", Duration.ofSeconds(10), () -> !isAlive());
    try {
      Files.writeString(
          log, "=== " + Instant.now() + " SIGKILL\n", java.nio.file.StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  @Override
  public void close() {
    if (process == null) return;
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
