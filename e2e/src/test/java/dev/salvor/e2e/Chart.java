package dev.salvor.e2e;

import com.marcnuri.helm.Helm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The chart by Helm itself, without a helm on the PATH. In a process of its own: the library brings
 * a Go runtime, after which a JVM no longer hears SIGTERM or Ctrl-C.
 */
final class Chart {
  private static final String RELEASE = "salvor";

  private Chart() {}

  static List<String> render(Path chart, String namespace) {
    return Stream.of(helm("template", chart, namespace).split("(?m)^---\\s*$"))
        .filter(document -> document.contains("kind:"))
        .toList();
  }

  /** {@code helm install salvor}, and waits until it is ready. */
  static void install(Path chart, String namespace, Path kubeconfig) {
    helm("install", chart, namespace, kubeconfig);
  }

  /** {@code helm test salvor}; what it says. Throws if a test fails. */
  static String test(String namespace, Path kubeconfig) {
    return helm("test", Path.of("."), namespace, kubeconfig);
  }

  /** {@code helm uninstall salvor}. */
  static void uninstall(String namespace, Path kubeconfig) {
    helm("uninstall", Path.of("."), namespace, kubeconfig);
  }

  private static String helm(String verb, Path chart, String namespace, Path... kubeconfig) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Chart.class.getName(),
                verb,
                chart.toString(),
                namespace));
    for (var file : kubeconfig) command.add(file.toString());
    return new Shell(Map.of()).must(command.toArray(String[]::new));
  }

  /** Prints what Helm says. */
  public static void main(String[] arguments) {
    var chart = Path.of(arguments[1]);
    var namespace = arguments[2];
    System.out.println(
        switch (arguments[0]) {
          case "template" ->
              new Helm(chart)
                  .template()
                  .withName(RELEASE)
                  .withNamespace(namespace)
                  .withKubeVersion("1.34.4")
                  .call();
          case "install" ->
              new Helm(chart)
                  .install()
                  .withName(RELEASE)
                  .withNamespace(namespace)
                  .withKubeConfig(Path.of(arguments[3]))
                  .waitReady()
                  .withTimeout(180)
                  .call()
                  .getStatus();
          case "test" ->
              Helm.test(RELEASE)
                  .withNamespace(namespace)
                  .withKubeConfig(Path.of(arguments[3]))
                  .withTimeout(120)
                  .call()
                  .getOutput();
          case "uninstall" ->
              Helm.uninstall(RELEASE)
                  .withNamespace(namespace)
                  .withKubeConfig(Path.of(arguments[3]))
                  .call();
          default -> throw new IllegalArgumentException(arguments[0]);
        });
  }
}
