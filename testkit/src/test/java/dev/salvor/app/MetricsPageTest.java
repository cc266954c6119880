package dev.salvor.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.salvor.kube.Kinds;
import dev.salvor.kube.Surroundings;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import dev.salvor.testkit.demo.Repository;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * docs/metrics.md, the alerts and the dashboard name what the running operator exports, and nothing
 * else.
 */
@OnControlPlane
@Order(4)
final class MetricsPageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|");
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\w+) ");
  private static final Pattern USED =
      Pattern.compile("\\b(?:recovery|reconciliations|custom_resources|events)_[a-z_]+\\b");

  private final Repository repository = Repository.find();
  private final ControlPlane plane;

  MetricsPageTest(ControlPlane plane) {
    this.plane = plane;
  }

  @Test
  void everyMetricIsInTheTableAndNoOther() throws IOException, InterruptedException {
    var exported = names(TYPE, scrape());
    // a scrape of nothing would agree with an empty page
    assertThat(exported).hasSizeGreaterThan(15).contains("recovery_phase");
    assertThat(names(ROW, repository.read("docs/metrics.md"))).isEqualTo(exported);
    for (var file : new String[] {"alerts.yaml", "dashboard.json"}) {
      var used = names(USED, repository.read("helm/salvor/files/" + file));
      assertThat(used).as("metrics of %s", file).isNotEmpty();
      used.removeIf(name -> exported.contains(name) || exported.contains(family(name)));
      assertThat(used).as("metrics of %s that the operator does not export", file).isEmpty();
    }
  }

  /** The series of a summary or histogram have a name of their own. */
  private static String family(String series) {
    return series.replaceFirst("_(?:bucket|count|sum)$", "");
  }

  private static Set<String> names(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.groupCount() == 0 ? match.group() : match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** After a recovery that finds no Velero, and with policies that are not there. */
  private String scrape() throws IOException, InterruptedException {
    var namespace = plane.newNamespace("metrics");
    plane.apply(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: NamespaceRestore
        metadata: {name: r, namespace: %s}
        spec: {backup: {name: monday}}
        """
            .formatted(namespace));
    var settings =
        new Settings(
            new Surroundings("salvor-system", "velero", Set.of()),
            Set.of(namespace),
            false,
            "salvor-metrics",
            0,
            "nobody");
    try (var salvor = new Salvor(settings, plane.clients())) {
      salvor.start();
      var ref = Kinds.NAMESPACE_RESTORE.ref(namespace, "r");
      await()
          .atMost(PATIENCE)
          .until(() ->
              plane.world().get(ref).orElseThrow().at("/status/phase").asText().equals("Refused"));
      var page = scrape(salvor.httpPort());
      assertThat(page)
          .contains("recovery_phase{kind=\"NamespaceRestore\",phase=\"Refused\"} 1.0\n")
          .contains("recovery_interlock_ok 0.0\n")
          .doesNotContain(namespace);
      return page;
    }
  }

  private static String scrape(int port) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics")).build();
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }
}
