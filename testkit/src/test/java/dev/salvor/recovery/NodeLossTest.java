package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Fault;
import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.faults.Coverage;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node is gone, from the map to the data that is back. */
class NodeLossTest {
  @Test
  void everythingThatHadABackupIsBack() {
    var lost = new NodeShop().dies();
    var story = new Story(lost.recovers("confirmNodeLost: node-1\n"));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(lost.shop.data("data")).isEqualTo("good-monday-data");
    var child = lost.shop.cluster.world().list(Kinds.NAMESPACE_RESTORE, "shop").getFirst();
    assertThat(child.at("/status/undo/possible").asBoolean())
        .as("its old volume is gone")
        .isFalse();
    assertThat(child.at("/status/undo/whyNot").asText()).contains("a node that is gone");
    assertThat(story.stage.resource().at("/status/steps").toString())
        .contains("the lock of node node-1 is ours");
    assertThat(story.stage.resource().at("/status/steps").findValuesAsText("name"))
        .containsSubsequence("EvictInfrastructure", "AwaitInfrastructure", "DeleteStranded");
    assertThat(story.stage.resource().at("/status/plan/summary").asText())
        .contains("First, to run elsewhere: Velero");
    assertThat(lost.shop.cluster.world().list(Kinds.POD, "shop"))
        .as("what has no data is left to its controller, and the dead pod to the pod collector")
        .filteredOn(pod -> pod.at("/spec/nodeName").asText().equals("node-1"))
        .allMatch(pod -> pod.at("/metadata/labels/app").asText().equals("stateless"))
        .hasSize(1);
    assertThat(lost.shop.cluster.world().list(Kinds.PV, ""))
        .extracting(volume -> volume.at("/spec/claimRef/name").asText())
        .containsOnlyOnce("data");
  }

  /** From the newer of the two, by a recovery of its own. */
  @Test
  void whatVolSyncHasComesBackFromThere() {
    var lost = new NodeShop().volSync().dies();
    var story = new Story(lost.recovers("confirmNodeLost: node-1\n"));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(story.stage.resource().at("/status/plan/summary").asText()).contains("VolSync");
    assertThat(lost.shop.data("data")).isEqualTo("good-monday-data");
    var children = lost.shop.cluster.world().list(Kinds.VOLUME_RECOVERY, "shop");
    assertThat(children)
        .singleElement()
        .extracting(child -> child.at("/status/phase").asText())
        .isEqualTo("Succeeded");
    assertThat(lost.shop.cluster.world().list(Kinds.NAMESPACE_RESTORE, "shop"))
        .as("what only Velero has comes back from there")
        .singleElement()
        .extracting(child -> child.at("/spec/persistentVolumeClaims/names").toString())
        .asString()
        .doesNotContain("\"data\"");
    assertThat(lost.shop.cluster.world().list(Kinds.PVC, "shop"))
        .extracting(claim -> claim.at("/metadata/name").asText())
        .noneMatch(name -> name.startsWith("salvor-"));
  }

  /** With its only replica on the lost node: from the backup, by a recovery of its own. */
  @Test
  void whatLonghornHasLostComesBackFromItsBackup() {
    var lost = new NodeShop(1).longhornBackup().dies();
    var old = lost.shop.object(Kinds.PVC, "shop", "data").at("/spec/volumeName").asText();
    var story = new Story(lost.recovers("confirmNodeLost: node-1\n"));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(story.stage.resource().at("/status/plan/summary").asText())
        .containsPattern("shop/data +\\S+ +\\S+ +Stranded +Longhorn +lh-monday");
    assertThat(lost.shop.data("data")).isEqualTo("good-monday-data");
    assertThat(lost.shop.cluster.world().list(Kinds.VOLUME_RECOVERY, "shop"))
        .singleElement()
        .satisfies(child -> {
          assertThat(child.at("/status/phase").asText()).isEqualTo("Succeeded");
          assertThat(child.at("/spec/source/longhorn/backup").asText()).isEqualTo("lh-monday");
          assertThat(child.at("/status/undo/possible").asBoolean()).isFalse();
        });
    assertThat(lost.shop.object(Kinds.PV, "", old).at("/metadata/annotations").toString())
        .as("kept by the child, which lets it go with Longhorn's volume when its undo would end")
        .contains("held-by");
  }

  /** Degraded is not lost. */
  @Test
  void whatLonghornHasElsewhereStartsThere() {
    var lost = new NodeShop(2).longhornBackup().dies();
    var before = lost.shop.object(Kinds.PVC, "shop", "data");
    var story = new Story(lost.recovers("confirmNodeLost: node-1\n"));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(story.stage.resource().at("/status/plan/summary").asText())
        .containsPattern("shop/data +\\S+ +\\S+ +SelfHealing +Report");
    assertThat(lost.shop.object(Kinds.PVC, "shop", "data").at("/metadata/uid"))
        .isEqualTo(before.at("/metadata/uid"));
    assertThat(lost.shop.data("data")).isEqualTo("good-monday-data");
    assertThat(lost.shop.cluster.world().list(Kinds.VOLUME_RECOVERY, "")).isEmpty();
    assertThat(lost.shop.cluster.world().list(Kinds.POD, "shop"))
        .as("its pod on the dead node is forgotten, and runs elsewhere")
        .filteredOn(pod -> pod.at("/metadata/labels/app").asText().equals("web"))
        .allMatch(pod -> !pod.at("/spec/nodeName").asText().equals("node-1"));
  }

  @Test
  void whatAJobFetchesIsExchangedByARecoveryOfItsOwn() {
    var lost = new NodeShop().program().dies();
    var story = new Story(lost.recovers(NodeShop.JOB));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(story.stage.resource().at("/status/plan/summary").asText())
        .containsPattern("shop/data +\\S+ +\\S+ +Stranded +Job +a Job +what its source lacks");
    assertThat(lost.shop.data("data")).isEqualTo("good-monday-data");
    assertThat(lost.shop.cluster.world().list(Kinds.VOLUME_RECOVERY, "shop"))
        .singleElement()
        .satisfies(child -> {
          assertThat(child.at("/status/phase").asText()).isEqualTo("Succeeded");
          assertThat(child.at("/spec/source/job/timeout").asText()).isEqualTo("1h");
          assertThat(child.at("/spec/source/job/jobTemplate/spec/template/spec/containers/0/image"))
              .hasToString("\"restore\"");
        });
    assertThat(lost.shop.cluster.world().list(Kinds.NAMESPACE_RESTORE, "shop")).isEmpty();
    assertThat(lost.shop.cluster.world().list(Kinds.JOB, "shop")).isEmpty();
  }

  @Test
  void whatMayBeEmptyIsMadeAnewByItsController() {
    var lost = new NodeShop().dies();
    var story = new Story(lost.recovers(NodeShop.EMPTY));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(lost.shop.data("data")).isEqualTo("good-monday-data");
    assertThat(lost.shop.data("data-db-1")).isEmpty();
    assertThat(
            lost.shop.object(Kinds.STATEFUL_SET, "shop", "db").at("/status/readyReplicas").asInt())
        .isEqualTo(2);
    assertThat(lost.shop.cluster.world().get(Kinds.NODE.ref("node-1"))).isEmpty();
  }

  @Test
  void whatNobodyUsesIsOnlyReported() {
    var lost = new NodeShop().dies();
    var before = lost.shop.object(Kinds.PVC, "shop", "stale");
    var story = new Story(lost.recovers("confirmNodeLost: node-1\n"));
    story.ends();
    assertThat(lost.shop.object(Kinds.PVC, "shop", "stale")).isEqualTo(before);
    assertThat(story.stage.resource().at("/status/plan/summary").asText())
        .contains("shop/stale", "no pod uses it");
  }

  @Test
  void withoutAPersonsWordNothingIsDeleted() {
    var lost = new NodeShop().dies();
    var story = new Story(lost.recovers(""));
    assertThat(story.ends()).isEqualTo("Refused");
    assertThat(story.message()).contains("does not prove", "confirmNodeLost: node-1");
    assertThat(lost.shop.cluster.writes()).noneMatch(write -> write.verb() == Recorded.Verb.DELETE);
  }

  @Test
  void aNodeThatComesBackStopsIt() {
    var lost = new NodeShop().dies();
    var story = new Story(lost.recovers("confirmNodeLost: node-1\n")).untilStep("AcquireLock");
    lost.comesBack();
    assertThat(story.ends()).isEqualTo("Failed");
    assertThat(story.message()).contains("Node node-1 is Ready");
    assertThat(lost.shop.cluster.writes()).noneMatch(write -> write.verb() == Recorded.Verb.DELETE);
  }

  @Test
  void aNodeThatAnswersIsNotLost() {
    var lost = new NodeShop();
    var story = new Story(lost.recovers("confirmNodeLost: node-1\n"));
    assertThat(story.ends()).isEqualTo("Refused");
    assertThat(story.message()).contains("Node node-1 is Ready");
  }

  /** Also if the API server or the operator fails at the first of them. */
  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CRASH_BEFORE", "CRASH_AFTER", "CONFLICT", "LOST_REPLY"})
  void anAbortBeforeTheDeletionGivesThePoliciesBack(Fault fault) {
    var lost = new NodeShop().dies();
    var cluster = lost.shop.cluster;
    var story =
        new Story(lost.recovers(NodeShop.EMPTY))
            .until(() ->
                cluster.world().list(Kinds.PV, "").stream()
                        .filter(volume -> policy(volume).equals("Retain"))
                        .count()
                    == 2);
    story.stage.edit("{\"spec\": {\"abort\": true}}");
    var from = cluster.count();
    var met = new AtomicBoolean();
    cluster.faults(write ->
        write.number() > from
                && write.ref().kind().equals("PersistentVolume")
                && !met.getAndSet(true)
            ? fault
            : null);
    assertThat(story.ends()).as(story.message()).isEqualTo("Aborted");
    assertThat(met).isTrue();
    assertThat(cluster.world().list(Kinds.PV, ""))
        .allMatch(volume -> policy(volume).equals("Delete"));
    assertThat(cluster.writes())
        .as("what recoveries lean on was forgotten first, and runs elsewhere")
        .filteredOn(write -> write.verb() == Recorded.Verb.DELETE)
        .allMatch(write -> "velero".equals(write.ref().namespace()));
    Coverage.add(cluster.writes());
  }

  private static String policy(ObjectNode volume) {
    return volume.at("/spec/persistentVolumeReclaimPolicy").asText();
  }

  /** Whenever it comes back: from then on nothing of it is deleted any more. */
  @Test
  void whateverTheMomentANodeThatComesBackKeepsWhatIsNotYetGone() {
    for (var ticks = 8; ; ticks += 11) {
      var lost = new NodeShop().dies();
      var story = new Story(lost.recovers("confirmNodeLost: node-1\n")).ticks(ticks);
      if (!story.stage.resource().at("/status/endedAt").isMissingNode()) break;
      lost.comesBack();
      var written = lost.shop.cluster.writes().size();
      assertThat(story.ends())
          .as("tick %d: %s", ticks, story.message())
          .isIn("Failed", "Succeeded", "Refused");
      assertThat(lost.shop.cluster.writes().subList(written, lost.shop.cluster.writes().size()))
          .as("tick %d", ticks)
          .filteredOn(write -> write.verb() == Recorded.Verb.DELETE && write.executed())
          .filteredOn(write -> List.of("Pod", "PersistentVolume").contains(write.ref().kind()))
          .noneMatch(write -> lost.had(write.uid()));
    }
  }
}
