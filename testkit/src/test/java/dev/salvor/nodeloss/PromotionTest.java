package dev.salvor.nodeloss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may become the primary of a Cluster whose node is lost. */
class PromotionTest {
  private final FakeCluster cluster = new FakeCluster();

  PromotionTest() {
    cluster.put("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
    node("node-1", "Unknown");
    node("node-2", "True");
    node("node-3", "Unknown");
    cluster.put(
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: Cluster
        metadata: {name: db, namespace: shop}
        spec: {instances: 3}
        status:
          currentPrimary: db-1
          targetPrimary: db-1
          instancesReportedState:
            db-2: {isPrimary: false, timeLineID: 2}
            db-3: {isPrimary: false, timeLineID: 1}
        """);
  }

  @Test
  void isTheOneWithTheNewestTimelineOnALivingNode() {
    pod("db-1", "node-1", "False");
    pod("db-2", "node-2", "True");
    pod("db-3", "node-2", "True");
    assertThat(choice()).isEqualTo("db-2");
  }

  @Test
  void thePrimaryNeedNotHaveAPodAnyMore() {
    pod("db-2", "node-2", "True");
    assertThat(choice()).isEqualTo("db-2");
  }

  /** On a machine that nobody has called lost, it may go on serving its clients. */
  @ParameterizedTest
  @CsvSource({"True", "False"})
  void neverTwoAtOnce(String ready) {
    pod("db-1", "node-3", ready);
    pod("db-2", "node-2", "True");
    assertThat(choice()).isEqualTo("its primary db-1 may still run on node node-3");
  }

  @ParameterizedTest
  @CsvSource({"node-1, True", "node-3, True", "node-2, False", "node-9, True"})
  void oneThatIsNotUpIsNone(String node, String ready) {
    pod("db-2", node, ready);
    assertThat(choice()).isEqualTo("no replica is ready on a living node");
  }

  private String choice() {
    var database = cluster.get(Kinds.CLUSTER.ref("shop", "db")).orElseThrow();
    return switch (new Promotion(cluster, "node-1").of(database)) {
      case Promotion.Choice.Of(var promotion) -> promotion.instance();
      case Promotion.Choice.Person(var why) -> why;
    };
  }

  private void pod(String name, String node, String ready) {
    cluster.put(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: shop, labels: {cnpg.io/cluster: db, cnpg.io/podRole: instance}}
        spec: {nodeName: %s, containers: [{name: postgres, image: postgres}]}
        status: {phase: Running, conditions: [{type: Ready, status: "%s"}]}
        """
            .formatted(name, node, ready));
  }

  private void node(String name, String ready) {
    cluster.put(
        """
        apiVersion: v1
        kind: Node
        metadata: {name: %s}
        status: {conditions: [{type: Ready, status: "%s"}]}
        """
            .formatted(name, ready));
  }
}
