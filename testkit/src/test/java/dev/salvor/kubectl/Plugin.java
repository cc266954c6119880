package dev.salvor.kubectl;

import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.Installation;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code kubectl salvor ...} as a person types it, in one namespace, without a terminal. */
final class Plugin {
  /** How it ended, and what it said. */
  record Answer(int code, String out, String err) {}

  private final Path kubectl = Installation.find().orElseThrow().binaries();
  private final Path kubeconfig;
  private final String namespace;

  Plugin(ControlPlane plane, String namespace) throws IOException {
    this.namespace = namespace;
    this.kubeconfig = Files.createTempFile("kubeconfig", ".yaml");
    kubeconfig.toFile().deleteOnExit();
    Files.writeString(kubeconfig, plane.kubeconfig());
  }

  /** {@code kubectl salvor WORDS -n NAMESPACE}. */
  Answer salvor(String... words) throws Exception {
    var command = new ArrayList<>(List.of("kubectl", "salvor"));
    command.addAll(List.of(words));
    return run(command);
  }

  /** {@code kubectl WORDS -n NAMESPACE}; what it printed. */
  String kubectl(String... words) throws Exception {
    var command = new ArrayList<>(List.of("kubectl"));
    command.addAll(List.of(words));
    var answer = run(command);
    if (answer.code() != 0) throw new AssertionError(command + ": " + answer.err());
    return answer.out();
  }

  /** Writes the status as the operator would. */
  void status(String recovery, String status) throws Exception {
    kubectl("patch", recovery, "--subresource=status", "--type=merge", "-p", status);
  }

  private Answer run(List<String> words) throws Exception {
    var command = new ArrayList<>(words);
    command.set(0, kubectl.resolve("kubectl").toString());
    command.add("-n");
    command.add(namespace);
    var builder = new ProcessBuilder(command);
    var here = Path.of("..", "kubectl").toAbsolutePath().normalize();
    builder
        .environment()
        .compute("PATH", (_, path) -> here + File.pathSeparator + kubectl + ":" + path);
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    var err = Files.createTempFile("kubectl", ".err");
    try {
      var process = builder.redirectError(err.toFile()).start();
      process.getOutputStream().close();
      var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(60, TimeUnit.SECONDS)) throw new AssertionError(words + " hangs");
      return new Answer(process.exitValue(), out, Files.readString(err));
    } finally {
      Files.delete(err);
    }
  }
}
