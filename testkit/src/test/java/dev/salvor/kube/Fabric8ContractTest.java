package dev.salvor.kube;

import dev.salvor.testkit.World;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.OnControlPlane;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The real API server keeps the contract that the fake keeps. */
@OnControlPlane
final class Fabric8ContractTest {
  @Nested
  final class Port extends ClusterPortContract {
    private final ControlPlane plane;
    private final Clients clients;
    private final Fabric8Cluster cluster;

    Port(ControlPlane plane) {
      this.plane = plane;
      this.clients = plane.clients();
      this.cluster = new Fabric8Cluster(clients);
    }

    @AfterEach
    void close() {
      clients.close();
    }

    @Override
    protected ClusterWriter cluster() {
      return cluster;
    }

    @Override
    protected World world() {
      return plane.world();
    }
  }

  @Nested
  final class Destroying extends DestroyerContract {
    private final ControlPlane plane;
    private final Clients clients;
    private final Fabric8Cluster cluster;

    Destroying(ControlPlane plane) {
      this.plane = plane;
      this.clients = plane.clients();
      this.cluster = new Fabric8Cluster(clients);
    }

    @AfterEach
    void close() {
      clients.close();
    }

    @Override
    protected ClusterWriter cluster() {
      return cluster;
    }

    @Override
    protected World world() {
      return plane.world();
    }
  }
}
