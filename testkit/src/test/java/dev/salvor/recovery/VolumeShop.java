package dev.salvor.recovery;

import dev.salvor.api.Ref;
import dev.salvor.api.VolumeRecovery;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.faults.Approver;
import dev.salvor.testkit.faults.OperatorProcess;
import dev.salvor.testkit.faults.Picture;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.models.VolSyncModel;
import java.time.Duration;
import java.time.Instant;

/**
 * The shop with one claim that VolSync backs up: ReplicationSource {@code web}, repository of
 * Secret {@code repo}. What is on the claim begins with {@code good-} in the repository and with
 * {@code old-} when the recovery begins.
 */
final class VolumeShop {
  static final Ref RECOVERY = Kinds.VOLUME_RECOVERY.ref("shop", "back");

  final Shop shop;
  final VolSyncModel volSync = new VolSyncModel();
  final Instant backedUp;

  private VolumeShop(Shop shop, String trigger, String mover) {
    this.shop = shop;
    shop.kubelet.exit(VolSyncModel.IMAGE, 0, "");
    shop.cluster.with(volSync);
    shop.backedUp("monday");
    shop.cluster.put(
        """
        {apiVersion: v1, kind: Secret, metadata: {name: repo, namespace: shop}}
        ---
        apiVersion: volsync.backube/v1alpha1
        kind: ReplicationSource
        metadata: {name: web, namespace: shop}
        spec:
          sourcePVC: data
          trigger: {%s}
          %s: {repository: repo, copyMethod: Direct, cacheCapacity: 1Gi, retain: {daily: 3}}
        """
            .formatted(trigger, mover));
    for (var i = 0; i < 30 && volSync.snapshots("shop", "repo").isEmpty(); i++)
      shop.cluster.advance(Duration.ofSeconds(1));
    shop.cluster.settle();
    this.backedUp = volSync.snapshots("shop", "repo").getFirst();
  }

  /** Backed up once. */
  static VolumeShop once() {
    return new VolumeShop(new Shop().deployment().underFlux(), "manual: first", "restic");
  }

  /** Backed up by the fork's mover. */
  static VolumeShop kopia() {
    return new VolumeShop(new Shop().deployment().underFlux(), "manual: first", "kopia");
  }

  /** Backed up again and again, also while it is recovered. */
  static VolumeShop hourly() {
    return new VolumeShop(new Shop().deployment().underFlux(), "schedule: \"0 * * * *\"", "restic");
  }

  /** Disks in the nodes. */
  static VolumeShop nodeLocal() {
    var shop = new Shop();
    shop.provisioner.nodeLocal();
    return new VolumeShop(shop.deployment(), "manual: first", "restic");
  }

  /** Somebody overwrote everything. */
  VolumeShop damaged() {
    shop.damaged();
    return this;
  }

  VolumeShop with(VolSyncModel.Mishap mishap) {
    volSync.with(mishap);
    return this;
  }

  /** A restore by a Job, whose program ends so. */
  static final String JOB =
      """
      prepare: {keepFor: 30m}
      source:
        job:
          successPattern: "^Restore Success!"
          failurePattern: "ERROR"
          jobTemplate:
            spec:
              template:
                spec:
                  containers:
                  - {name: restore, image: restore, volumeMounts: [{name: target, mountPath: /data}]}
      """;

  /** The program of {@link #JOB}: what it writes, says and ends with. */
  VolumeShop program(int code, String says) {
    fills(shop, code, says);
    return this;
  }

  static void fills(Shop shop, int code, String says) {
    shop.kubelet.exit("restore", code, says);
    shop.kubelet.onStart((world, pod) -> {
      if (!pod.text("/spec/containers/0/image").equals("restore")) return;
      var claim = pod.text("/spec/volumes/0/persistentVolumeClaim/claimName");
      world
          .look(Kinds.PVC.ref("shop", claim))
          .flatMap(found -> world.look(Kinds.PV.ref(found.text("/spec/volumeName"))))
          .ifPresent(volume -> world.volumeData().set(volume.uid(), "good-monday-data"));
    });
  }

  /** The recovery is applied, with somebody who approves what it plans. */
  Stage recovers(String spec) {
    shop.cluster.with(new Approver(RECOVERY));
    return waits(spec);
  }

  /** From the newest snapshot. */
  Stage recovers() {
    return recovers("prepare: {keepFor: 30m}\n");
  }

  /** The recovery is applied, and nobody approves it. */
  Stage waits(String spec) {
    return applied(
        shop,
        spec.contains("source:") ? spec : "source: {volSync: {replicationSource: web}}\n" + spec);
  }

  static Stage applied(Shop shop, String spec) {
    shop.cluster.settle();
    var before = Picture.of(shop.cluster);
    shop.cluster.put(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: VolumeRecovery
        metadata: {name: back, namespace: shop, finalizers: [recovery.salvor.dev/finalizer]}
        spec:
          persistentVolumeClaim: data
        """
            + spec.indent(2));
    return new Stage(
        shop.cluster,
        shop.velero::restart,
        RECOVERY,
        "shop",
        before,
        port -> OperatorProcess.of(VolumeRecovery.class, Processes.volume(port)));
  }
}
