package dev.salvor.kube;

import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.World;
import org.junit.jupiter.api.Nested;

/** The fake is held to what the real API server is held to. */
class FakeClusterContractTest {
  @Nested
  class Reading extends ClusterReaderContract {
    private final FakeCluster fake = new FakeCluster();

    @Override
    protected ClusterReader cluster() {
      return fake;
    }

    @Override
    protected World world() {
      return fake.world();
    }
  }

  @Nested
  class Port extends ClusterPortContract {
    private final FakeCluster fake = new FakeCluster();

    @Override
    protected ClusterWriter cluster() {
      return fake;
    }

    @Override
    protected World world() {
      return fake.world();
    }
  }

  @Nested
  class Destroying extends DestroyerContract {
    private final FakeCluster fake = new FakeCluster();

    @Override
    protected ClusterWriter cluster() {
      return fake;
    }

    @Override
    protected World world() {
      return fake.world();
    }
  }
}
