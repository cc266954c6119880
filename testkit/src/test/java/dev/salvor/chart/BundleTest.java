package dev.salvor.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What is checked in beside the chart is what the chart says: deploy/salvor.yaml, for people
 * without Helm, is also the golden file of the chart with its own values.
 */
final class BundleTest {
  private static final String HEAD =
      """
      # helm template of helm/salvor with its own values, without the CRDs: those are in crds/yaml.
      #   kubectl apply --server-side -f crds/yaml && kubectl apply --server-side -f deploy/salvor.yaml
      # Made by: mvn -pl testkit -am test -Dtest=BundleTest -Dsurefire.failIfNoSpecifiedTests=false -Dchart.write=true
      apiVersion: v1
      kind: Namespace
      metadata:
        name: salvor-system
        labels: {pod-security.kubernetes.io/enforce: restricted}
      """;

  private final Chart chart = Chart.find();

  @Test
  void theBundleIsTheChart() throws IOException {
    var text = chart.template().set("crds.enabled", "false").call().split("(?m)^---\\s*$");
    var bundle = new StringBuilder(HEAD);
    for (var document : text)
      // what Helm runs as a test is nothing to install
      if (document.contains("kind:") && !document.contains("helm.sh/hook"))
        bundle.append("---\n").append(document.strip()).append('\n');
    same("deploy/salvor.yaml", bundle.toString());
  }

  @Test
  void everyValueIsExplained() throws IOException {
    var values = ValuesPage.of(chart.repository().read("helm/salvor/values.yaml"));
    assertThat(values.unexplained()).as("values without a comment that begins with # --").isEmpty();
    same("helm/salvor/README.md", values.markdown());
  }

  /** Two times the same: a diff in Git is a change of the chart. */
  @Test
  void itIsTheSameEveryTime() {
    assertThat(chart.rendered(Map.of())).isEqualTo(chart.rendered(Map.of()));
  }

  private void same(String name, String content) throws IOException {
    Path file = chart.repository().root().resolve(name);
    if (Boolean.getBoolean("chart.write")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    }
    assertThat(file)
        .as(
            "%s differs from helm/salvor; run: mvn -pl testkit -am test -Dtest=BundleTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dchart.write=true",
            name)
        .hasContent(content);
  }
}
