package dev.salvor.volumes;

import dev.salvor.api.ClaimChoice;
import dev.salvor.api.Facts;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Again;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Surroundings;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import dev.salvor.testkit.models.ProvisionerModel;
import dev.salvor.testkit.models.PvBinderModel;
import dev.salvor.testkit.models.PvcProtectionModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A namespace with two claims of one application, the controllers around them, and the steps of
 * this room in their order. What Velero does is played in one go: {@link #velero}.
 */
final class Shop {
  static final String NS = "shop";
  static final List<String> CLAIMS = List.of("data", "files");
  static final String BEFORE = "what production wrote last";
  static final String BACKUP = "what the backup holds";

  final FakeCluster cluster = new FakeCluster();
  final Doctored reader = new Doctored(cluster);
  final PvBinderModel binder = new PvBinderModel();
  final ProvisionerModel provisioner = new ProvisionerModel();
  final Run run = new Run(Kinds.NAMESPACE_RESTORE.ref(NS, "back"), "0123abcd-0000");
  final Destroyer destroyer = new Destroyer(cluster, (_, _, _, _, _, _, _) -> {}, run);

  /** Empty while GitOps is held. */
  Optional<Outcome.Failed> hold = Optional.empty();

  Shop() {
    cluster.with(binder, provisioner, new PvcProtectionModel(), this::velero);
    cluster.put(
        """
        {apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata:
          name: shop
          labels: {pod-security.kubernetes.io/enforce: restricted, team: shop}
          annotations: {openshift.io/sa.scc.mcs: "s0:c27,c4"}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: node-1, labels: {kubernetes.io/hostname: node-1}}
        ---
        {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: disk.example, reclaimPolicy: Delete}
        """);
    for (var claim : CLAIMS) claim(claim, "");
    cluster.settle();
    for (var claim : CLAIMS) cluster.setData(volumeOf(NS, claim).uid(), BEFORE + " in " + claim);
  }

  /** Makes a claim; {@code metadata} and more are YAML lines for it. */
  void claim(String name, String metadata) {
    cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: %s
          namespace: shop
          labels: {app: shop, kustomize.toolkit.fluxcd.io/name: apps}
          annotations: {note: mine, volume.kubernetes.io/selected-node: node-1}
        %s
        spec:
          storageClassName: fast
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 1Gi}}
        """
            .formatted(name, metadata));
  }

  Seen claimSeen(String namespace, String claim) {
    return cluster.get(Kinds.PVC.ref(namespace, claim)).orElseThrow();
  }

  Seen volumeOf(String namespace, String claim) {
    return pv(claimSeen(namespace, claim).text("/spec/volumeName"));
  }

  Seen pv(String name) {
    return cluster.get(Kinds.PV.ref(name)).orElseThrow();
  }

  /** What the application finds behind its claim. */
  String data(String claim) {
    return cluster.data(volumeOf(NS, claim).uid());
  }

  // ---- what is not of this room

  /**
   * Velero, as short as can be: once a shadow namespace is closed, the claims are made and filled.
   */
  private void velero(World world) {
    for (var namespace : world.look(Kinds.NAMESPACE, "")) {
      var shadow = namespace.name();
      if (!shadow.contains("-salvor-") || namespace.terminating()) continue;
      if (world.look(Kinds.NETWORK_POLICY.ref(shadow, CreateShadow.NETWORK_POLICY)).isEmpty())
        continue;
      for (var claim : CLAIMS) {
        var restored = world.look(Kinds.PVC.ref(shadow, claim));
        if (restored.isEmpty() && !filled.contains(namespace.uid() + claim)) {
          world.create(
              dev.salvor.testkit.Manifests.one(
                  """
                  apiVersion: v1
                  kind: PersistentVolumeClaim
                  metadata: {name: %s, namespace: %s, labels: {velero.io/restore-name: salvor-0123abcd-1}}
                  spec:
                    storageClassName: fast
                    accessModes: [ReadWriteOnce]
                    resources: {requests: {storage: 1Gi}}
                  """
                      .formatted(claim, shadow)));
          filled.add(namespace.uid() + claim);
        } else if (restored.isPresent()) {
          world
              .look(Kinds.PV.ref(restored.get().text("/spec/volumeName")))
              .filter(pv -> world.volumeData().of(pv.uid()).isEmpty())
              .ifPresent(pv -> world.volumeData().set(pv.uid(), BACKUP + " in " + claim));
        }
      }
    }
  }

  private final Set<String> filled = new java.util.HashSet<>();

  /** The proof: records the volumes that were filled. */
  private final class Proven implements Step.Look<Facts> {
    @Override
    public Duration deadline() {
      return Duration.ofMinutes(30);
    }

    @Override
    public Sight<Facts> look(Facts facts, Moment moment) {
      var volumes = new ArrayList<VolumeFacts>();
      var shadow = run.shadow(NS, facts.restore().attempt());
      for (var volume : facts.volumes()) {
        if (volume.copy() != null) return Sight.seen(facts, "proven before");
        var claim = ClaimView.read(cluster, shadow, volume.claim());
        var pv = claim.flatMap(seen -> PvView.named(cluster, seen.volumeName()));
        if (pv.isEmpty() || !pv.get().bound() || cluster.data(pv.get().seen().uid()).isEmpty())
          return Sight.notYet("filling " + volume.claim());
        var seen = pv.get().facts();
        volumes.add(
            volume
                .withContent(
                    new VolumeFacts.Content(
                        VolumeFacts.Method.FileSystem, "shop-0", "data", "k1", 10, "fast"))
                .withCopy(
                    new VolumeFacts.Pv(
                        seen.name(),
                        seen.uid(),
                        seen.policy(),
                        seen.claimUid(),
                        shadow,
                        seen.storageClass(),
                        seen.bytes())));
      }
      return Sight.seen(facts.withVolumes(volumes), "proven");
    }
  }

  // ---- the steps

  ReadTarget readTarget(@Nullable ClaimChoice choice, @Nullable Strategy wanted) {
    return new ReadTarget(reader, around(), run, NS, Scope.Volumes, choice, wanted, Map.of());
  }

  static Surroundings around() {
    return new Surroundings("salvor-system", "velero", Set.of("flux-system"));
  }

  Guard<Facts> guard() {
    return _ -> hold;
  }

  Runbook<Facts> swap() {
    return swap("ReviewTarget");
  }

  Runbook<Facts> swap(String keep) {
    return new Runbook<>(
        List.of(
            readTarget(null, null),
            new CreateShadow(cluster, destroyer, around(), run),
            new Proven(),
            new DetachCopy(cluster, destroyer, run),
            new RemoveShadow(cluster, destroyer, run),
            Again.named("ReviewTarget", readTarget(null, null)),
            new RetainVolumes(cluster, destroyer, run),
            new PointVolumes(cluster, run),
            new SwapVolumes(cluster, destroyer, run, guard()),
            new SettleVolumes(cluster, destroyer, run)),
        keep,
        "SwapVolumes",
        "SwapVolumes");
  }

  Runbook<Facts> undo() {
    return new Runbook<>(
        List.of(
            new BeginUndo(cluster, run),
            Again.named("UndoRetainVolumes", new RetainVolumes(cluster, destroyer, run)),
            Again.named("UndoPointVolumes", new PointVolumes(cluster, run)),
            Again.named("UndoSwapVolumes", new SwapVolumes(cluster, destroyer, run, guard())),
            Again.named("UndoSettleVolumes", new SettleVolumes(cluster, destroyer, run))),
        "",
        "UndoSwapVolumes",
        "UndoSwapVolumes");
  }

  Runbook<Facts> release() {
    return new Runbook<>(List.of(new ReleaseVolumes(cluster, destroyer, run)), "", "", "");
  }

  /** A model that acts before the others. */
  void also(Model model) {
    cluster.with(model);
  }
}
