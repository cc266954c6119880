package dev.salvor.recovery;

import dev.salvor.api.ArchiveReset;
import dev.salvor.api.NodeLossRecovery;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import dev.salvor.testkit.faults.Approver;
import dev.salvor.testkit.faults.OperatorProcess;
import dev.salvor.testkit.faults.Picture;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.faults.TestOperator;
import dev.salvor.testkit.models.AttachmentModel;
import dev.salvor.testkit.models.BucketModel;
import dev.salvor.testkit.models.CnpgInstallation;
import dev.salvor.testkit.models.CnpgMishap;
import dev.salvor.testkit.models.CnpgModel;
import dev.salvor.testkit.models.JobModel;
import dev.salvor.testkit.models.KubeletModel;
import dev.salvor.testkit.models.ProvisionerModel;
import dev.salvor.testkit.models.PvBinderModel;
import dev.salvor.testkit.models.PvcProtectionModel;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cluster {@code db} with disks in the nodes, its primary on {@code node-1} and one replica on each
 * of the next nodes; {@code node-1} dies.
 */
final class NodeDatabaseShop {
  static final Ref RECOVERY = Kinds.NODE_LOSS_RECOVERY.ref("gone");
  static final Ref DB = DatabaseShop.DB;
  private static final String LOST = "node-1";

  final KubeletModel kubelet = new KubeletModel();
  final CnpgModel cnpg = new CnpgModel(kubelet);
  final FakeCluster cluster =
      new FakeCluster()
          .with(
              new JobModel(),
              cnpg,
              new PvBinderModel(),
              new ProvisionerModel().nodeLocal(),
              new PvcProtectionModel(),
              new AttachmentModel(),
              kubelet)
          .admission(cnpg.webhook());
  private final int nodes;

  NodeDatabaseShop(int instances) {
    this.nodes = instances + 1;
    cluster.put(DatabaseShopManifests.WORLD);
    for (var name : List.of("velero", "kube-node-lease"))
      cluster.put("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(name));
    for (var node = 1; node <= nodes; node++) {
      cluster.put(
          "{apiVersion: v1, kind: Node, metadata: {name: node-%1$d, labels: {kubernetes.io/hostname: node-%1$d}}}"
              .formatted(node));
      ready("node-" + node, "True");
    }
    CnpgInstallation.into(cluster.world());
    CnpgInstallation.store(cluster.world(), "shop", "store");
    for (var instance = 1; instance <= instances; instance++) {
      for (var node = 1; node <= nodes; node++) cordon("node-" + node, node != instance);
      if (instance == 1)
        cluster.put(DatabaseShopManifests.CLUSTER.replace("instances: 2", "instances: 1"));
      else edit(Kinds.CLUSTER.ref("shop", "db"), "spec: {instances: %d}".formatted(instance));
      cluster.settle();
    }
    for (var node = 1; node <= nodes; node++) cordon("node-" + node, false);
    cluster.put(DatabaseShopManifests.BACKUP);
    cluster.settle();
    cluster.advance(Duration.ofSeconds(1));
    cnpg.insert(cluster.world(), DB, "good-order-1", cluster.now());
    cnpg.switchWal(cluster.world(), DB);
    cluster.settle();
  }

  NodeDatabaseShop with(CnpgMishap... mishaps) {
    cnpg.with(mishaps);
    return this;
  }

  /** A power cut, with the disk erased. */
  NodeDatabaseShop dies() {
    kubelet.neverStops(pod -> pod.text("/spec/nodeName").equals(LOST));
    var eviction = new Eviction();
    eviction.act(cluster.world());
    for (var volume : cluster.world().list(Kinds.PV, ""))
      if (volume.at("/spec/nodeAffinity").toString().contains("\"" + LOST + "\""))
        cluster.setData(volume.at("/metadata/uid").asText(), "");
    ready(LOST, "Unknown");
    cluster.put(
        """
        apiVersion: coordination.k8s.io/v1
        kind: Lease
        metadata: {name: node-1, namespace: kube-node-lease}
        spec: {holderIdentity: node-1, renewTime: "%s"}
        """
            .formatted(cluster.now()));
    cluster.with(eviction);
    cluster.advance(Duration.ofMinutes(11));
    cluster.settle();
    return this;
  }

  void edit(Ref ref, String patch) {
    var world = cluster.world();
    world.update(Manifests.merged(world.get(ref).orElseThrow(), Manifests.one(patch)));
  }

  /** The recovery is applied, with somebody who approves what it plans. */
  Stage recovers() {
    cluster.with(new Approver(RECOVERY), new Resets());
    var before = Picture.of(cluster);
    cluster.put(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: NodeLossRecovery
        metadata:
          name: gone
          finalizers: [recovery.salvor.dev/finalizer]
        spec: {nodeName: node-1, confirmNodeLost: node-1}
        """);
    return new Stage(
        cluster,
        _ -> {},
        RECOVERY,
        "shop",
        before,
        port -> OperatorProcess.of(NodeLossRecovery.class, Processes.node(port)));
  }

  private void cordon(String node, boolean is) {
    edit(Kinds.NODE.ref(node), "spec: {unschedulable: %s}".formatted(is));
  }

  private void ready(String node, String status) {
    edit(
        Kinds.NODE.ref(node),
        "status: {conditions: [{type: Ready, status: %s}]}".formatted(quoted(status)));
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  /** The node controller marks the pods of a node that does not answer, and tells them to go. */
  private static final class Eviction implements Model {
    @Override
    public void act(World world) {
      for (var pod : world.look(Kinds.POD, "")) {
        if (!pod.text("/spec/nodeName").equals(LOST) || pod.terminating()) continue;
        world.update(
            Manifests.merged(
                pod.json(),
                Manifests.one("status: {conditions: [{type: Ready, status: \"False\"}]}")));
        world.delete(pod.ref());
      }
    }
  }

  /** The operator, for the ArchiveResets that the recovery starts. */
  private final class Resets implements Model {
    private final Map<Ref, TestOperator> operators = new HashMap<>();
    private final Map<Ref, Instant> due = new HashMap<>();

    @Override
    public void act(World world) {
      for (var child : world.look(Kinds.ARCHIVE_RESET, "")) {
        if (due.getOrDefault(child.ref(), Instant.MIN).isAfter(world.now())) continue;
        var operator =
            operators.computeIfAbsent(
                child.ref(),
                ref ->
                    new TestOperator(
                        cluster,
                        ref,
                        port ->
                            OperatorProcess.of(
                                ArchiveReset.class,
                                Processes.reset(port, new BucketModel(cnpg.archive())))));
        var again = operator.reconcile();
        due.put(
            child.ref(),
            world
                .now()
                .plus(
                    again
                        .map(wait -> wait.isZero() ? Duration.ofMillis(1) : wait)
                        .orElse(Duration.ofMinutes(1))));
      }
    }
  }
}
