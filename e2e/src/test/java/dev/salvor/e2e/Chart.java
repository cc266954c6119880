package dev.salvor.e2e;

import com.marcnuri.helm.Helm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One release of the chart, by Helm itself, without a helm on the PATH. In a process of its own:
 * the library brings a Go runtime, after which a JVM no longer hears SIGTERM or Ctrl-C.
 */
record Chart(String release, String namespace, Path kubeconfig) {
  private static final Path FOLDER = Shell.ROOT.resolve("helm/salvor");
  private static final int LIMIT = 180;

  /** What {@code helm template} gives for the chart's own values, document by document. */
  static List<String> render(String namespace) {
    return Stream.of(helm("template", "salvor", namespace, "-").split("(?m)^---\\s*$"))
        .filter(document -> document.contains("kind:"))
        .toList();
  }

  /** {@code helm install --set ...}, and waits until it is ready. */
  void install(Map<String, String> values) {
    helm("install", values);
  }

  /** {@code helm upgrade --reset-values --set ...}, and waits until it is ready. */
  void upgrade(Map<String, String> values) {
    helm("upgrade", values);
  }

  /** {@code helm test}; what it says. Throws if a test fails. */
  String test() {
    return helm("test", Map.of());
  }

  /** {@code helm uninstall}. */
  void uninstall() {
    helm("uninstall", Map.of());
  }

  private String helm(String verb, Map<String, String> values) {
    var arguments = new ArrayList<>(List.of(verb, release, namespace, kubeconfig.toString()));
    new TreeMap<>(values).forEach((key, value) -> arguments.add(key + "=" + value));
    return helm(arguments.toArray(String[]::new));
  }

  private static String helm(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dsalvor.root=" + Shell.ROOT,
                Chart.class.getName()));
    command.addAll(List.of(arguments));
    return new Shell(Map.of()).must(command.toArray(String[]::new));
  }

  /** Verb, release, namespace, kubeconfig, values; prints what Helm says. */
  public static void main(String[] arguments) {
    var release = arguments[1];
    var namespace = arguments[2];
    var kubeconfig = Path.of(arguments[3]);
    var values = new TreeMap<String, String>();
    for (var value : List.of(arguments).subList(4, arguments.length)) {
      var at = value.indexOf('=');
      values.put(value.substring(0, at), value.substring(at + 1));
    }
    System.out.println(
        switch (arguments[0]) {
          case "template" ->
              new Helm(FOLDER)
                  .template()
                  .withName(release)
                  .withNamespace(namespace)
                  .withKubeVersion("1.34.4")
                  .call();
          case "install" -> {
            var command = new Helm(FOLDER).install().withName(release).withNamespace(namespace);
            values.forEach(command::set);
            yield command
                .withKubeConfig(kubeconfig)
                .waitReady()
                .withTimeout(LIMIT)
                .call()
                .getStatus();
          }
          case "upgrade" -> {
            var command = new Helm(FOLDER).upgrade().withName(release).withNamespace(namespace);
            values.forEach(command::set);
            yield command
                .withKubeConfig(kubeconfig)
                .resetValues()
                .waitReady()
                .withTimeout(LIMIT)
                .call()
                .getStatus();
          }
          case "test" ->
              Helm.test(release)
                  .withNamespace(namespace)
                  .withKubeConfig(kubeconfig)
                  .withTimeout(120)
                  .call()
                  .getOutput();
          case "uninstall" ->
              Helm.uninstall(release).withNamespace(namespace).withKubeConfig(kubeconfig).call();
          default -> throw new IllegalArgumentException(arguments[0]);
        });
  }
}
