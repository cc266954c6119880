package dev.salvor.testkit.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.World;
import dev.salvor.testkit.models.BackupContent;
import dev.salvor.testkit.models.FluxModel;
import dev.salvor.testkit.models.VeleroModel;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/**
 * Namespace {@code shop}: a Deployment with two claims, kept by a Flux Kustomization, saved by a
 * Velero Schedule, and then damaged.
 */
final class Scene {
  static final Ref RECOVERY = Kinds.NAMESPACE_RESTORE.ref("shop", "data-back");
  static final Ref KUSTOMIZATION = Kinds.KUSTOMIZATION.ref("flux-system", "shop");
  static final Ref SCHEDULE = Kinds.SCHEDULE.ref("velero", "daily");
  static final Ref DEPLOYMENT = Kinds.DEPLOYMENT.ref("shop", "web");

  /** Whose CRDs it needs. */
  static final List<String> PROJECTS = List.of("velero", "flux-source", "flux-kustomize");

  /** What each claim holds in the backup, in bytes. */
  static final Map<String, Long> BYTES = Map.of("data", 314_572_800L, "uploads", 127_926_272L);

  private static final Duration AGE = Duration.ofHours(5);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

  /** One node, a class of volumes, the servers of Velero and Flux as empty shells. */
  static final String CLUSTER =
      """
      {apiVersion: v1, kind: Namespace, metadata: {name: salvor-system}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: flux-system}}
      ---
      apiVersion: v1
      kind: Namespace
      metadata:
        name: velero
        labels: {pod-security.kubernetes.io/enforce: privileged}
      ---
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata:
        name: standard
        annotations: {storageclass.kubernetes.io/is-default-class: "true"}
      provisioner: model.csi.example
      reclaimPolicy: Delete
      volumeBindingMode: WaitForFirstConsumer
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: kustomize-controller
        namespace: flux-system
        labels: {app.kubernetes.io/component: kustomize-controller, app.kubernetes.io/part-of: flux}
      spec:
        selector: {matchLabels: {app: kustomize-controller}}
        template:
          metadata: {labels: {app: kustomize-controller}}
          spec: {containers: [{name: manager, image: ghcr.io/fluxcd/kustomize-controller:v1.7.3}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: velero, namespace: velero}
      spec:
        selector: {matchLabels: {deploy: velero}}
        template:
          metadata: {labels: {deploy: velero}}
          spec: {containers: [{name: velero, image: "velero/velero:v1.18.3", args: [server]}]}
      ---
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: node-agent, namespace: velero}
      spec:
        selector: {matchLabels: {name: node-agent}}
        template:
          metadata: {labels: {name: node-agent, role: node-agent}}
          spec: {containers: [{name: node-agent, image: "velero/velero:v1.18.3"}]}
      ---
      apiVersion: velero.io/v1
      kind: BackupStorageLocation
      metadata: {name: default, namespace: velero}
      spec: {provider: aws, default: true, accessMode: ReadWrite, objectStorage: {bucket: backups}}
      ---
      apiVersion: velero.io/v1
      kind: Schedule
      metadata: {name: daily, namespace: velero}
      spec:
        schedule: "0 2 * * *"
        template: {includedNamespaces: [shop], defaultVolumesToFsBackup: true}
      status: {phase: Enabled}
      ---
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: shop, namespace: flux-system}
      spec: {interval: 1m, url: "https://git.example/shop"}
      ---
      apiVersion: v1
      kind: Namespace
      metadata:
        name: shop
        labels: {pod-security.kubernetes.io/enforce: baseline}
      """;

  private static final String NODE =
      """
      apiVersion: v1
      kind: Node
      metadata: {name: node-1, labels: {kubernetes.io/hostname: node-1, kubernetes.io/os: linux}}
      status:
        allocatable: {cpu: "4", memory: 8Gi, pods: "110"}
        capacity: {cpu: "4", memory: 8Gi, pods: "110"}
        conditions: [{type: Ready, status: "True", reason: KubeletReady, message: modelled}]
      """;

  private static final String GIT =
      """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data, namespace: shop, labels: {app: web}}
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: standard
        resources: {requests: {storage: 1Gi}}
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: uploads, namespace: shop, labels: {app: web}}
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: standard
        resources: {requests: {storage: 1Gi}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec:
        replicas: 1
        strategy: {type: Recreate}
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers:
            - name: web
              image: shop/web:v3
              volumeMounts: [{name: data, mountPath: /data}, {name: uploads, mountPath: /uploads}]
            volumes:
            - {name: data, persistentVolumeClaim: {claimName: data}}
            - {name: uploads, persistentVolumeClaim: {claimName: uploads}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {selector: {app: web}, ports: [{port: 80}]}
      """;

  private static final String OWNER =
      """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: shop, namespace: flux-system}
      spec:
        interval: 1m
        prune: true
        path: ./shop
        sourceRef: {kind: GitRepository, name: shop}
      """;

  private Scene() {}

  /** Everything that is there before the application. */
  static void set(World world) {
    // a node comes with a taint that its kubelet's first word would take away
    var node = world.create(Manifests.one(NODE));
    node.withObject("/spec").remove("taints");
    world.update(node);
    Manifests.parse(CLUSTER).forEach(world::apply);
  }

  /** The application, deployed by Flux. */
  static void deploy(World world, FluxModel flux) {
    flux.in(KUSTOMIZATION, Manifests.parse(GIT));
    world.as("kubectl-client-side-apply").create(Manifests.one(OWNER));
  }

  static boolean ready(World world) {
    return replicas(world, DEPLOYMENT) == 1
        && replicas(world, Kinds.DEPLOYMENT.ref("velero", "velero")) == 1
        && world
            .get(Kinds.DAEMON_SET.ref("velero", "node-agent"))
            .filter(agents -> agents.at("/status/numberReady").asInt() == 1)
            .isPresent();
  }

  private static int replicas(World world, Ref deployment) {
    return world.get(deployment).map(one -> one.at("/status/availableReplicas").asInt()).orElse(0);
  }

  /** Writes the good data, saves it as the Schedule would have hours ago. Returns the name. */
  static String save(World world, VeleroModel velero) {
    BYTES.keySet().forEach(claim -> write(world, claim, good(claim)));
    var then = Instant.now().minus(AGE);
    var name = "daily-" + STAMP.format(then);
    var taken = BackupContent.of(world, name, "shop", Method.FileSystem);
    velero.store(
        world,
        taken
            .with(taken.volumes().stream().map(Scene::sized).toList())
            .madeBy("daily")
            .takenAt(then, then.plus(Duration.ofDays(30))));
    return name;
  }

  private static BackupContent.Volume sized(BackupContent.Volume volume) {
    return new BackupContent.Volume(
        volume.method(),
        volume.claim(),
        volume.pod(),
        volume.volume(),
        volume.snapshotId(),
        BYTES.getOrDefault(volume.claim(), volume.bytes()),
        volume.data(),
        volume.skipped());
  }

  /** Somebody's migration ran against the wrong database. */
  static void damage(World world) {
    BYTES.keySet().forEach(claim -> write(world, claim, "garbage"));
  }

  static String good(String claim) {
    return "the " + claim + " of the shop";
  }

  private static void write(World world, String claim, String text) {
    world.volumeData().set(volume(world, claim).at("/metadata/uid").asText(), text);
  }

  /** What the application reads now. */
  static String read(World world, String claim) {
    return world.volumeData().of(volume(world, claim).at("/metadata/uid").asText());
  }

  /** The volume behind a claim of the shop. */
  static ObjectNode volume(World world, String claim) {
    var found = world.get(Kinds.PVC.ref("shop", claim)).orElseThrow(() -> lost("claim " + claim));
    var name = found.at("/spec/volumeName").asText();
    return world.get(Kinds.PV.ref(name)).orElseThrow(() -> lost("volume " + name));
  }

  private static DemoFailed lost(String what) {
    return new DemoFailed(what + " is not there");
  }

  /** In the order in which they are told. */
  static List<String> claims() {
    return BYTES.keySet().stream().sorted().toList();
  }
}
