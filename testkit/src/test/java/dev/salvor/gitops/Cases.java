package dev.salvor.gitops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Clusters in which a namespace shop is managed, each in another way. */
final class Cases {
  static final String APPS =
      """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: apps, namespace: flux-system}
      spec: {interval: 10m, prune: true}
      status:
        inventory: {entries: [{id: shop_web_apps_Deployment, v: v1}, {id: shop_data__PersistentVolumeClaim, v: v1}]}
        conditions: [{type: Ready, status: "True", message: Applied}]
      ---
      """;

  static final String RELEASE =
      """
      apiVersion: helm.toolkit.fluxcd.io/v2
      kind: HelmRelease
      metadata: {name: cache, namespace: shop}
      spec: {interval: 5m, suspend: false}
      status: {conditions: [{type: Ready, status: "True", message: ok}]}
      ---
      """;

  static final String ROOT =
      """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata:
        name: flux-system
        namespace: flux-system
        labels: {kustomize.toolkit.fluxcd.io/name: flux-system, kustomize.toolkit.fluxcd.io/namespace: flux-system}
      spec: {interval: 10m}
      status:
        inventory: {entries: [{id: flux-system_apps_kustomize.toolkit.fluxcd.io_Kustomization, v: v1}, {id: flux-system_flux-system_kustomize.toolkit.fluxcd.io_Kustomization, v: v1}]}
        conditions: [{type: Ready, status: "True", message: Applied}]
      ---
      """;

  /** The child as its parent's Git has it: the field of the hold is in it. */
  static final String CONTESTED =
      """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata:
        name: apps
        namespace: flux-system
        labels: {kustomize.toolkit.fluxcd.io/name: flux-system, kustomize.toolkit.fluxcd.io/namespace: flux-system}
      spec: {interval: 10m, prune: true, suspend: false}
      """;

  static final String APPLICATION =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: shop, namespace: argocd}
      spec:
        destination: {server: "https://kubernetes.default.svc", namespace: shop}
        syncPolicy: {automated: {prune: true, selfHeal: true}}
      status:
        resources: [{group: apps, kind: Deployment, namespace: shop, name: web}]
        sync: {status: Synced}
      ---
      """;

  /** The child as the set generates it. */
  static final String GENERATED =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: shop, namespace: argocd}
      spec:
        destination: {server: "https://kubernetes.default.svc", namespace: shop}
        syncPolicy: {automated: {prune: true, selfHeal: true}}
      """;

  static final String SET =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: ApplicationSet
      metadata: {name: shops, namespace: argocd, uid: uid-shops}
      spec:
        ignoreApplicationDifferences: [{name: other, jsonPointers: [/spec/source/targetRevision]}]
        generators: []
      ---
      """;

  private Cases() {}

  static Bench flux() {
    return new Bench(APPS + RELEASE);
  }

  static Bench contested() {
    var bench = new Bench(APPS + ROOT);
    bench.tools.in(Bench.ROOT, CONTESTED);
    bench.cluster.round();
    return bench;
  }

  static Bench argo() {
    return new Bench(APPLICATION);
  }

  /** Argo CD 3.0: the API server drops {@code enabled}. */
  static Bench oldArgo() {
    var bench = new Bench(APPLICATION);
    bench.cluster.admission((_, after, _) -> {
      if (after != null && after.at(ArgoBrake.AUTOMATED) instanceof ObjectNode automated)
        automated.remove("enabled");
      return Optional.empty();
    });
    return bench;
  }

  static Bench set() {
    var bench = new Bench(SET);
    var uid = bench.cluster.world().get(Bench.SET).orElseThrow().at("/metadata/uid").asText();
    bench.cluster.put(
        APPLICATION.replace(
            "name: shop, namespace: argocd}",
            "name: shop, namespace: argocd, ownerReferences: [{apiVersion: argoproj.io/v1alpha1,"
                + " kind: ApplicationSet, name: shops, controller: true, uid: "
                + uid
                + "}]}"));
    bench.tools.in(Bench.SET, GENERATED);
    bench.cluster.round();
    return bench;
  }

  static Map<String, Supplier<Bench>> all() {
    var all = new LinkedHashMap<String, Supplier<Bench>>();
    all.put("Kustomization and HelmRelease", Cases::flux);
    all.put("Kustomization below a parent that reverts", Cases::contested);
    all.put("Application", Cases::argo);
    all.put("Application of Argo CD 3.0", Cases::oldArgo);
    all.put("Application of an ApplicationSet", Cases::set);
    return all;
  }
}
