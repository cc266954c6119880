package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.models.CnpgMishap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The node of a primary is gone. */
class NodeDatabaseTest {
  @Test
  void aFailOverThatComesIsLeftToCloudNativePg() {
    var lost = new NodeDatabaseShop(2).dies();
    var story = new Story(lost.recovers());
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    whole(lost);
    assertThat(promotions(lost)).isEmpty();
    assertThat(lost.cluster.world().list(Kinds.ARCHIVE_RESET, "shop")).isEmpty();
    assertThat(story.stage.resource().at("/status/plan/summary").asText())
        .contains("the one replica that is ready is promoted", "a new lineage (serverName)");
    assertThat(story.said("CheckArchives"))
        .as("the condition is of before the fail-over")
        .startsWith("no archive has stopped; nothing is known of that of the new primary of")
        .contains("Cluster shop/db");
  }

  @Test
  void whereNoneComesTheReplicaIsPromotedAndNothingElseIsWritten() {
    var lost = new NodeDatabaseShop(2).with(CnpgMishap.NO_FAILOVER).dies();
    var story = new Story(lost.recovers());
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    whole(lost);
    assertThat(promotions(lost))
        .singleElement()
        .satisfies(write -> {
          assertThat(write.after()).isNotNull();
          var status = write.after().at("/status");
          assertThat(status.at("/targetPrimary").asText()).isEqualTo("db-2");
          assertThat(status.at("/currentPrimary").asText())
              .as("that is the word of the instance")
              .isEqualTo("db-1");
          assertThat(status.at("/phase").asText()).isEqualTo("Switchover in progress");
        });
    var writes = lost.cluster.writes();
    assertThat(writes.indexOf(promotions(lost).getFirst()))
        .as("before any claim goes")
        .isLessThan(
            writes.indexOf(
                writes.stream()
                    .filter(write -> write.verb() == Recorded.Verb.DELETE)
                    .findFirst()
                    .orElseThrow()));
  }

  /** The new primary still has the marker for an empty archive (plugin #842). */
  @Test
  void anArchiveThatDoesNotGoOnIsMended() {
    var lost = new NodeDatabaseShop(2).with(CnpgMishap.NO_FAILOVER, CnpgMishap.MARKER_STAYS).dies();
    var story = new Story(lost.recovers());
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    whole(lost);
    assertThat(lost.cluster.world().list(Kinds.ARCHIVE_RESET, "shop"))
        .singleElement()
        .extracting(reset -> reset.at("/status/phase").asText())
        .isEqualTo("Succeeded");
    assertThat(db(lost).at("/status/conditions").toString())
        .contains("Continuous archiving is working");
  }

  @Test
  void whoIsAheadOfSeveralOnlyAPersonCanTell() {
    var lost = new NodeDatabaseShop(3).with(CnpgMishap.NO_FAILOVER).dies();
    var story = new Story(lost.recovers()).ticks(200);
    assertThat(story.stage.resource().at("/status/step").asText()).isEqualTo("AwaitFailover");
    assertThat(story.message())
        .contains("only you can tell which is ahead", "kubectl cnpg promote");
    lost.cnpg.promote(lost.cluster.world(), NodeDatabaseShop.DB, "db-3");
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    whole(lost);
    assertThat(promotions(lost)).isEmpty();
  }

  /** What it has last written says that all instances are ready: of before the loss. */
  @Test
  void nothingIsWholeByAWordOfBeforeTheLoss() {
    var lost = new NodeDatabaseShop(2).with(CnpgMishap.OPERATOR_HANGS).dies();
    assertThat(db(lost).at("/status/readyInstances").asInt()).isEqualTo(2);
    var story = new Story(lost.recovers()).ticks(400);
    assertThat(promotions(lost)).hasSize(1);
    assertThat(story.stage.resource().at("/status/step").asText()).isEqualTo("AwaitReplicas");
    assertThat(story.message()).contains("1 of 2 instances ready");
    lost.cnpg.without(CnpgMishap.OPERATOR_HANGS);
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    whole(lost);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spec: {postgresql: {synchronous: {failoverQuorum: true}}}",
        "metadata: {annotations: {cnpg.io/fencedInstances: '[\"db-2\"]'}}",
      })
  void whatMayHaveAReasonToWaitIsNotPromoted(String reason) {
    var lost = new NodeDatabaseShop(2).with(CnpgMishap.NO_FAILOVER).dies();
    lost.edit(NodeDatabaseShop.DB, reason);
    var story = new Story(lost.recovers()).ticks(200);
    assertThat(story.message()).contains("Salvor does not promote a replica");
    assertThat(promotions(lost)).isEmpty();
    assertThat(lost.cluster.writes()).noneMatch(write -> write.verb() == Recorded.Verb.DELETE);
  }

  private static void whole(NodeDatabaseShop lost) {
    assertThat(lost.cnpg.rows(lost.cluster.world(), NodeDatabaseShop.DB))
        .containsExactly("good-order-1");
    assertThat(db(lost).at("/status/readyInstances").asInt())
        .isEqualTo(db(lost).at("/spec/instances").asInt());
    assertThat(lost.cluster.world().list(Kinds.POD, "shop"))
        .noneMatch(pod -> pod.at("/spec/nodeName").asText().equals("node-1"));
  }

  private static com.fasterxml.jackson.databind.node.ObjectNode db(NodeDatabaseShop lost) {
    return lost.cluster.world().get(NodeDatabaseShop.DB).orElseThrow();
  }

  private static List<Recorded> promotions(NodeDatabaseShop lost) {
    return lost.cluster.writes().stream()
        .filter(write -> write.site().contains("PromoteReplica"))
        .toList();
  }
}
