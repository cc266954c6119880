package dev.salvor.recovery;

import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.NodeLossRecovery;
import dev.salvor.api.Ref;
import dev.salvor.api.VolumeRecovery;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import dev.salvor.testkit.faults.Approver;
import dev.salvor.testkit.faults.OperatorProcess;
import dev.salvor.testkit.faults.Picture;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.faults.TestOperator;
import dev.salvor.testkit.models.LonghornModel;
import dev.salvor.testkit.models.VolSyncModel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A cluster with disks in its nodes, of which {@code node-1} dies: a power cut with the disk
 * erased. An application with a backup, one without data, and a claim that nobody uses were on it.
 */
final class NodeShop {
  static final Ref RECOVERY = Kinds.NODE_LOSS_RECOVERY.ref("gone");
  private static final String LOST = "node-1";

  /** The word of a person on the StatefulSet. */
  static final String EMPTY =
      """
      confirmNodeLost: node-1
      deleteNodeObject: true
      sources:
      - {namespace: shop, persistentVolumeClaim: data-db-0, empty: true}
      - {namespace: shop, persistentVolumeClaim: log-db-0, empty: true}
      - {namespace: shop, persistentVolumeClaim: data-db-1, empty: true}
      - {namespace: shop, persistentVolumeClaim: log-db-1, empty: true}
      """;

  /** And on the claim of the Deployment. */
  static final String JOB =
      EMPTY
          + """
          - namespace: shop
            persistentVolumeClaim: data
            job:
              successPattern: "^Restore Success!"
              timeout: 1h
              jobTemplate:
                spec:
                  template:
                    spec:
                      containers:
                      - {name: restore, image: restore, volumeMounts: [{name: target, mountPath: /data}]}
          """;

  final Shop shop = new Shop();
  final LonghornModel longhorn = new LonghornModel();
  private final Set<String> dead = new HashSet<>();

  NodeShop() {
    this(0);
  }

  /**
   * @param replicas of every volume, of Longhorn; 0 for disks in the nodes
   */
  NodeShop(int replicas) {
    if (replicas == 0) shop.provisioner.nodeLocal();
    else LonghornShop.install(shop, longhorn, "{numberOfReplicas: \"" + replicas + "\"}");
    shop.cluster.put("{apiVersion: v1, kind: Namespace, metadata: {name: kube-node-lease}}");
    // everything starts on the node that dies
    cordon("node-2", true);
    shop.deployment().statefulSet();
    shop.cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: stale, namespace: shop}
        spec:
          accessModes: [ReadWriteOnce]
          storageClassName: standard
          resources: {requests: {storage: 1Gi}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: gone-soon, namespace: shop}
        spec:
          containers: [{name: main, image: busybox}]
          volumes: [{name: data, persistentVolumeClaim: {claimName: stale}}]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: stateless, namespace: shop, labels: {app: stateless}}
        spec:
          replicas: 1
          selector: {matchLabels: {app: stateless}}
          template:
            metadata: {labels: {app: stateless}}
            spec: {containers: [{name: main, image: nginx}]}
        """);
    shop.backedUp("monday");
    shop.cluster.delete(Kinds.POD.ref("shop", "gone-soon"));
    shop.cluster.settle();
    cordon("node-2", false);
    ready(LOST, "True");
  }

  /** Longhorn has a newer backup of claim {@code data} than Velero. */
  NodeShop longhornBackup() {
    longhorn.backUp(shop.cluster.world(), "shop", "data", "lh-monday");
    return this;
  }

  /** VolSync has a newer backup of claim {@code data} than Velero. */
  NodeShop volSync() {
    shop.kubelet.exit(VolSyncModel.IMAGE, 0, "");
    var volSync = new VolSyncModel();
    shop.cluster.with(volSync);
    shop.cluster.put(
        """
        {apiVersion: v1, kind: Secret, metadata: {name: repo, namespace: shop}}
        ---
        apiVersion: volsync.backube/v1alpha1
        kind: ReplicationSource
        metadata: {name: web, namespace: shop}
        spec:
          sourcePVC: data
          trigger: {manual: first}
          restic: {repository: repo, copyMethod: Direct, retain: {daily: 3}}
        """);
    for (var i = 0; i < 30 && volSync.snapshots("shop", "repo").isEmpty(); i++)
      shop.cluster.advance(Duration.ofSeconds(1));
    shop.cluster.settle();
    return this;
  }

  /** The program of {@link #JOB} fetches what was there. */
  NodeShop program() {
    VolumeShop.fills(shop, 0, "Restore Success!");
    return this;
  }

  /** The machine is dead; its Node object stays, as long as nobody deletes it. */
  NodeShop dies() {
    shop.kubelet.neverStops(pod -> pod.text("/spec/nodeName").equals(LOST));
    var world = shop.cluster.world();
    var left = onOtherNodes();
    for (var volume : world.list(Kinds.PV, "")) {
      if (left.contains(volume.at("/spec/csi/volumeHandle").asText("-"))) continue;
      dead.add(volume.at("/metadata/uid").asText());
      shop.cluster.setData(volume.at("/metadata/uid").asText(), "");
    }
    for (var pod : world.list(Kinds.POD, "")) {
      if (pod.at("/spec/nodeName").asText().equals(LOST))
        dead.add(pod.at("/metadata/uid").asText());
    }
    ready(LOST, "Unknown");
    for (var node : world.list(Kinds.LONGHORN_NODE, "")) {
      if (!node.at("/metadata/name").asText().equals(LOST)) continue;
      node.withObject("/spec").put("allowScheduling", false);
      world.update(node);
    }
    lease(LOST);
    shop.cluster.with(new Eviction());
    shop.cluster.advance(Duration.ofMinutes(11));
    shop.cluster.settle();
    return this;
  }

  /** Volumes of Longhorn that have a replica there. */
  private Set<String> onOtherNodes() {
    return shop.cluster.world().list(Kinds.LONGHORN_REPLICA, "").stream()
        .filter(replica -> !replica.at("/spec/nodeID").asText().equals(LOST))
        .map(replica -> replica.at("/spec/volumeName").asText())
        .collect(Collectors.toSet());
  }

  /** True for the UID of a volume or pod that was on it. */
  boolean had(String uid) {
    return dead.contains(uid);
  }

  /** The machine answers again. */
  void comesBack() {
    ready(LOST, "True");
  }

  /** The recovery is applied, with somebody who approves what it plans. */
  Stage recovers(String spec) {
    shop.cluster.with(new Approver(RECOVERY), new Children());
    var before = Picture.of(shop.cluster);
    shop.cluster.put(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: NodeLossRecovery
        metadata:
          name: gone
          finalizers: [recovery.salvor.dev/finalizer]
        spec:
          nodeName: node-1
        """
            + spec.indent(2));
    return new Stage(
        shop.cluster,
        shop.velero::restart,
        RECOVERY,
        "shop",
        before,
        port -> OperatorProcess.of(NodeLossRecovery.class, Processes.node(port)));
  }

  private void cordon(String node, boolean is) {
    var there = shop.object(Kinds.NODE, "", node);
    there.withObject("/spec").put("unschedulable", is);
    shop.cluster.world().update(there);
    ready(node, "True");
  }

  private void ready(String node, String status) {
    var there = shop.object(Kinds.NODE, "", node);
    var state = there.withObject("/status");
    state.putArray("conditions").addObject().put("type", "Ready").put("status", status);
    shop.cluster.world().update(there);
  }

  /** Its last renewal is now. */
  private void lease(String node) {
    shop.cluster.put(
        """
        apiVersion: coordination.k8s.io/v1
        kind: Lease
        metadata: {name: %s, namespace: kube-node-lease}
        spec: {holderIdentity: %s, renewTime: "%s"}
        """
            .formatted(node, node, shop.cluster.now()));
  }

  /** The node controller tells the pods of a node that does not answer to go; they do not. */
  private static final class Eviction implements Model {
    @Override
    public void act(World world) {
      for (var pod : world.look(Kinds.POD, "")) {
        if (pod.text("/spec/nodeName").equals(LOST) && !pod.terminating()) world.delete(pod.ref());
      }
    }
  }

  /** The operator, for the recoveries that the first one starts. */
  private final class Children implements Model {
    private final Map<Ref, TestOperator> operators = new HashMap<>();
    private final Map<Ref, Instant> due = new HashMap<>();

    @Override
    public void act(World world) {
      var children = new ArrayList<>(world.look(Kinds.NAMESPACE_RESTORE, ""));
      children.addAll(world.look(Kinds.VOLUME_RECOVERY, ""));
      for (var child : children) {
        if (due.getOrDefault(child.ref(), Instant.MIN).isAfter(world.now())) continue;
        var operator =
            operators.computeIfAbsent(
                child.ref(),
                ref ->
                    new TestOperator(
                        shop.cluster,
                        ref,
                        port ->
                            Kinds.VOLUME_RECOVERY.of(ref)
                                ? OperatorProcess.of(VolumeRecovery.class, Processes.volume(port))
                                : OperatorProcess.of(
                                    NamespaceRestore.class, Processes.of(port, shop.velero))));
        var again = operator.reconcile();
        due.put(
            child.ref(),
            again
                .map(wait -> world.now().plus(wait.isZero() ? Duration.ofMillis(1) : wait))
                .orElse(world.now().plus(Duration.ofMinutes(1))));
      }
    }
  }
}
