package dev.salvor.e2e;

import com.marcnuri.helm.Helm;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The chart as `helm template` renders it, without a helm on the PATH. */
final class Chart {
  private Chart() {}

  static List<String> render(Path chart, String namespace) {
    var rendered =
        new Helm(chart)
            .template()
            .withName("salvor")
            .withNamespace(namespace)
            .withKubeVersion("1.34.4")
            .call();
    return Stream.of(rendered.split("(?m)^---\\s*$"))
        .filter(document -> document.contains("kind:"))
        .toList();
  }
}
