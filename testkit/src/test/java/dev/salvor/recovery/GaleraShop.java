package dev.salvor.recovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.NodeLossRecovery;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import dev.salvor.testkit.faults.Approver;
import dev.salvor.testkit.faults.OperatorProcess;
import dev.salvor.testkit.faults.Picture;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.models.GaleraModel;
import dev.salvor.testkit.models.KubeletModel;
import dev.salvor.testkit.models.ProvisionerModel;
import dev.salvor.testkit.models.PvBinderModel;
import dev.salvor.testkit.models.PvcProtectionModel;
import dev.salvor.testkit.models.StatefulSetModel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A MariaDB with Galera, one member on each of the first nodes, their disks in them. */
final class GaleraShop {
  static final Ref DATABASE = Kinds.MARIADB.ref("bank", "db");

  final FakeCluster cluster = new FakeCluster();
  final GaleraModel galera = new GaleraModel();
  private final KubeletModel kubelet = new KubeletModel();
  private final Set<String> dead = new HashSet<>();
  private final Set<String> cut = new HashSet<>();

  /** With so many members, each on a node of its own, and two nodes more. */
  GaleraShop(int members) {
    this(members, 1);
  }

  /** The first {@code together} of them are on node-1. */
  GaleraShop(int members, int together) {
    kubelet.program(galera.program());
    cluster.with(
        new StatefulSetModel(),
        new PvBinderModel(),
        new ProvisionerModel().nodeLocal(),
        new PvcProtectionModel(),
        kubelet,
        galera);
    for (var namespace : List.of("bank", "salvor-system", "velero", "kube-node-lease"))
      cluster.put("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace));
    for (var node = 1; node <= members + 2; node++) {
      cluster.put(
          "{apiVersion: v1, kind: Node, metadata: {name: node-%1$d, labels: {kubernetes.io/hostname: node-%1$d}}}"
              .formatted(node));
      ready("node-" + node, "True");
    }
    cluster.put(GaleraManifests.CLASS);
    for (var so = 1; so <= members; so++) {
      for (var node = 2; node <= members + 2; node++) cordon("node-" + node, so <= together);
      cordon("node-1", so > together);
      cluster.put(GaleraManifests.set(so));
      cluster.settle();
    }
    cordon("node-1", false);
    cluster.put(GaleraManifests.database(members));
    cluster.settle();
    galera.dead(dead::contains);
    galera.cut(cut::contains);
    kubelet.neverStops(pod -> unreachable(pod.text("/spec/nodeName")));
  }

  /** Power cuts, all at once, with the disks erased. */
  GaleraShop dies(String... nodes) {
    for (var volume : cluster.world().list(Kinds.PV, "")) {
      if (on(volume, nodes)) cluster.setData(volume.at("/metadata/uid").asText(), "");
    }
    dead.addAll(List.of(nodes));
    return silent(nodes);
  }

  /** Cables pulled; the machines go on. */
  GaleraShop cut(String... nodes) {
    cut.addAll(List.of(nodes));
    return silent(nodes);
  }

  private GaleraShop silent(String... nodes) {
    for (var node : nodes) {
      ready(node, "Unknown");
      cluster.put(
          """
          apiVersion: coordination.k8s.io/v1
          kind: Lease
          metadata: {name: %1$s, namespace: kube-node-lease}
          spec: {holderIdentity: %1$s, renewTime: "%2$s"}
          """
              .formatted(node, cluster.now()));
    }
    cluster.with(new Eviction());
    cluster.advance(Duration.ofSeconds(1));
    return this;
  }

  /** Long enough for a node to be lost. */
  GaleraShop later() {
    for (var minute = 0; minute < 11; minute++) cluster.advance(Duration.ofMinutes(1));
    cluster.settle();
    return this;
  }

  /** What is on the volume of a member now. */
  String data(int member) {
    var claim = cluster.world().get(Kinds.PVC.ref("bank", "storage-db-" + member)).orElseThrow();
    var volume = cluster.world().get(Kinds.PV.ref(claim.at("/spec/volumeName").asText()));
    return cluster.data(volume.orElseThrow().at("/metadata/uid").asText());
  }

  /** The node that a member was made on. */
  String place(int member) {
    var claim = cluster.world().get(Kinds.PVC.ref("bank", "storage-db-" + member)).orElseThrow();
    return claim.at("/metadata/annotations").path("volume.kubernetes.io/selected-node").asText();
  }

  /** Members that have data. */
  int left() {
    var with = 0;
    var members = database().at("/spec/replicas").asInt();
    for (var member = 0; member < members; member++) if (!data(member).isEmpty()) with++;
    return with;
  }

  void write(int member, String data) {
    var claim = cluster.world().get(Kinds.PVC.ref("bank", "storage-db-" + member)).orElseThrow();
    var volume = cluster.world().get(Kinds.PV.ref(claim.at("/spec/volumeName").asText()));
    cluster.setData(volume.orElseThrow().at("/metadata/uid").asText(), data);
  }

  ObjectNode database() {
    return cluster.world().get(DATABASE).orElseThrow();
  }

  /** Members that serve. */
  int ready() {
    return cluster
        .world()
        .get(Kinds.STATEFUL_SET.ref("bank", "db"))
        .orElseThrow()
        .at("/status/readyReplicas")
        .asInt();
  }

  /** A recovery of a node is applied, with somebody who approves what it plans. */
  Stage recovers(String node) {
    var recovery = Kinds.NODE_LOSS_RECOVERY.ref(node + "-gone");
    cluster.with(new Approver(recovery));
    var before = Picture.of(cluster);
    cluster.put(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: NodeLossRecovery
        metadata:
          name: %1$s-gone
          finalizers: [recovery.salvor.dev/finalizer]
        spec: {nodeName: %1$s, confirmNodeLost: %1$s}
        """
            .formatted(node));
    return new Stage(
        cluster,
        _ -> {},
        recovery,
        "bank",
        before,
        port -> OperatorProcess.of(NodeLossRecovery.class, Processes.node(port)));
  }

  private void cordon(String node, boolean is) {
    var there = cluster.world().get(Kinds.NODE.ref(node)).orElseThrow();
    there.withObject("/spec").put("unschedulable", is);
    cluster.world().update(there);
  }

  private boolean unreachable(String node) {
    return dead.contains(node) || cut.contains(node);
  }

  private void ready(String node, String status) {
    var there = cluster.world().get(Kinds.NODE.ref(node)).orElseThrow();
    var state = there.withObject("/status");
    state.putArray("conditions").addObject().put("type", "Ready").put("status", status);
    cluster.world().update(there);
  }

  private static boolean on(ObjectNode volume, String... nodes) {
    return Stream.of(nodes)
        .anyMatch(node -> volume.at("/spec/nodeAffinity").toString().contains("\"" + node + "\""));
  }

  /** The node controller tells the pods of a node that does not answer to go; they do not. */
  private final class Eviction implements Model {
    @Override
    public void act(World world) {
      for (var pod : world.look(Kinds.POD, "")) {
        if (unreachable(pod.text("/spec/nodeName")) && !pod.terminating()) world.delete(pod.ref());
      }
    }
  }
}
