package dev.salvor.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs of this machine. */
record Shell(Map<String, String> environment) {
  static final Path ROOT =
      Path.of(System.getProperty("salvor.root", "..")).toAbsolutePath().normalize();

  /**
   * How a program ended.
   *
   * @param output both streams together
   */
  record Result(int code, String output) {
    boolean ok() {
      return code == 0;
    }
  }

  /** Standard output and error of a program that must succeed. */
  String must(String... command) {
    return must(Duration.ofMinutes(5), command);
  }

  String must(Duration limit, String... command) {
    var result = run(limit, "", command);
    if (!result.ok()) {
      throw new AssertionError(
          String.join(" ", command) + " ended with " + result.code + ":\n" + result.output);
    }
    return result.output;
  }

  Result run(Duration limit, String input, String... command) {
    try {
      var builder =
          new ProcessBuilder(List.of(command)).directory(ROOT.toFile()).redirectErrorStream(true);
      builder.environment().putAll(environment);
      var process = builder.start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      var output = new String[] {""};
      var reader =
          Thread.ofVirtual()
              .start(() -> {
                try (var stdout = process.getInputStream()) {
                  output[0] = new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
                } catch (IOException e) {
                  output[0] = e.toString();
                }
              });
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return new Result(-1, "did not end within " + limit.toSeconds() + " s");
      }
      reader.join();
      return new Result(process.exitValue(), output[0]);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command[0], e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
