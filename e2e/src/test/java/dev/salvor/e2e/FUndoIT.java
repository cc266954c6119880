package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** (f) The way back after a wrong backup, and a check that keeps a bad one out. */
@Scenario
class FUndoIT {
  private static final String NAMESPACE = "e2e-f";
  private final Stage stage = Stage.open();
  private final Velero velero = new Velero(stage.kube());
  private final Room room = Room.of(stage, NAMESPACE);
  private Shop shop = new Shop(stage, NAMESPACE, "local-path", true);

  @BeforeAll
  void install() {
    shop = Shop.install(stage, NAMESPACE);
  }

  @Test
  @Order(1)
  void undoBringsTheOriginalBytesBackWithoutCopying() {
    shop.fill(100, 50_000);
    var old = shop.sums();
    velero.backup("e2e-f-wrong", NAMESPACE);
    shop.fill(120, 40_000);
    var newer = shop.sums();
    var volume = shop.volume();

    var recovery = Recovery.apply(stage.kube(), NAMESPACE, "wrong", Recovery.from("e2e-f-wrong"));
    var first = recovery.approve();
    recovery.succeed();
    shop.ready();
    assertThat(Shop.differences(old, shop.sums())).isEmpty();
    assertThat(recovery.status().path("undo").path("possible").asBoolean()).isTrue();
    var restores = velero.restores().size();
    var copies = velero.podVolumeRestores().size();

    recovery.patch("{\"spec\":{\"undo\":{\"requested\":true}}}");
    // undo has a plan of its own: what is written since is lost by it
    Kube.await(
        "the undo has a plan",
        Duration.ofMinutes(1),
        () ->
            recovery.phase().equals("AwaitingApproval")
                && !recovery.status().path("plan").path("approve").asText(first).equals(first));
    recovery.approve();
    recovery.await("Undone", Recovery.LIMIT);
    shop.ready();

    assertThat(Shop.differences(newer, shop.sums())).isEmpty();
    assertThat(shop.volume()).isEqualTo(volume);
    assertThat(velero.restores()).hasSize(restores);
    assertThat(velero.podVolumeRestores()).hasSize(copies);

    // swap.md 4.3, 7: it is backed up like anything else, and there is no second undo
    velero.backup("e2e-f-after", NAMESPACE);
    assertThat(
            stage
                .kube()
                .list(
                    "podvolumebackups.velero.io",
                    "velero",
                    "-l",
                    "velero.io/backup-name=" + Velero.name("e2e-f-after")))
        .hasSize(1);
    assertThat(recovery.status().path("undo").path("possible").asBoolean()).isFalse();
    assertThat(recovery.status().path("undo").path("whyNot").asText()).isNotEmpty();
  }

  @Test
  @Order(2)
  void aFailingCheckTakesTheNextOlderBackupAndNeverTouchesProduction() {
    shop.write("good", "yes");
    var good = shop.sums();
    velero.backup("e2e-f-good", NAMESPACE);
    shop.damage();
    stage.kube().exec(NAMESPACE, "deploy/shop", "shop", "rm /data/good");
    velero.backup("e2e-f-bad", NAMESPACE);
    var pods = shop.pods();
    var claim = shop.claimUid();

    var recovery =
        Recovery.apply(
            stage.kube(),
            NAMESPACE,
            "checked",
            """
            backup: {notAfter: "%s"}, fallbackToOlder: 1,
            checks: [{name: good, jobTemplate: {spec: {backoffLimit: 0, template: {spec: {
              restartPolicy: Never,
              containers: [{name: check, image: "%s", command: [sh, -c, 'cat /data/good'],
                volumeMounts: [{name: data, mountPath: /data}]}],
              volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]}}}}}]
            """
                .formatted(Instant.now(), stage.cluster().busybox()));
    recovery.await("AwaitingApproval", Recovery.LIMIT);
    // until it is approved production is as it was
    assertThat(shop.pods()).isEqualTo(pods);
    assertThat(shop.claimUid()).isEqualTo(claim);
    assertThat(recovery.status().path("facts").path("backup").path("name").asText())
        .isEqualTo(Velero.name("e2e-f-good"));
    assertThat(recovery.status().path("facts").path("backup").path("rejected").toString())
        .contains(Velero.name("e2e-f-bad"));
    recovery.approve();
    recovery.succeed();
    shop.ready();
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
  }

  @AfterAll
  void clear() {
    room.clear();
  }
}
