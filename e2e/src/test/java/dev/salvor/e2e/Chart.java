package dev.salvor.e2e;

import com.marcnuri.helm.Helm;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The chart as `helm template` renders it, without a helm on the PATH. In a process of its own: the
 * library brings a Go runtime, after which a JVM no longer hears SIGTERM or Ctrl-C.
 */
final class Chart {
  private Chart() {}

  static List<String> render(Path chart, String namespace) {
    var rendered =
        new Shell(Map.of())
            .must(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Chart.class.getName(),
                chart.toString(),
                namespace);
    return Stream.of(rendered.split("(?m)^---\\s*$"))
        .filter(document -> document.contains("kind:"))
        .toList();
  }

  /** Prints it. */
  public static void main(String[] arguments) {
    System.out.println(
        new Helm(Path.of(arguments[0]))
            .template()
            .withName("salvor")
            .withNamespace(arguments[1])
            .withKubeVersion("1.34.4")
            .call());
  }
}
