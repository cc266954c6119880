package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** swap.md 4.3: what of items 1 to 7 is not in the other scenarios. */
@Scenario
class JSwapHazardsIT {
  private final Stage stage = Stage.open();
  private final Velero velero = new Velero(stage.kube());
  private final Room room =
      Room.of(stage, "e2e-j-strict", "e2e-j-mixed", "e2e-j-path", "e2e-j-after");

  /** 2 (H3, H5): missing Secret and account, pod security restricted; 4 (H4): a hook for ever. */
  @Test
  void restrictedNamespaceAndAHookThatWouldHang() {
    var namespace = "e2e-j-strict";
    stage
        .kube()
        .apply(
            Kube.manifest(
                "apps/strict.yaml", Map.of("ns", namespace, "image", stage.cluster().busybox())));
    stage.kube().rollout(namespace, "deployment/strict");
    stage.kube().exec(namespace, "deploy/strict", "strict", "echo before > /data/file; sync");
    velero.backup("e2e-j-strict", namespace);
    stage.kube().exec(namespace, "deploy/strict", "strict", "echo garbage > /data/file");
    try (var watch = stage.watch()) {
      var recovery =
          Recovery.apply(
              stage.kube(),
              namespace,
              "strict",
              Recovery.from("e2e-j-strict") + ", " + Recovery.automatic());
      recovery.succeed();
      assertThat(watch.started()).isNotEmpty().noneMatch(name -> name.endsWith("/strict"));
    }
    stage.kube().rollout(namespace, "deployment/strict");
    assertThat(stage.kube().exec(namespace, "deploy/strict", "strict", "cat /data/file").strip())
        .isEqualTo("before");
    // no Secret of the application was ever needed beside
    assertThat(room.shadows()).isEmpty();
  }

  /** 3 (N1): one claim of each pod stays; the copy must come to the node of the one that stays. */
  @Test
  void aClaimThatStaysDecidesTheNode() {
    var ledger = Ledger.install(stage, "e2e-j-mixed", "local-path", "book");
    ledger.fill();
    var book = ledger.sums("book");
    var journal = ledger.sums("journal");
    velero.backup("e2e-j-mixed", "e2e-j-mixed");
    ledger.damage("book");
    var recovery =
        Recovery.apply(
            stage.kube(),
            "e2e-j-mixed",
            "mixed",
            Recovery.from("e2e-j-mixed")
                + ", acceptMixedTimes: [journal-ledger-0, journal-ledger-1], "
                + Recovery.automatic());
    recovery.succeed();
    ledger.ready();
    assertThat(ledger.sums("book")).isEqualTo(book);
    assertThat(ledger.sums("journal")).isEqualTo(journal);
  }

  /** 4 (B18): a class that gives the copy the directory of the original. */
  @Test
  void aClassByClaimNameIsRefused() {
    stage
        .kube()
        .apply(
            """
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: e2e-by-name}
            provisioner: rancher.io/local-path
            parameters: {pathPattern: "{{ .PVC.Name }}"}
            volumeBindingMode: WaitForFirstConsumer
            reclaimPolicy: Delete
            """);
    var shop = Shop.install(stage, "e2e-j-path", "e2e-by-name", true);
    shop.fill(10, 1_000);
    velero.backup("e2e-j-path", "e2e-j-path");
    var before = shop.sums();
    var recovery =
        Recovery.apply(
            stage.kube(),
            "e2e-j-path",
            "path",
            Recovery.from("e2e-j-path") + ", strategy: Swap, " + Recovery.automatic());
    recovery.await("Refused", Recovery.LIMIT);
    assertThat(recovery.status().path("facts").path("findings").toString()).contains("e2e-by-name");
    assertThat(shop.sums()).isEqualTo(before);
  }

  /** 5 (M1, M2): what Velero backs up after the swap is the new volume, and not the old one. */
  @Test
  void aBackupAfterTheSwapHoldsTheNewData() {
    var namespace = "e2e-j-after";
    var shop = Shop.install(stage, namespace);
    shop.fill(50, 10_000);
    var good = shop.sums();
    velero.backup("e2e-j-before", namespace);
    shop.damage();
    var old = shop.volume();
    var recovery =
        Recovery.apply(
            stage.kube(),
            namespace,
            "swap",
            Recovery.from("e2e-j-before") + ", " + Recovery.automatic());
    recovery.succeed();
    shop.ready();
    var fresh = shop.volume();
    assertThat(fresh).isNotEqualTo(old);

    velero.backup("e2e-j-after", namespace, "includeClusterResources: true");
    assertThat(BackupContents.of(stage.kube(), Velero.name("e2e-j-after")))
        .anyMatch(entry -> entry.endsWith("persistentvolumes/cluster/" + fresh + ".json"))
        .noneMatch(entry -> entry.contains(old));

    stage.kube().kubectl("delete", "namespace", namespace, "--timeout=120s");
    Kube.await(
        "the new volume is gone",
        Duration.ofMinutes(1),
        () -> stage.kube().get("persistentvolume", "", fresh).isMissingNode());
    velero.restore("e2e-j-after", "e2e-j-after");
    shop.ready();
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    assertThat(shop.volume()).isNotEqualTo(old);
  }

  @AfterAll
  void clear() {
    room.clear();
  }
}
