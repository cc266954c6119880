package dev.salvor.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.demo.Repository;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ServiceMonitor, alerts and dashboard of the chart. */
final class MonitoringTest {
  private final Repository repository = Repository.find();

  @Test
  void whereNobodyReadsThemTheyAreLeftOut() {
    assertThat(kinds(rendered(helm())))
        .contains("Deployment")
        .doesNotContain("ServiceMonitor", "PrometheusRule", "Service");
  }

  @Test
  void aMonitorFindsTheOperator() {
    var objects =
        rendered(
            helm()
                .set("monitoring.assumeInstalled", "true")
                .set("monitoring.serviceMonitor.labels.release", "prometheus"));
    var monitor = one(objects, "ServiceMonitor");
    var service = one(objects, "Service");
    var deployment = one(objects, "Deployment");
    assertThat(monitor.at("/metadata/labels/release").asText()).isEqualTo("prometheus");
    assertThat(monitor.at("/spec/selector/matchLabels")).isEqualTo(service.at("/metadata/labels"));
    assertThat(service.at("/spec/selector"))
        .isEqualTo(deployment.at("/spec/template/metadata/labels"));
    assertThat(monitor.at("/spec/endpoints/0/port").asText())
        .isEqualTo(service.at("/spec/ports/0/name").asText());
    assertThat(service.at("/spec/ports/0/targetPort").asText())
        .isEqualTo(deployment.at("/spec/template/spec/containers/0/ports/0/name").asText());
  }

  @Test
  void everyAlertSaysWhatToDo() {
    var url = "https://wiki.example/alerts";
    var rule =
        one(
            rendered(
                helm()
                    .set("monitoring.assumeInstalled", "true")
                    .set("monitoring.rules.runbooks", url)),
            "PrometheusRule");
    var page = repository.read("docs/alerts.md");
    var names = new ArrayList<String>();
    for (var alert : rule.at("/spec/groups/0/rules")) {
      var name = alert.path("alert").asText();
      names.add(name);
      assertThat(alert.at("/labels/severity").asText())
          .as(name)
          .isIn("critical", "warning", "info");
      assertThat(alert.at("/annotations/summary").asText()).as(name).isNotEmpty();
      assertThat(alert.at("/annotations/description").asText()).as(name).isNotEmpty();
      assertThat(alert.at("/annotations/runbook_url").asText())
          .isEqualTo(url + "#" + name.toLowerCase(java.util.Locale.ROOT));
    }
    assertThat(names).hasSizeGreaterThan(5);
    var told =
        page.lines()
            .filter(line -> line.startsWith("### "))
            .map(line -> line.substring(4))
            .toList();
    assertThat(told).as("docs/alerts.md").isEqualTo(names);
    assertThat(page.split("\\*\\*Do:\\*\\*", -1)).hasSize(names.size() + 1);
  }

  @Test
  void theDashboardIsOneThatGrafanaLoads() throws JsonProcessingException {
    var map =
        one(
            rendered(
                helm()
                    .set("monitoring.dashboard.enabled", "true")
                    .set("monitoring.dashboard.annotations.grafana_folder", "Recovery")),
            "ConfigMap");
    assertThat(map.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
    assertThat(map.at("/metadata/annotations/grafana_folder").asText()).isEqualTo("Recovery");
    var dashboard =
        JsonMapper.builder().build().readTree(map.path("data").path("salvor.json").asText());
    // one with inputs is for a person to import, not for a sidecar
    assertThat(dashboard.has("__inputs")).isFalse();
    assertThat(dashboard.path("uid").asText()).isEqualTo("salvor-recoveries");
    assertThat(dashboard.findValuesAsText("expr")).hasSizeGreaterThan(10);
    for (var panel : dashboard.path("panels"))
      assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
    var ids = new ArrayList<Integer>();
    dashboard.path("panels").forEach(panel -> ids.add(panel.path("id").asInt()));
    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void aTypingMistakeIsRefused() {
    for (var key : List.of("monitoring.rulez.enabled", "monitoring.rules.runbook", "log.colour"))
      assertThatThrownBy(() -> rendered(helm().set(key, "x"))).as(key).isNotNull();
    assertThatThrownBy(() -> rendered(helm().set("log.format", "yaml"))).isNotNull();
  }

  private TemplateCommand helm() {
    return new Helm(repository.root().resolve("helm/salvor"))
        .template()
        .withKubeVersion("1.34.4")
        .withName("salvor")
        .withNamespace("salvor-system");
  }

  private static List<ObjectNode> rendered(TemplateCommand helm) {
    return Manifests.parse(helm.call());
  }

  private static List<String> kinds(List<ObjectNode> objects) {
    return objects.stream().map(object -> object.path("kind").asText()).toList();
  }

  private static JsonNode one(List<ObjectNode> objects, String kind) {
    var found =
        objects.stream().filter(object -> object.path("kind").asText().equals(kind)).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }
}
