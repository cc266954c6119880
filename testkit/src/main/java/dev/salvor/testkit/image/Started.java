package dev.salvor.testkit.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The operator as a process of its own, from an image, as in a pod, with the rights of an
 * administrator.
 *
 * @param process it runs
 * @param took from before the process was made to the line that says that the controllers are
 *     started
 * @param worked how long processors have worked for it until then, whatever else the machine did
 * @param port of its http
 * @param said what it writes
 */
record Started(Process process, Duration took, Duration worked, int port, StringBuffer said)
    implements AutoCloseable {
  private static final Pattern LINE = Pattern.compile("started; http on port (\\d+)");
  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

  /**
   * Returns with that line.
   *
   * @param flags of the JVM, besides those of the image
   */
  static Started of(Unpacked image, List<String> flags, PodAccount account) throws IOException {
    var all = new ArrayList<>(flags);
    all.addAll(account.flags());
    var builder = new ProcessBuilder(image.command(all)).redirectErrorStream(true);
    var environment = builder.environment();
    environment.remove("KUBECONFIG");
    environment.putAll(account.environment());
    environment.put("SALVOR_HTTP_PORT", "0");
    environment.put("LANG", "C.UTF-8");
    // a flag from outside would be measured too
    environment.remove("JAVA_TOOL_OPTIONS");
    var began = System.nanoTime();
    var process = builder.start();
    var output = process.inputReader(StandardCharsets.UTF_8);
    var said = new StringBuffer();
    for (var text = output.readLine(); text != null; text = output.readLine()) {
      said.append(text).append('\n');
      var line = LINE.matcher(text);
      if (!line.find()) continue;
      var took = Duration.ofNanos(System.nanoTime() - began);
      var worked = process.info().totalCpuDuration().orElse(Duration.ZERO);
      Thread.ofVirtual().start(() -> drain(output, said));
      return new Started(process, took, worked, Integer.parseInt(line.group(1)), said);
    }
    throw new IOException("the operator has ended: " + said);
  }

  /** A pipe that nobody reads would stop the process. */
  private static void drain(BufferedReader output, StringBuffer said) {
    try {
      for (var text = output.readLine(); text != null; text = output.readLine())
        said.append(text).append('\n');
    } catch (IOException e) {
      said.append(e);
    }
  }

  /** Resident memory of the process now, in bytes. */
  long resident() throws IOException {
    var file = Path.of("/proc", Long.toString(process.pid()), "status");
    var status = RESIDENT.matcher(Files.readString(file));
    if (!status.find()) throw new IOException("no VmRSS for process " + process.pid());
    return Long.parseLong(status.group(1)) * 1024;
  }

  /** One answer of its http. */
  String get(String path) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
              BodyHandlers.ofString(StandardCharsets.UTF_8))
          .body();
    }
  }

  /** As a kubelet ends it; what it has written. */
  String end(Duration patience) throws InterruptedException {
    // not through the process itself, which would close what it writes into
    process.toHandle().destroy();
    if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS))
      throw new IllegalStateException("the operator does not end: " + said);
    return said.toString();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
