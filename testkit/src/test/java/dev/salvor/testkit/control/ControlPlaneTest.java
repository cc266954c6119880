package dev.salvor.testkit.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Fabric8Cluster;
import dev.salvor.kube.Kinds;
import org.junit.jupiter.api.Test;

@OnControlPlane
final class ControlPlaneTest {
  /** KEDA and CloudNativePG are modelled; the real CloudNativePG is in e2e. */
  @Test
  void servesEveryKindThatSalvorKnowsButThoseThatAreModelled(ControlPlane plane) {
    try (var clients = plane.clients()) {
      var cluster = new Fabric8Cluster(clients);
      assertThat(Kinds.ALL)
          .filteredOn(kind -> !cluster.serves(kind))
          .containsOnly(
              Kinds.SCALED_OBJECT,
              Kinds.CLUSTER,
              Kinds.DATABASE_BACKUP,
              Kinds.SCHEDULED_BACKUP,
              Kinds.POOLER,
              Kinds.DATABASE,
              Kinds.OBJECT_STORE,
              Kinds.MARIADB,
              Kinds.LONGHORN_VOLUME,
              Kinds.LONGHORN_BACKUP,
              Kinds.LONGHORN_BACKUP_TARGET,
              Kinds.LONGHORN_ENGINE,
              Kinds.LONGHORN_REPLICA,
              Kinds.LONGHORN_NODE,
              Kinds.EXTERNAL_SECRET,
              Kinds.REPLICATION_SOURCE,
              Kinds.REPLICATION_DESTINATION);
    }
  }
}
