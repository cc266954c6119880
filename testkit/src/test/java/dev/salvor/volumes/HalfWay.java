package dev.salvor.volumes;

import static dev.salvor.volumes.Shop.NS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.engine.Journal.State;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Runbook;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Recorded;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An exchange that stopped with claim {@code data} in one of the states of the table. */
final class HalfWay {
  final Shop shop = new Shop();
  final Ticks swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));

  void put(Position position) {
    switch (position) {
      case A -> until("RetainVolumes");
      case B -> until("PointVolumes");
      case C -> {
        until("PointVolumes");
        pod();
        shop.cluster.delete(Kinds.PVC.ref(NS, "data"));
      }
      case D -> toD();
      case E -> {
        toD();
        shop.binder.slow(Duration.ofHours(1));
        var manifest = volume().manifest();
        assertThat(manifest).isNotNull();
        var copy = volume().provenCopy().name();
        shop.cluster.write(
            new dev.salvor.kube.Write.Create(
                ClaimManifest.bound(shop.cluster, manifest, copy, shop.run)));
      }
      case F -> until("SwapVolumes");
      case X1 -> {
        toD();
        foreign(_ -> {});
        shop.cluster.settle(Duration.ofSeconds(5));
      }
      case X2 -> {
        toD();
        shop.binder.slow(Duration.ofHours(1));
        foreign(_ -> {});
      }
      case X3 -> {
        toD();
        shop.cluster.put(
            """
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: third}
            spec:
              storageClassName: fast
              accessModes: [ReadWriteOnce]
              capacity: {storage: 1Gi}
              csi: {driver: disk.example, volumeHandle: third}
              claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: elsewhere, name: x, uid: y}
            """);
        foreign(claim -> claim.withObject("/spec").put("volumeName", "third"));
        var third = shop.pv("third");
        shop.cluster
            .world()
            .save(
                third
                    .edit()
                    .set(
                        PvView.CLAIM_REF,
                        PvView.claimRef(NS, "data", shop.claimSeen(NS, "data").uid())));
        shop.cluster.settle(Duration.ofSeconds(5));
      }
      case Y -> {
        toD();
        var copy = shop.pv(volume().provenCopy().name());
        shop.cluster
            .world()
            .save(copy.edit().set(PvView.CLAIM_REF, PvView.claimRef("elsewhere", "data", "")));
      }
    }
  }

  void until(String step) {
    while (!swap.journal().in(step, State.DONE)) swap.run(1);
  }

  void toD() {
    until("PointVolumes");
    shop.cluster.delete(Kinds.PVC.ref(NS, "data"));
    shop.cluster.settle(Duration.ofSeconds(5));
  }

  void foreign(java.util.function.Consumer<ObjectNode> change) {
    var claim =
        Manifests.one(
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: data, namespace: shop}
            spec:
              storageClassName: fast
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Gi}}
            """);
    change.accept(claim);
    shop.cluster.as("statefulset-controller").create(claim);
  }

  void pod() {
    shop.cluster.put(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: blocker, namespace: shop}
        spec:
          nodeName: node-1
          containers: [{name: c, image: i}]
          volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]
        status: {phase: Succeeded}
        """);
  }

  void loseHold() {
    shop.hold = Optional.of(new Outcome.Failed("SuspensionLost", "flux goes on", "hold it"));
  }

  dev.salvor.api.VolumeFacts volume() {
    return swap.facts().volumes().getFirst();
  }

  Position position() {
    return Placement.of(shop.cluster, NS, volume(), shop.run).position();
  }

  Ticks rest() {
    return new Ticks(
        shop.cluster,
        new Runbook<>(
            List.of(new SwapVolumes(shop.cluster, shop.destroyer, shop.run, shop.guard())),
            "",
            "SwapVolumes",
            "SwapVolumes"),
        swap.facts());
  }

  long deleted() {
    return shop.cluster.writes().stream()
        .filter(write -> write.verb() == Recorded.Verb.DELETE && NS.equals(write.ref().namespace()))
        .count();
  }

  Duration running(java.time.Instant since) {
    return Duration.between(since, shop.cluster.now());
  }
}
