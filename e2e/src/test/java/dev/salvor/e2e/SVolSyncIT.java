package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** 200 files in a restic repository of VolSync, overwritten, back byte for byte; and undone. */
@Scenario
class SVolSyncIT {
  private static final String NAMESPACE = "e2e-s";

  private final Stage stage = Stage.plain();
  private final Kube kube = stage.kube();
  private final Room room = Room.of(stage, NAMESPACE);
  private final Shop shop = new Shop(stage, NAMESPACE, "local-path", true);
  private List<String> good = List.of();
  private List<String> bad = List.of();

  @BeforeAll
  void backUp() {
    var restic = Restic.need(stage, NAMESPACE);
    Shop.install(stage, NAMESPACE);
    shop.fill(200, 20_000);
    good = shop.sums();
    restic.repository("repo");
    restic.repository("elsewhere");
    restic.source("shop", "repo", "data", "first");
    restic.awaitBackup("shop", "first");
    // never backed up into: the repository does not even exist
    restic.source("nothing", "elsewhere", "absent", "first");
    shop.damage();
    bad = shop.sums();
  }

  @Test
  @Order(1)
  void anEmptyRepositoryIsNoSuccess() {
    var recovery = apply("empty", "nothing");
    recovery.await("Failed");
    assertThat(recovery.status().path("message").asText()).contains("no snapshot that fits");
    assertThat(Shop.differences(bad, shop.sums())).isEmpty();
    assertThat(kube.list("persistentvolumeclaims", NAMESPACE))
        .extracting(claim -> claim.path("metadata").path("name").asText())
        .noneMatch(name -> name.startsWith("salvor-"));
    assertThat(kube.list("replicationdestinations.volsync.backube", NAMESPACE)).isEmpty();
  }

  @Test
  @Order(2)
  void everyByteIsBack() {
    var recovery = apply("back", "shop");
    recovery.approve();
    System.out.println(recovery.status().path("plan").path("summary").asText());
    recovery.succeed();
    shop.ready();
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    assertThat(recovery.status().path("undo").path("possible").asBoolean()).isTrue();
    assertThat(
            recovery
                .status()
                .path("facts")
                .path("source")
                .path("snapshot")
                .path("takenAt")
                .asText())
        .as("the time of the snapshot, as the mover said it")
        .isNotEmpty();
    assertThat(kube.list("replicationdestinations.volsync.backube", NAMESPACE)).isEmpty();
    assertThat(kube.get("replicationsources.volsync.backube", NAMESPACE, "shop").path("spec"))
        .noneMatch(field -> field.isBoolean());
    System.out.println("e2e: outage " + recovery.status().path("outage").asText());
  }

  @Test
  @Order(3)
  void theUndoBringsTheDamageBack() {
    var recovery = Recovery.of(kube, Recovery.Kind.VolumeRecovery, NAMESPACE, "back");
    var before = recovery.status().path("plan").path("approve").asText();
    recovery.patch("{\"spec\":{\"undo\":{\"requested\":true}}}");
    recovery.approve(before);
    recovery.await("Undone");
    shop.ready();
    assertThat(Shop.differences(bad, shop.sums())).isEmpty();
  }

  @Test
  @Order(4)
  void aJobFillsIt() {
    var script =
        "i=0; while [ $i -lt 50 ]; do echo $i > /data/job$i; i=$((i+1)); done; echo shop >"
            + " /data/index.html; sync; echo restored 50 files";
    var recovery =
        Recovery.apply(
            kube,
            Recovery.Kind.VolumeRecovery,
            NAMESPACE,
            "job",
            ("persistentVolumeClaim: data, undo: {retainFor: 0s}, %s, source: {job: {successPattern: \"^restored [0-9]+ files\", "
                    + "jobTemplate: {spec: {template: {spec: {containers: [{name: restore, image: \"%s\", command: [sh, -c, \"%s\"], "
                    + "volumeMounts: [{name: target, mountPath: /data}]}]}}}}}}")
                .formatted(Recovery.automatic(), stage.cluster().busybox(), script));
    recovery.succeed();
    shop.ready();
    assertThat(shop.sums()).hasSize(51).anyMatch(line -> line.endsWith("/job49"));
    assertThat(kube.list("jobs", NAMESPACE)).isEmpty();
  }

  private Recovery apply(String name, String source) {
    return Recovery.apply(
        kube,
        Recovery.Kind.VolumeRecovery,
        NAMESPACE,
        name,
        "persistentVolumeClaim: %s, source: {volSync: {replicationSource: %s}}"
            .formatted("data", source));
  }

  @AfterAll
  void clear() {
    room.clear();
  }
}
