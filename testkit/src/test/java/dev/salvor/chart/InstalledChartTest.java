package dev.salvor.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the API server says to the pod of the chart. */
@OnControlPlane
final class InstalledChartTest {
  private final ControlPlane plane;

  InstalledChartTest(ControlPlane plane) {
    this.plane = plane;
  }

  /** The strictest of the Pod Security Standards takes it as it is. */
  @Test
  void itsPodIsRestricted() {
    var namespace = plane.newNamespace("restricted");
    var labelled = plane.world().get(Kinds.NAMESPACE.ref(namespace)).orElseThrow();
    labelled.withObject("/metadata/labels").put("pod-security.kubernetes.io/enforce", "restricted");
    plane.world().update(labelled);
    var objects = Chart.find().rendered(Map.of());
    var operator = Manifests.one("{apiVersion: v1, kind: Pod, metadata: {name: operator}}");
    operator.set(
        "spec", Chart.of(objects, "Deployment").getFirst().at("/spec/template/spec").deepCopy());
    operator.withObject("/metadata").put("namespace", namespace);
    for (var account : Chart.of(objects, "ServiceAccount")) {
      account.withObject("/metadata").put("namespace", namespace);
      plane.world().create(account);
    }
    assertThat(plane.world().create(operator).at("/metadata/uid").asText()).isNotEmpty();
    operator.withObject("/metadata").put("name", "loose");
    operator.withObject("/spec").remove("securityContext");
    assertThatThrownBy(() -> plane.world().create(operator)).hasMessageContaining("restricted");
  }
}
