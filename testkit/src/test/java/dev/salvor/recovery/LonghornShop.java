package dev.salvor.recovery;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.faults.Approver;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.models.LonghornModel;
import dev.salvor.testkit.models.LonghornWebhook;
import java.time.Instant;

/**
 * The shop on volumes of Longhorn, two replicas on two nodes. What is on the claim begins with
 * {@code good-} in Backup {@code monday} and with {@code old-} when the recovery begins.
 */
final class LonghornShop {
  static final String NEWEST = "source: {longhorn: {}}\nprepare: {keepFor: 30m}\n";

  final Shop shop = new Shop();
  final LonghornModel longhorn = new LonghornModel();
  final Instant backedUp;

  LonghornShop() {
    this("{numberOfReplicas: \"2\", staleReplicaTimeout: \"2880\", fsType: xfs}");
  }

  LonghornShop(String parameters) {
    install(shop, longhorn, parameters);
    shop.deployment().underFlux().backedUp("monday");
    longhorn.backUp(shop.cluster.world(), "shop", "data", "monday");
    this.backedUp = shop.cluster.now();
    shop.cluster.settle();
  }

  /** StorageClass {@code standard} is Longhorn's from now on. */
  static void install(Shop shop, LonghornModel longhorn, String parameters) {
    shop.cluster.put(
        """
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: standard}
        provisioner: driver.longhorn.io
        reclaimPolicy: Delete
        volumeBindingMode: Immediate
        parameters: %s
        """
            .formatted(parameters));
    longhorn.install(shop.cluster.world());
    shop.cluster.with(longhorn).admission(new LonghornWebhook(shop.cluster.world()));
  }

  LonghornShop damaged() {
    shop.damaged();
    return this;
  }

  LonghornShop with(LonghornModel.Mishap mishap) {
    longhorn.with(mishap);
    return this;
  }

  /** Longhorn puts nothing there any more. */
  LonghornShop unschedulable(String node) {
    var there = shop.object(Kinds.LONGHORN_NODE, LonghornModel.HOME, node);
    there.withObject("/spec").put("allowScheduling", false);
    shop.cluster.world().update(there);
    return this;
  }

  /** Name of the Longhorn volume behind a claim. */
  String handle(String claim) {
    var volume = shop.object(Kinds.PVC, "shop", claim).at("/spec/volumeName").asText();
    return shop.object(Kinds.PV, "", volume).at("/spec/csi/volumeHandle").asText();
  }

  /** The recovery is applied, with somebody who approves what it plans. */
  Stage recovers(String spec) {
    shop.cluster.with(new Approver(VolumeShop.RECOVERY));
    return VolumeShop.applied(shop, spec);
  }
}
