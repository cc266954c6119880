package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.models.VolSyncModel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One claim back from the repository of its ReplicationSource, from the plan to the undo. */
class VolumeRecoveryTest {
  @Test
  void theClaimHasWhatTheRepositoryHad() {
    var there = VolumeShop.once().damaged();
    var story = new Story(there.recovers());
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
    assertThat(story.stage.resource().at("/status/plan/expectedLoss").asText())
        .contains("since " + Words.at(there.backedUp));
    assertThat(story.stage.resource().at("/status/undo/possible").asBoolean()).isTrue();
    assertThat(there.shop.cluster.world().list(Kinds.REPLICATION_DESTINATION, "")).isEmpty();
    assertThat(there.shop.object(Kinds.REPLICATION_SOURCE, "shop", "web").at("/spec").has("paused"))
        .isFalse();
  }

  @Test
  void theUndoExchangesBack() {
    var there = VolumeShop.once().damaged();
    var story = new Story(there.recovers());
    story.ends();
    assertThat(story.undone()).as(story.message()).isEqualTo("Undone");
    assertThat(there.shop.data("data")).isEqualTo("old-data");
  }

  @Test
  void kopiaFindsTheBackupsOfItsSource() {
    var there = VolumeShop.kopia().damaged();
    var story = new Story(there.recovers());
    story.untilStep("AwaitVolumeData");
    assertThat(there.shop.cluster.world().list(Kinds.REPLICATION_DESTINATION, "shop"))
        .singleElement()
        .extracting(one -> one.at("/spec/kopia/sourceIdentity/sourceName").asText())
        .isEqualTo("web");
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
  }

  /** Also when the source is not there any more. */
  @Test
  void theUndoNeedsNoSource() {
    var there = VolumeShop.once().damaged();
    var story = new Story(there.recovers());
    story.ends();
    there.shop.cluster.delete(Kinds.REPLICATION_SOURCE.ref("shop", "web"));
    assertThat(story.undone()).as(story.message()).isEqualTo("Undone");
    assertThat(there.shop.data("data")).isEqualTo("old-data");
  }

  /** The application can run on one node only, and finds the copy there. */
  @Test
  void theCopyIsMadeWhereTheApplicationCanRun() {
    var there = VolumeShop.nodeLocal().damaged();
    var web = there.shop.object(Kinds.DEPLOYMENT, "shop", "web");
    var home =
        there
            .shop
            .object(Kinds.PVC, "shop", "data")
            .at("/metadata/annotations")
            .path("volume.kubernetes.io/selected-node")
            .asText();
    web.withObject("/spec/template/spec/nodeSelector").put("kubernetes.io/hostname", home);
    there.shop.cluster.world().update(web);
    there.shop.cluster.settle();
    var story = new Story(there.recovers());
    story.untilStep("AwaitVolumeData");
    assertThat(there.shop.cluster.world().list(Kinds.REPLICATION_DESTINATION, "shop"))
        .singleElement()
        .extracting(one -> one.at("/spec/restic/moverAffinity").toString())
        .asString()
        .contains("kubernetes.io/hostname", home);
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
  }

  @Test
  void anEmptyRestoreIsNoSuccess() {
    var there = VolumeShop.once().damaged();
    there.volSync.emptied("shop", "repo");
    var story = new Story(there.recovers());
    assertThat(story.ends()).isEqualTo("Failed");
    assertThat(story.reason()).isEqualTo("EmptyRestore");
    assertThat(there.shop.data("data")).isEqualTo("old-data");
    assertThat(there.shop.cluster.world().list(Kinds.PVC, "shop"))
        .extracting(claim -> claim.at("/metadata/name").asText())
        .doesNotContain("salvor")
        .containsOnly("data", "volsync-src-web-cache");
  }

  @Test
  void aSuccessThatSaysNothingIsNoProof() {
    var there = VolumeShop.once().damaged().with(VolSyncModel.Mishap.LOG_LOST);
    var story = new Story(there.recovers());
    assertThat(story.ends()).isEqualTo("Failed");
    assertThat(story.reason()).isEqualTo("RestoreUnproven");
    assertThat(there.shop.data("data")).isEqualTo("old-data");
  }

  @Test
  void aMoverThatFailsForEverIsGivenUp() {
    var there = VolumeShop.once().damaged();
    there.shop.kubelet.exit(VolSyncModel.IMAGE, 1, "Fatal: wrong password or no key found");
    var story = new Story(there.recovers());
    assertThat(story.ends()).isEqualTo("Failed");
    assertThat(story.reason()).isEqualTo("RestoreFailed");
    assertThat(story.message()).contains("wrong password");
    there.shop.kubelet.exit(VolSyncModel.IMAGE, 0, "");
    assertThat(story.retried()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
  }

  @Test
  void aMoverThatCannotStartIsNamed() {
    var there = VolumeShop.once().damaged().with(VolSyncModel.Mishap.CACHE_STUCK);
    var story = new Story(there.recovers()).untilStep("AwaitVolumeData").ticks(30);
    assertThat(story.stage.resource().at("/status/message").asText()).contains("is Pending");
    story.stage.edit("{\"spec\": {\"abort\": true}}");
    assertThat(story.ends()).as(story.message()).isEqualTo("Aborted");
  }

  @Test
  void whoPausesTheRestoreStopsIt() {
    var there = VolumeShop.once().damaged().with(VolSyncModel.Mishap.PAUSES_DESTINATIONS);
    var story = new Story(there.recovers());
    assertThat(story.ends()).isEqualTo("Failed");
    assertThat(story.reason()).isEqualTo("RestoreChanged");
  }

  /** The newest snapshot is of the damage already. */
  @Test
  void anEarlierSnapshotCanBeAskedFor() {
    var there = VolumeShop.hourly().damaged();
    there.shop.cluster.advance(Duration.ofHours(1));
    there.shop.cluster.settle();
    for (var i = 0; i < 30 && there.volSync.snapshots("shop", "repo").size() < 2; i++)
      there.shop.cluster.advance(Duration.ofSeconds(1));
    assertThat(there.volSync.snapshots("shop", "repo")).hasSizeGreaterThan(1);
    var story =
        new Story(
            there.recovers(
                "source: {volSync: {replicationSource: web, restoreAsOf: \"%s\"}}\n"
                    .formatted(there.backedUp.plusSeconds(60))));
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
  }

  /** Paused from before the first pod stops until everything is verified. */
  @Test
  void nothingIsBackedUpInTheMiddleOfTheExchange() {
    var there = VolumeShop.hourly().damaged();
    var story = new Story(there.recovers());
    story.untilStep("ScaleDownConsumers");
    var source = there.shop.object(Kinds.REPLICATION_SOURCE, "shop", "web");
    assertThat(source.at("/spec/paused").asBoolean()).isTrue();
    story.untilStep("ResumeReplication");
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.object(Kinds.REPLICATION_SOURCE, "shop", "web").at("/spec").has("paused"))
        .isFalse();
  }

  /** A backup that runs while the plan is made is no consumer, and is waited for. */
  @Test
  void aBackupThatRunsIsWaitedFor() {
    var there = VolumeShop.hourly().damaged();
    var story = new Story(there.recovers());
    story.until(() -> !there.shop.cluster.world().list(Kinds.JOB, "shop").isEmpty());
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
  }

  @Test
  void whatAPersonHasPausedStaysSo() {
    var there = VolumeShop.hourly().damaged();
    var source = there.shop.object(Kinds.REPLICATION_SOURCE, "shop", "web");
    source.withObject("/spec").put("paused", true);
    there.shop.cluster.world().update(source);
    var story = new Story(there.recovers());
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.cluster.writes())
        .filteredOn(write -> Kinds.REPLICATION_SOURCE.of(write.ref()))
        .isEmpty();
  }

  /**
   * The disk with the old data is gone with its node: the copy takes the place, without an undo.
   */
  @Test
  void aLostVolumeIsReplacedWithoutAWayBack() {
    var there = VolumeShop.nodeLocal().damaged();
    var node =
        there
            .shop
            .object(Kinds.PVC, "shop", "data")
            .at("/metadata/annotations")
            .path("volume.kubernetes.io/selected-node")
            .asText();
    there.shop.cluster.delete(Kinds.NODE.ref(node));
    for (var pod : there.shop.cluster.world().list(Kinds.POD, "shop"))
      if (pod.at("/spec/nodeName").asText().equals(node))
        there.shop.cluster.world().deleteNow(dev.salvor.testkit.Manifests.ref(pod));
    there.shop.cluster.settle();
    var story = new Story(there.recovers());
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.shop.data("data")).isEqualTo("good-monday-data");
    assertThat(story.stage.resource().at("/status/plan/strategy").asText()).isEqualTo("InPlace");
    assertThat(story.stage.resource().at("/status/undo/possible").asBoolean()).isFalse();
    assertThat(story.stage.resource().at("/status/undo").toString())
        .contains("a node that does not exist any more");
  }

  @Test
  void aSourceThatIsNotThereIsSaidAtOnce() {
    var there = VolumeShop.once().damaged();
    var story = new Story(there.recovers("source: {volSync: {replicationSource: nobody}}\n"));
    assertThat(story.ends()).isEqualTo("Refused");
    assertThat(story.message()).contains("nobody");
    assertThat(there.shop.cluster.writes())
        .noneMatch(
            write -> write.verb() == Recorded.Verb.DELETE || write.verb() == Recorded.Verb.CREATE);
  }
}
