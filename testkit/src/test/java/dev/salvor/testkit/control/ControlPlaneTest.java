package dev.salvor.testkit.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Fabric8Cluster;
import dev.salvor.kube.Kinds;
import org.junit.jupiter.api.Test;

@OnControlPlane
final class ControlPlaneTest {
  @Test
  void servesEveryKindThatSalvorKnowsButKeda(ControlPlane plane) {
    try (var clients = plane.clients()) {
      var cluster = new Fabric8Cluster(clients);
      assertThat(Kinds.ALL)
          .filteredOn(kind -> !cluster.serves(kind))
          .containsOnly(Kinds.SCALED_OBJECT);
    }
  }
}
