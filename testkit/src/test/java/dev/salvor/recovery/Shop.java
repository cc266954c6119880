package dev.salvor.recovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.Ref;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.faults.Approver;
import dev.salvor.testkit.faults.OperatorProcess;
import dev.salvor.testkit.faults.Picture;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.models.ArgoModel;
import dev.salvor.testkit.models.AttachmentModel;
import dev.salvor.testkit.models.BackupContent;
import dev.salvor.testkit.models.CronJobModel;
import dev.salvor.testkit.models.DeploymentModel;
import dev.salvor.testkit.models.FluxModel;
import dev.salvor.testkit.models.JobModel;
import dev.salvor.testkit.models.KubeletModel;
import dev.salvor.testkit.models.ProvisionerModel;
import dev.salvor.testkit.models.PvBinderModel;
import dev.salvor.testkit.models.PvcProtectionModel;
import dev.salvor.testkit.models.StatefulSetModel;
import dev.salvor.testkit.models.VeleroModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Namespace {@code shop} in a cluster with Velero, Flux and Argo CD. What is on its volumes begins
 * with {@code good-} in the backup and with {@code old-} when the recovery begins.
 */
final class Shop {
  static final Ref RECOVERY = Kinds.NAMESPACE_RESTORE.ref("shop", "back");
  static final Ref OUTSIDE = Kinds.NAMESPACE_RESTORE.ref("salvor-system", "back");
  static final Ref DEPLOYMENT = Kinds.DEPLOYMENT.ref("shop", "web");
  static final Ref STATEFUL_SET = Kinds.STATEFUL_SET.ref("shop", "db");

  final FakeCluster cluster = new FakeCluster();
  final KubeletModel kubelet = new KubeletModel();
  final PvBinderModel binder = new PvBinderModel();
  final ProvisionerModel provisioner = new ProvisionerModel();
  final VeleroModel velero = new VeleroModel("velero", "mem:");
  final FluxModel flux = new FluxModel();
  final ArgoModel argo = new ArgoModel();
  private final List<ObjectNode> manifests = new ArrayList<>();

  Shop() {
    cluster.with(
        new CronJobModel(),
        new JobModel(),
        new DeploymentModel(),
        new StatefulSetModel(),
        binder,
        provisioner,
        new PvcProtectionModel(),
        new AttachmentModel(),
        kubelet,
        velero,
        flux,
        argo);
    cluster.put(ShopManifests.WORLD);
    velero.install(cluster.world());
    cluster.put(
        """
        apiVersion: velero.io/v1
        kind: Schedule
        metadata: {name: nightly, namespace: velero}
        spec:
          schedule: "0 3 * * *"
          template: {includedNamespaces: [shop]}
        status: {phase: Enabled}
        """);
  }

  /** A Deployment with one claim, an init container and a Service. */
  Shop deployment() {
    return has(ShopManifests.DEPLOYED);
  }

  /** A StatefulSet of two replicas with two claims each. */
  Shop statefulSet() {
    return has(ShopManifests.STATEFUL);
  }

  private Shop has(String text) {
    manifests.addAll(Manifests.parse(text));
    cluster.put(text);
    return this;
  }

  /** Everything so far is in Git, applied by a Kustomization below the root. */
  Shop underFlux() {
    cluster.put(
        """
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: flux-system, namespace: flux-system}
        spec: {interval: 1m, prune: true, path: ./clusters}
        """);
    var apps =
        Manifests.one(
            """
            apiVersion: kustomize.toolkit.fluxcd.io/v1
            kind: Kustomization
            metadata: {name: apps, namespace: flux-system}
            spec: {interval: 1m, prune: true, path: ./apps}
            """);
    flux.in(Kinds.KUSTOMIZATION.ref("flux-system", "flux-system"), List.of(apps));
    flux.in(Kinds.KUSTOMIZATION.ref("flux-system", "apps"), List.copyOf(manifests));
    return this;
  }

  /** Everything so far is in Git, synced by an Application below an app-of-apps. */
  Shop underArgo() {
    var child =
        Manifests.one(
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: shop, namespace: argocd}
            spec:
              project: default
              source: {repoURL: "https://git.example/shop", path: shop, targetRevision: main}
              destination: {server: "https://kubernetes.default.svc", namespace: shop}
              syncPolicy: {automated: {prune: true, selfHeal: true}}
            """);
    cluster.put(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: root, namespace: argocd}
        spec:
          project: default
          source: {repoURL: "https://git.example/shop", path: root, targetRevision: main}
          destination: {server: "https://kubernetes.default.svc", namespace: argocd}
          syncPolicy: {automated: {prune: true, selfHeal: true}}
        """);
    argo.in(Kinds.APPLICATION.ref("argocd", "root"), List.of(child));
    argo.in(Kinds.APPLICATION.ref("argocd", "shop"), List.copyOf(manifests));
    return this;
  }

  /** Lets everything start, writes the good data and takes a backup of it. */
  Shop backedUp(String name) {
    cluster.settle();
    write("good-" + name + "-");
    velero.store(
        cluster.world(),
        BackupContent.of(cluster.world(), name, "shop", Method.FileSystem).madeBy("nightly"));
    cluster.advance(Duration.ofHours(1));
    cluster.settle();
    return this;
  }

  /** Somebody overwrote everything. */
  Shop damaged() {
    write("old-");
    return this;
  }

  private void write(String prefix) {
    for (var claim : cluster.world().list(Kinds.PVC, "shop"))
      cluster.setData(
          volume(claim).at("/metadata/uid").asText(), prefix + claim.at("/metadata/name").asText());
  }

  private ObjectNode volume(ObjectNode claim) {
    return cluster.world().get(Kinds.PV.ref(claim.at("/spec/volumeName").asText())).orElseThrow();
  }

  /** What is on the volume that a claim of the shop is bound to now. */
  String data(String claim) {
    var there = cluster.world().get(Kinds.PVC.ref("shop", claim)).orElseThrow();
    return cluster.data(volume(there).at("/metadata/uid").asText());
  }

  ObjectNode object(Kind kind, String namespace, String name) {
    return cluster.world().get(kind.ref(namespace, name)).orElseThrow();
  }

  /** The recovery is applied, with somebody who approves what it plans. */
  Stage recovers(String spec) {
    cluster.with(new Approver(RECOVERY));
    return waits(spec);
  }

  /** Another recovery is applied, with somebody who approves what it plans. */
  Stage recoversToo(String name, String spec) {
    var recovery = Kinds.NAMESPACE_RESTORE.ref("shop", name);
    cluster.with(new Approver(recovery));
    return applied(recovery, spec);
  }

  /** The recovery is applied, and nobody approves it. */
  Stage waits(String spec) {
    return applied(RECOVERY, spec);
  }

  /** The namespace is gone; somebody recovers it from the operator's. */
  Stage recoversFromOutside(String spec) {
    cluster.with(new Approver(OUTSIDE));
    return applied(OUTSIDE, "targetNamespace: shop\n" + spec);
  }

  private Stage applied(Ref recovery, String spec) {
    cluster.settle();
    var before = Picture.of(cluster);
    cluster.put(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: NamespaceRestore
        metadata:
          name: %s
          namespace: %s
          finalizers: [recovery.salvor.dev/finalizer]
        spec:
        """
                .formatted(recovery.name(), recovery.namespace())
            + spec.indent(2));
    return new Stage(
        cluster,
        velero::restart,
        recovery,
        "shop",
        before,
        port -> OperatorProcess.of(NamespaceRestore.class, Processes.of(port, velero)));
  }
}
