package dev.salvor.chart;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.testkit.Manifests;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The chart in all its shapes. */
final class ChartTest {
  private static final Map<String, String> GROUPS =
      Map.ofEntries(
          entry("velero.io", "velero"),
          entry("kustomize.toolkit.fluxcd.io", "flux"),
          entry("helm.toolkit.fluxcd.io", "flux"),
          entry("argoproj.io", "argocd"),
          entry("postgresql.cnpg.io", "cloudnativepg"),
          entry("barmancloud.cnpg.io", "cloudnativepg"),
          entry("volsync.backube", "volsync"),
          entry("longhorn.io", "longhorn"),
          entry("k8s.mariadb.com", "mariadb"),
          entry("external-secrets.io", "captures"));

  private static final Set<String> FOR_PEOPLE =
      Set.of("salvor-viewer", "salvor-requester", "salvor-approver");

  private final Chart chart = Chart.find();

  @Test
  void helmFindsNothingWrong() {
    var found = chart.helm().lint().strict().call();
    assertThat(found.getMessages())
        .as("helm lint --strict")
        .allMatch(line -> line.equals("[INFO] Chart.yaml: icon is recommended"));
    assertThat(found.isFailed()).isFalse();
  }

  /** Every one of them, on and off: a right is there if and only if its feature is on. */
  @Test
  void aFeatureIsItsRights() {
    for (var set = 0; set < 1 << Chart.FEATURES.size(); set++) {
      var on = new TreeSet<String>();
      var values = new HashMap<String, String>();
      for (var i = 0; i < Chart.FEATURES.size(); i++) {
        var enabled = (set >> i & 1) == 1;
        if (enabled) on.add(Chart.FEATURES.get(i));
        values.put("features." + Chart.FEATURES.get(i), Boolean.toString(enabled));
      }
      var objects = chart.rendered(values);
      assertThat(given(objects)).as("features that have rights").isEqualTo(withRules(on));
      assertThat(names(Chart.of(objects, "ClusterRole")))
          .containsAll(FOR_PEOPLE)
          .hasSize(FOR_PEOPLE.size() + on.size() + 1);
      // those for people are bound by people
      assertThat(names(Chart.of(objects, "ClusterRoleBinding"))).isEqualTo(roles(on));
      assertThat(rules(objects, "secrets")).isEqualTo(secretRules(on));
    }
  }

  /** What may be deleted at all, and where a stranger would look for too much. */
  @Test
  void withoutAnyFeatureItStillCannotMakeRoles() {
    for (var role : Chart.of(chart.rendered(Map.of()), "ClusterRole"))
      for (var rule : role.path("rules")) {
        assertThat(rule.path("apiGroups")).noneMatch(group -> group.asText().equals("*"));
        assertThat(rule.path("apiGroups"))
            .noneMatch(group -> group.asText().equals("rbac.authorization.k8s.io"));
        assertThat(rule.path("verbs")).noneMatch(verb -> verb.asText().equals("*"));
      }
  }

  @Test
  void oneReplicaCanBeDrainedTwoOneByOne() {
    assertThat(Chart.of(chart.rendered(Map.of()), "PodDisruptionBudget")).isEmpty();
    var objects = chart.rendered(Map.of("replicas", "2"));
    var budget = Chart.of(objects, "PodDisruptionBudget").getFirst();
    var deployment = Chart.of(objects, "Deployment").getFirst();
    assertThat(budget.at("/spec/maxUnavailable").asInt()).isEqualTo(1);
    assertThat(budget.at("/spec/selector")).isEqualTo(deployment.at("/spec/selector"));
    assertThat(environment(deployment, "SALVOR_LEADER_ELECTION")).isEqualTo("true");
  }

  @Test
  void nobodyReachesItButAtItsPort() {
    var objects = chart.rendered(Map.of());
    var policy = Chart.of(objects, "NetworkPolicy").getFirst();
    assertThat(policy.at("/spec/policyTypes")).hasSize(1);
    assertThat(policy.at("/spec/ingress/0/ports/0/port").asText())
        .isEqualTo(
            Chart.of(objects, "Deployment")
                .getFirst()
                .at("/spec/template/spec/containers/0/ports/0/name")
                .asText());
    assertThat(policy.at("/spec/ingress/0").has("from")).isFalse();
    var closed =
        Chart.of(
                chart.rendered(
                    Map.of(
                        "networkPolicy.metricsFrom[0].podSelector.matchLabels.app", "prometheus",
                        "networkPolicy.egress[0].ports[0].port", "6443")),
                "NetworkPolicy")
            .getFirst();
    assertThat(closed.at("/spec/ingress/0/from/0/podSelector/matchLabels/app").asText())
        .isEqualTo("prometheus");
    assertThat(closed.at("/spec/policyTypes")).hasSize(2);
    assertThat(closed.at("/spec/egress/0/ports/0/port").asInt()).isEqualTo(6443);
    assertThat(Chart.of(chart.rendered(Map.of("networkPolicy.enabled", "false")), "NetworkPolicy"))
        .isEmpty();
  }

  @Test
  void aTypingMistakeIsRefused() {
    for (var key : List.of("features.velreo", "databases.enabled", "networkPolicy.ingress"))
      assertThatThrownBy(() -> chart.rendered(Map.of(key, "true"))).as(key).isNotNull();
    assertThatThrownBy(() -> chart.rendered(Map.of("veleroNamespace", ""))).isNotNull();
  }

  @Test
  void theCrdsStayWhenTheChartGoes() {
    var crds = Chart.of(Manifests.parse(chart.template().call()), "CustomResourceDefinition");
    assertThat(crds).hasSize(5);
    for (var crd : crds)
      assertThat(crd.at("/metadata/annotations").path("helm.sh/resource-policy").asText())
          .as(crd.at("/metadata/name").asText())
          .isEqualTo("keep");
  }

  private static Set<String> roles(Set<String> on) {
    var roles = new HashSet<>(Set.of("salvor"));
    for (var feature : on) roles.add("salvor-" + feature.toLowerCase(Locale.ROOT));
    return roles;
  }

  private static Set<String> withRules(Set<String> on) {
    var features = new TreeSet<>(on);
    // it promotes where no fail-over comes
    if (features.remove("nodeLoss")) features.add("cloudnativepg");
    return features;
  }

  private static List<String> secretRules(Set<String> on) {
    var rules = new ArrayList<String>();
    if (on.contains("captures")) rules.add("salvor-captures");
    if (on.contains("cloudnativepg")) rules.add("salvor-cloudnativepg");
    if (on.contains("velero")) rules.add("salvor-velero");
    return rules;
  }

  /** Names of the roles that say something about this resource. */
  private static List<String> rules(List<ObjectNode> objects, String resource) {
    var found = new ArrayList<String>();
    for (var kind : List.of("ClusterRole", "Role"))
      for (var role : Chart.of(objects, kind))
        for (var rule : role.path("rules"))
          for (var one : rule.path("resources"))
            if (one.asText().equals(resource)) found.add(role.at("/metadata/name").asText());
    return found;
  }

  private static Set<String> given(List<ObjectNode> objects) {
    var given = new TreeSet<String>();
    for (var kind : List.of("ClusterRole", "Role"))
      for (var role : Chart.of(objects, kind))
        for (var rule : role.path("rules"))
          for (var group : rule.path("apiGroups"))
            if (GROUPS.containsKey(group.asText())) given.add(GROUPS.get(group.asText()));
    return given;
  }

  private static Set<String> names(List<ObjectNode> objects) {
    var names = new HashSet<String>();
    objects.forEach(object -> names.add(object.at("/metadata/name").asText()));
    return names;
  }

  private static String environment(ObjectNode deployment, String name) {
    for (var variable : deployment.at("/spec/template/spec/containers/0/env"))
      if (variable.path("name").asText().equals(name)) return variable.path("value").asText();
    return "";
  }
}
