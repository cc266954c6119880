package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * A database of two instances loses the node of its primary while nobody is there to fail over:
 * CloudNativePG itself is away. Salvor promotes the instance that is left; the rest is
 * CloudNativePG's, once it is back.
 */
@Scenario
class UPromotionIT {
  private static final String SPACE = "e2e-u";
  private static final String NODE = "node-9";

  private final Stage stage = Stage.plain();
  private final Kube kube = stage.kube();
  private final Room room = Room.of(stage, SPACE);
  private Database database =
      new Database(stage, SPACE, new Database.Shape(2, false, true), new Bucket("", "", "", ""));

  @BeforeAll
  void twoInstances() {
    Database.need(stage, SPACE, new Database.Shape(1, false, true));
    ToolCluster.need(stage).node("add", NODE);
    kube.onlyOn(
        NODE, () -> database = Database.install(stage, SPACE, new Database.Shape(1, false, true)));
    database = database.scaled(2);
    database.sell("kept", 5);
    database.archive();
    Kube.await(
        "the replica has it all",
        Duration.ofMinutes(1),
        () -> database.sql("db-2", "select count(*) from sales").equals("5"));
    assertThat(database.primary()).isEqualTo("db-1");
    assertThat(nodeOf("db-1")).isEqualTo(NODE);
    assertThat(nodeOf("db-2")).isNotEqualTo(NODE);
  }

  @Test
  @Order(1)
  void theInstanceThatIsLeftIsPromoted() {
    var timeline = database.status().path("timelineID").asInt();
    operators(0);
    try {
      ToolCluster.need(stage).node("kill", NODE);
      kube.kubectl("delete", "node", NODE);
      var recovery =
          Recovery.apply(
              kube,
              Recovery.Kind.NodeLossRecovery,
              "",
              "promoted",
              "nodeName: %1$s, confirmNodeLost: %1$s".formatted(NODE));
      recovery.approve();
      Kube.await(
          "Salvor waits for the second instance, whatever CloudNativePG wrote before the loss",
          Duration.ofMinutes(8),
          () -> {
            var now = recovery.phase();
            if (now.equals("Succeeded")) throw new AssertionError("one instance is not two");
            return recovery.status().path("message").asText().contains("1 of 2 instances ready");
          });
      assertThat(database.status().path("readyInstances").asInt()).isEqualTo(2);
      assertThat(recovery.said("AwaitFailover")).endsWith("to be promoted: " + SPACE + "/db-2");
      assertThat(recovery.said("PromoteReplica")).endsWith(": 1");
      assertThat(database.primary()).isEqualTo("db-2");
      assertThat(database.sql("select pg_is_in_recovery()")).isEqualTo("f");
      operators(1);
      recovery.succeed();
      System.out.println("e2e: CheckArchives: " + recovery.said("CheckArchives"));
    } finally {
      operators(1);
    }
    database.healthy();
    assertThat(database.primary()).isEqualTo("db-2");
    assertThat(database.status().path("timelineID").asInt()).isGreaterThan(timeline);
    assertThat(database.sold("kept")).isEqualTo(5);
    database.sell("after", 3);
    database.archive();
    var backup = database.backup("after");
    assertThat(database.archived(database.lineage() + "/base/" + backup)).isNotEmpty();
    assertThat(database.sold("after")).isEqualTo(3);
  }

  private void operators(int replicas) {
    kube.kubectl(
        "-n",
        "cnpg-system",
        "scale",
        "deployment/cnpg-controller-manager",
        "--replicas=" + replicas);
    if (replicas > 0) kube.rollout("cnpg-system", "deployment/cnpg-controller-manager");
    else
      Kube.await(
          "CloudNativePG is away",
          Duration.ofMinutes(2),
          () ->
              kube.list("pods", "cnpg-system", "-l", "app.kubernetes.io/name=cloudnative-pg")
                  .isEmpty());
  }

  private String nodeOf(String pod) {
    return kube.get("pod", SPACE, pod).path("spec").path("nodeName").asText();
  }

  @AfterAll
  void clear() {
    room.clear();
    if (stage.cluster() instanceof ToolCluster tool) tool.node("delete", NODE);
  }
}
