package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.models.LonghornModel;
import dev.salvor.testkit.models.LonghornModel.Mishap;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One claim back from a backup of Longhorn, from the plan to the end of the undo. */
class VolumeLonghornTest {
  @Test
  void theClaimHasWhatTheBackupHad() {
    var there = new LonghornShop().damaged();
    var old = there.handle("data");
    var story = new Story(there.recovers(LonghornShop.NEWEST));
    story.untilStep("AwaitVolumeData");
    assertThat(volumes(there, old))
        .singleElement()
        .satisfies(volume -> {
          assertThat(volume.at("/spec/size").asText()).isEqualTo("1073741824");
          assertThat(volume.at("/spec/fromBackup").asText()).contains("backup=monday");
          assertThat(volume.at("/spec/numberOfReplicas").asInt()).isEqualTo(2);
          assertThat(volume.at("/spec/accessMode").asText()).isEqualTo("rwo");
        });
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
    assertThat(story.stage.resource().at("/status/plan/expectedLoss").asText())
        .contains("since " + Words.at(there.backedUp));
    assertThat(story.stage.resource().at("/status/undo/possible").asBoolean()).isTrue();
    var claim = there.shop.object(Kinds.PVC, "shop", "data");
    var volume = there.shop.object(Kinds.PV, "", claim.at("/spec/volumeName").asText());
    assertThat(volume.at("/spec/csi/fsType").asText()).isEqualTo("xfs");
    assertThat(volume.at("/spec/persistentVolumeReclaimPolicy").asText())
        .as("as the one it replaces")
        .isEqualTo("Delete");
    assertThat(volume.at("/metadata/annotations").toString())
        .contains("\"pv.kubernetes.io/provisioned-by\":\"driver.longhorn.io\"");
    assertThat(claims(there)).containsExactly("data");
  }

  @Test
  void theUndoExchangesBackAndTheRestoredVolumeGoesWhenItsTimeIsOver() {
    var there = new LonghornShop().damaged();
    var old = there.handle("data");
    var story = new Story(there.recovers(LonghornShop.NEWEST + "undo: {retainFor: 1h}\n"));
    story.ends();
    var restored = there.handle("data");
    assertThat(story.undone()).as(story.message()).isEqualTo("Undone");
    assertThat(there.shop.data("data")).isEqualTo("old-data");
    assertThat(there.handle("data")).isEqualTo(old);
    there.shop.cluster.advance(Duration.ofMinutes(61));
    story.until(() -> story.stage.phase().equals("Archived"));
    there.shop.cluster.settle();
    assertThat(volumes(there, restored)).extracting(VolumeLonghornTest::name).containsExactly(old);
    assertThat(there.shop.cluster.world().list(Kinds.PV, "")).hasSize(1);
  }

  /** Without a leak: the old volume is Longhorn's own, and goes with its PersistentVolume. */
  @Test
  void theOldVolumeGoesWhenTheUndoIsOver() {
    var there = new LonghornShop().damaged();
    var old = there.handle("data");
    var story = new Story(there.recovers(LonghornShop.NEWEST + "undo: {retainFor: 10m}\n"));
    story.ends();
    story.until(() -> story.stage.phase().equals("Archived"));
    there.shop.cluster.settle();
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
    assertThat(there.shop.cluster.world().list(Kinds.LONGHORN_VOLUME, ""))
        .singleElement()
        .extracting(VolumeLonghornTest::name)
        .isNotEqualTo(old)
        .isEqualTo(there.handle("data"));
  }

  @Test
  void aRestoreThatFailsLeavesNothingBehind() {
    var there = new LonghornShop().damaged().with(Mishap.RESTORE_FAILS);
    var old = there.handle("data");
    var story = new Story(there.recovers(LonghornShop.NEWEST));
    assertThat(story.ends()).isEqualTo("Failed");
    assertThat(story.reason()).isEqualTo("RestoreFailed");
    assertThat(story.message()).contains("checksum mismatch");
    untouched(there, old);
    there.longhorn.without(Mishap.RESTORE_FAILS);
    assertThat(story.retried()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
  }

  @Test
  void aSuccessWithoutACompleteReplicaIsNone() {
    var there = new LonghornShop().damaged().with(Mishap.RESTORES_NOTHING);
    var old = there.handle("data");
    var story = new Story(there.recovers(LonghornShop.NEWEST));
    assertThat(story.ends()).isEqualTo("Failed");
    assertThat(story.reason()).isEqualTo("RestoreUnproven");
    untouched(there, old);
  }

  @Test
  void aRestoreThatDoesNotEndIsNamedAndCanBeAborted() {
    var there = new LonghornShop().damaged();
    var old = there.handle("data");
    var story = new Story(there.recovers(LonghornShop.NEWEST)).untilStep("AwaitVolumeData");
    // somebody takes a node away while it is restored
    var replica =
        there.shop.cluster.world().list(Kinds.LONGHORN_REPLICA, "").stream()
            .filter(one -> !one.at("/spec/volumeName").asText().equals(old))
            .findFirst()
            .orElseThrow();
    there.shop.cluster.delete(Kinds.LONGHORN_REPLICA.ref(LonghornModel.HOME, name(replica)));
    story.ticks(30);
    assertThat(story.stage.resource().at("/status/message").asText())
        .contains("ReplicaSchedulingFailure", "restored 40 %");
    story.stage.edit("{\"spec\": {\"abort\": true}}");
    assertThat(story.ends()).as(story.message()).isEqualTo("Aborted");
    untouched(there, old);
  }

  /** Wherever the abort comes: nothing of the copy is left, and the claim is as it was. */
  @ParameterizedTest
  @CsvSource({"RestoreVolume", "BindVolume", "ReadFilled", "DetachCopy", "ReviewTarget"})
  void anAbortTakesEverythingBack(String step) {
    var there = new LonghornShop().damaged();
    var old = there.handle("data");
    var story = new Story(there.recovers(LonghornShop.NEWEST)).untilStep(step).ticks(1);
    story.stage.edit("{\"spec\": {\"abort\": true}}");
    assertThat(story.ends()).as(story.message()).isEqualTo("Aborted");
    there.shop.cluster.settle();
    untouched(there, old);
    assertThat(there.shop.cluster.world().list(Kinds.PV, "")).hasSize(1);
  }

  @Test
  void withFewerNodesItGetsFewerReplicas() {
    var there = new LonghornShop().damaged().unschedulable("node-2");
    var story = new Story(there.recovers(LonghornShop.NEWEST));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
    assertThat(
            there
                .shop
                .object(Kinds.LONGHORN_VOLUME, LonghornModel.HOME, there.handle("data"))
                .at("/spec/numberOfReplicas")
                .asInt())
        .isEqualTo(1);
    assertThat(story.stage.resource().at("/status/plan/summary").asText())
        .contains("1 instead of 2 replicas");
  }

  /** A volume that the claim had left has old data, whenever it was backed up. */
  @Test
  void backupsOfAVolumeThatTheClaimHasLeftAreNotTaken() {
    var there = new LonghornShop().damaged();
    var backup = there.shop.object(Kinds.LONGHORN_BACKUP, LonghornModel.HOME, "monday");
    var stale = backup.deepCopy();
    stale.withObject("/metadata").put("name", "stale").remove(List.of("uid", "resourceVersion"));
    var status = stale.withObject("/status");
    status.put("url", "s3://backups@model/?backup=stale&volume=left").put("volumeName", "left");
    status.put("snapshotCreatedAt", there.shop.cluster.now().toString());
    status
        .withObject("/labels")
        .put(
            "KubernetesStatus",
            "{\"namespace\":\"shop\",\"pvcName\":\"data\",\"lastPVCRefAt\":\"2026-01-01T00:00:00Z\"}");
    there.shop.cluster.create(stale);
    var story = new Story(there.recovers(LonghornShop.NEWEST));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
  }

  /** Also while newer backups come. */
  @Test
  void theBackupThatWasChosenStaysTheOne() {
    var there = new LonghornShop().damaged();
    var story = new Story(there.recovers(LonghornShop.NEWEST)).untilStep("AwaitVolumeData");
    there.longhorn.backUp(there.shop.cluster.world(), "shop", "data", "tuesday");
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
  }

  @Test
  void anEncryptedVolumeKeepsItsSecrets() {
    var there =
        new LonghornShop(
                """
                {numberOfReplicas: "2", encrypted: "true",
                 csi.storage.k8s.io/node-stage-secret-name: "${pvc.name}-key",
                 csi.storage.k8s.io/node-stage-secret-namespace: "${pvc.namespace}",
                 csi.storage.k8s.io/node-publish-secret-name: key,
                 csi.storage.k8s.io/node-publish-secret-namespace: longhorn-system}
                """
                    .replace("\n", " "))
            .damaged();
    var story = new Story(there.recovers(LonghornShop.NEWEST));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    var claim = there.shop.object(Kinds.PVC, "shop", "data");
    var csi =
        there.shop.object(Kinds.PV, "", claim.at("/spec/volumeName").asText()).at("/spec/csi");
    assertThat(csi.at("/nodeStageSecretRef").toString())
        .isEqualTo("{\"name\":\"data-key\",\"namespace\":\"shop\"}");
    assertThat(csi.at("/nodePublishSecretRef/name").asText()).isEqualTo("key");
    assertThat(
            there
                .shop
                .object(Kinds.LONGHORN_VOLUME, LonghornModel.HOME, there.handle("data"))
                .at("/spec/encrypted")
                .asBoolean())
        .isTrue();
  }

  /** No replica is left anywhere: the copy takes the place, without an undo. */
  @Test
  void aLostVolumeIsReplacedWithoutAWayBack() {
    var there = new LonghornShop().damaged();
    for (var replica : there.shop.cluster.world().list(Kinds.LONGHORN_REPLICA, "")) {
      replica.withObject("/spec").put("nodeID", "gone");
      there.shop.cluster.world().update(replica);
    }
    var story = new Story(there.recovers(LonghornShop.NEWEST));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
    assertThat(story.stage.resource().at("/status/plan/strategy").asText()).isEqualTo("InPlace");
    assertThat(story.stage.resource().at("/status/plan/summary").asText())
        .contains("no replica with data on any node that is left");
  }

  private static void untouched(LonghornShop there, String old) {
    assertThat(there.shop.data("data")).isEqualTo("old-data");
    assertThat(there.handle("data")).isEqualTo(old);
    assertThat(there.shop.cluster.world().list(Kinds.LONGHORN_VOLUME, ""))
        .extracting(VolumeLonghornTest::name)
        .containsExactly(old);
    assertThat(claims(there)).containsExactly("data");
  }

  private static List<ObjectNode> volumes(LonghornShop there, String but) {
    return there.shop.cluster.world().list(Kinds.LONGHORN_VOLUME, "").stream()
        .filter(volume -> !name(volume).equals(but))
        .toList();
  }

  private static List<String> claims(LonghornShop there) {
    return there.shop.cluster.world().list(Kinds.PVC, "shop").stream()
        .map(VolumeLonghornTest::name)
        .toList();
  }

  private static String name(ObjectNode object) {
    return object.at("/metadata/name").asText();
  }
}
