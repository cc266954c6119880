package dev.salvor.chart;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.demo.Repository;
import java.util.List;
import java.util.Map;

/** The chart, rendered by Helm itself. */
record Chart(Repository repository) {
  static final List<String> FEATURES =
      List.of(
          "velero",
          "flux",
          "argocd",
          "cloudnativepg",
          "volsync",
          "longhorn",
          "mariadb",
          "captures",
          "nodeLoss");

  static Chart find() {
    return new Chart(Repository.find());
  }

  Helm helm() {
    return new Helm(repository.root().resolve("helm/salvor"));
  }

  TemplateCommand template() {
    return helm()
        .template()
        .withKubeVersion("1.34.4")
        .withName("salvor")
        .withNamespace("salvor-system");
  }

  /** Without the CRDs. */
  List<ObjectNode> rendered(Map<String, String> values) {
    var command = template().set("crds.enabled", "false");
    values.forEach(command::set);
    return Manifests.parse(command.call());
  }

  static List<ObjectNode> of(List<ObjectNode> objects, String kind) {
    return objects.stream().filter(object -> object.path("kind").asText().equals(kind)).toList();
  }
}
