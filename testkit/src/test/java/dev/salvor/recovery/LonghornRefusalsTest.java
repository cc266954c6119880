package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.models.LonghornModel;
import dev.salvor.testkit.models.LonghornModel.Mishap;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a recovery from a backup of Longhorn is refused for, before anything is made. */
class LonghornRefusalsTest {
  @Test
  void aBackupThatIsNotThereIsSaidWithWhatThereIs() {
    var there = new LonghornShop().damaged();
    var before = there.backedUp.minus(Duration.ofDays(1));
    refused(there, "longhorn: {backup: nothing}", "Backup nothing of Longhorn does not exist");
    refused(
        there,
        "longhorn: {notAfter: \"" + before + "\"}",
        "no completed backup of claim shop/data from " + before + " or before; there is monday of");
    refused(there, "longhorn: {numberOfReplicas: 3}", "Longhorn has 2 nodes for them");
    there.longhorn.unsynced(there.shop.cluster.world());
    refused(there, "longhorn: {}", "syncRequestedAt");
    there.with(Mishap.TARGET_GONE);
  }

  /** Who may recover in one namespace must not read what another one has backed up. */
  @Test
  void theBackupsOfOtherNamespacesAreTheirs() {
    var there = new LonghornShop().damaged();
    for (var owner : List.of("{\"namespace\":\"bank\",\"pvcName\":\"data\"}", "")) {
      var backup =
          there.shop.object(Kinds.LONGHORN_BACKUP, LonghornModel.HOME, "monday").deepCopy();
      backup
          .withObject("/metadata")
          .put("name", owner.isEmpty() ? "unknown" : "bank")
          .remove(List.of("uid", "resourceVersion"));
      var status = backup.withObject("/status").put("volumeName", "theirs");
      status.withObject("/labels").put("KubernetesStatus", owner);
      there.shop.cluster.create(backup);
    }
    refused(there, "longhorn: {backup: bank}", "Backup bank of Longhorn is of bank/data");
    refused(there, "longhorn: {backup: unknown}", "is of nobody knows whom");
  }

  @Test
  void aTargetThatDoesNotAnswerIsARefusal() {
    var there = new LonghornShop().damaged().with(Mishap.TARGET_GONE);
    refused(there, "longhorn: {}", "BackupTarget default of Longhorn is not available");
  }

  private static void refused(LonghornShop there, String source, String why) {
    var story = new Story(there.recovers("source: {" + source + "}\n"));
    assertThat(story.ends()).as(story.message()).isEqualTo("Refused");
    assertThat(story.message()).contains(why);
    assertThat(there.shop.cluster.writes())
        .noneMatch(
            write -> write.verb() == Recorded.Verb.DELETE || write.verb() == Recorded.Verb.CREATE);
    there
        .shop
        .cluster
        .world()
        .get(VolumeShop.RECOVERY)
        .ifPresent(one -> {
          one.withObject("/metadata").remove("finalizers");
          there.shop.cluster.world().update(one);
        });
    there.shop.cluster.delete(VolumeShop.RECOVERY);
  }
}
