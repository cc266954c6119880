package dev.salvor.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The chart for some namespaces: Roles there, and no more than has to be elsewhere. */
final class ScopeTest {
  private static final Map<String, String> NARROW =
      Map.of(
          "watchNamespaces[0]",
          "shop",
          "watchNamespaces[1]",
          "blog",
          "gitopsNamespaces[0]",
          "flux");

  private final Chart chart = Chart.find();
  private final List<ObjectNode> objects = chart.rendered(NARROW);

  /** The whole list, so that whoever adds to it does so with open eyes (docs/trust.md). */
  @Test
  void whatItMayEverywhereIsThis() {
    var rights = new TreeSet<String>();
    for (var binding : Chart.of(objects, "ClusterRoleBinding"))
      for (var rule : role("ClusterRole", binding.at("/roleRef/name").asText()).path("rules"))
        for (var resource : rule.path("resources"))
          for (var verb : rule.path("verbs"))
            if (namespaced(resource.asText()) || !Set.of("get", "list").contains(verb.asText()))
              rights.add(verb.asText() + " " + resource.asText());
    assertThat(rights)
        .containsExactlyInAnyOrder(
            // kept in by the policy salvor-scope
            "create namespaces",
            "patch namespaces",
            "delete namespaces",
            "patch persistentvolumes",
            "create rolebindings",
            "bind clusterroles",
            // what a safety rule has to know of all namespaces
            "get applications",
            "list applications",
            "get applicationsets",
            "list applicationsets",
            "get appprojects",
            "list appprojects",
            "get *",
            "list *",
            "get clusters",
            "list clusters",
            "get objectstores",
            "list objectstores");
  }

  @Test
  void theRolesAreInThoseNamespaces() {
    assertThat(where("salvor-recoveries")).containsExactlyInAnyOrder("shop", "blog");
    for (var feature : List.of("cloudnativepg", "volsync", "mariadb", "captures"))
      assertThat(where("salvor-" + feature)).containsExactlyInAnyOrder("shop", "blog");
    for (var feature : List.of("flux", "argocd"))
      assertThat(where("salvor-" + feature)).containsExactlyInAnyOrder("shop", "blog", "flux");
    assertThat(where("salvor")).containsExactly("salvor-system");
    assertThat(where("salvor-velero")).containsExactly("velero");
    for (var binding : Chart.of(objects, "RoleBinding"))
      assertThat(binding.at("/roleRef/kind").asText()).isEqualTo("Role");
  }

  /** The two installations differ in where, not in what. */
  @Test
  void inANamespaceItMayWhatItMayElsewhereEverywhere() {
    var wide = new TreeSet<String>();
    for (var role :
        Chart.of(
            chart.rendered(Map.of("features.nodeLoss", "false", "features.longhorn", "false")),
            "ClusterRole"))
      if (!role.at("/metadata/name").asText().matches(".*-(viewer|requester|approver)"))
        rules(role, wide);
    var narrow = new TreeSet<String>();
    for (var role : Chart.of(objects, "ClusterRole"))
      if (!role.at("/metadata/name").asText().matches(".*-(viewer|requester|approver|shadow)"))
        rules(role, narrow);
    for (var role : Chart.of(objects, "Role")) rules(role, narrow);
    wide.removeIf(rule -> rule.contains("nodelossrecoveries"));
    assertThat(narrow).containsAll(wide);
  }

  /** Helm refuses two objects of one name. */
  @Test
  void itMayLiveInVelerosNamespace() {
    for (var watched : List.of(Map.<String, String>of(), Map.of("watchNamespaces[0]", "shop"))) {
      var values = new HashMap<>(watched);
      values.put("veleroNamespace", "salvor-system");
      assertThat(chart.rendered(values))
          .extracting(object -> Manifests.ref(object).toString())
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void aRecoveryOfAllNamespacesIsOff() {
    assertThat(Chart.of(objects, "ClusterRole"))
        .extracting(role -> role.at("/metadata/name").asText())
        .doesNotContain("salvor-nodeloss", "salvor-longhorn");
    assertThat(environment("SALVOR_WATCH_NAMESPACES")).isEqualTo("shop,blog");
    assertThat(environment("SALVOR_GITOPS_NAMESPACES")).isEqualTo("flux");
    assertThat(environment("SALVOR_ACCOUNT")).isEqualTo("salvor");
  }

  @Test
  void withoutThePoliciesItIsRefused() {
    assertThatThrownBy(() ->
            chart.rendered(
                Map.of("watchNamespaces[0]", "shop", "admissionPolicy.enabled", "false")))
        .hasMessageContaining("watchNamespaces needs admissionPolicy.enabled");
    assertThatThrownBy(() -> chart.rendered(Map.of("watchNamespaces[0]", "shop|.*"))).isNotNull();
  }

  private static void rules(ObjectNode role, Set<String> into) {
    for (JsonNode rule : role.path("rules"))
      for (var group : rule.path("apiGroups"))
        for (var resource : rule.path("resources"))
          for (var verb : rule.path("verbs"))
            into.add(verb.asText() + " " + resource.asText() + "." + group.asText());
  }

  /** Also "*", and what is not among the kinds that Salvor reads: better asked than missed. */
  private static boolean namespaced(String resource) {
    return Kinds.ALL.stream()
            .filter(kind -> kind.plural().equals(resource))
            .allMatch(kind -> kind.namespaced())
        && !Set.of("csidrivers", "volumesnapshotclasses").contains(resource);
  }

  private JsonNode role(String kind, String name) {
    return Chart.of(objects, kind).stream()
        .filter(role -> role.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Set<String> where(String role) {
    var where = new TreeSet<String>();
    for (var one : Chart.of(objects, "Role"))
      if (one.at("/metadata/name").asText().equals(role))
        where.add(one.at("/metadata/namespace").asText());
    return where;
  }

  private String environment(String name) {
    for (var variable :
        Chart.of(objects, "Deployment").getFirst().at("/spec/template/spec/containers/0/env"))
      if (variable.path("name").asText().equals(name)) return variable.path("value").asText();
    return "";
  }
}
