package dev.salvor.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.salvor.testkit.demo.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts, played by promtool: when each one fires, when it does not, and with which words. */
final class AlertsTest {
  @Test
  void eachFiresWhenItShould(@TempDir Path folder) throws IOException, InterruptedException {
    var tool = promtool();
    assumeTrue(
        Files.isExecutable(tool),
        "no promtool; testkit/prometheus/fetch.sh gets it, or says in one line why it cannot");
    var root = Repository.find().root();
    Files.copy(root.resolve("helm/salvor/files/alerts.yaml"), folder.resolve("alerts.yaml"));
    Files.copy(
        root.resolve("testkit/prometheus/alerts_test.yaml"), folder.resolve("alerts_test.yaml"));
    run(folder, tool.toString(), "check", "rules", "alerts.yaml");
    run(folder, tool.toString(), "test", "rules", "alerts_test.yaml");
  }

  private static void run(Path folder, String... command) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("SUCCESS");
  }

  /** As testkit/prometheus/fetch.sh left it; a path that does not exist if it did not. */
  private static Path promtool() throws IOException {
    var environment = System.getenv();
    var home = Path.of(System.getProperty("user.home"));
    var caches =
        Objects.requireNonNullElse(
            environment.get("XDG_CACHE_HOME"), home.resolve(".cache").toString());
    var cache =
        Objects.requireNonNullElse(
            environment.get("SALVOR_CACHE"), Path.of(caches, "salvor").toString());
    var named = Path.of(cache, "prometheus", "promtool");
    return Path.of(Files.exists(named) ? Files.readString(named).strip() : "/nowhere/promtool");
  }
}
