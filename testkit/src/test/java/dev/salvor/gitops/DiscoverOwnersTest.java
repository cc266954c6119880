package dev.salvor.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.OwnerFacts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiscoverOwnersTest {
  static final String CLAIM =
      """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data, namespace: shop}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
      ---
      """;

  @Test
  void nobodyWrites() {
    var facts = new Bench("").discover();
    assertThat(facts.owners()).isEmpty();
    assertThat(facts.findings()).isEmpty();
  }

  @Test
  void findsThroughInventoriesAndTheNamespaceOfARelease() {
    var bench = Cases.flux();
    assertThat(bench.owners(bench.discover()))
        .containsExactlyInAnyOrder(Bench.APPS, Kinds.HELM_RELEASE.ref("shop", "cache"));
  }

  @Test
  void recordsWhatWasThere() {
    var facts = Cases.flux().discover();
    assertThat(facts.owners())
        .extracting(owner -> owner.before() + " " + owner.alreadyHeld())
        .containsExactlyInAnyOrder(
            "{\"/spec/suspend\":null} false", "{\"/spec/suspend\":false} false");
  }

  @Test
  void aLabelThatTheInventoryDeniesIsStale() {
    var bench =
        new Bench(
            CLAIM.replace(
                    "namespace: shop}",
                    "namespace: shop, labels: {kustomize.toolkit.fluxcd.io/name: apps,"
                        + " kustomize.toolkit.fluxcd.io/namespace: flux-system}}")
                + Cases.APPS.replace("shop_", "elsewhere_"));
    assertThat(bench.discover(withClaim(bench)).owners()).isEmpty();
  }

  @Test
  void aLabelCountsWhereThereIsNoInventory() {
    var bench =
        new Bench(
            CLAIM.replace(
                    "namespace: shop}",
                    "namespace: shop, labels: {kustomize.toolkit.fluxcd.io/name: apps,"
                        + " kustomize.toolkit.fluxcd.io/namespace: flux-system}}")
                + "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata:"
                + " {name: apps, namespace: flux-system}, spec: {}}");
    assertThat(bench.discover(withClaim(bench)).owners())
        .extracting(OwnerFacts::why)
        .containsExactly("applies PersistentVolumeClaim shop/data");
  }

  @Test
  void aTrackingIdOfAnotherObjectIsACopy() {
    var bench =
        new Bench(
            CLAIM.replace(
                    "namespace: shop}",
                    "namespace: shop, annotations: {argocd.argoproj.io/tracking-id:"
                        + " \"shop:/PersistentVolumeClaim:other/data\"}}")
                + Cases.APPLICATION.replace(
                    "namespace: shop, name: web", "namespace: other, name: web"));
    assertThat(bench.discover(withClaim(bench)).owners()).isEmpty();
  }

  @Test
  void whatAppliesToAnotherClusterDoesNotWriteHere() {
    assertThat(
            new Bench(
                    Cases.APPS.replace("{interval", "{kubeConfig: {secretRef: {name: k}}, interval")
                        + Cases.APPLICATION.replace("kubernetes.default.svc", "other.example"))
                .discover()
                .owners())
        .isEmpty();
  }

  @Test
  void aParentThatLeavesTheFieldAloneIsLeftAlone() {
    var bench = new Bench(Cases.APPS + Cases.ROOT);
    bench.tools.in(Bench.ROOT, Cases.CONTESTED.replace(", suspend: false", ""));
    bench.cluster.round();
    assertThat(bench.owners(bench.discover())).containsExactly(Bench.APPS);
  }

  @Test
  void aParentThatWouldRevertComesFirst() {
    var bench = Cases.contested();
    var facts = bench.discover();
    assertThat(bench.owners(facts)).containsExactly(Bench.ROOT, Bench.APPS);
    assertThat(facts.owners().getFirst().why())
        .startsWith("would revert the hold of Kustomization flux-system/apps");
  }

  @Test
  void aSetComesBeforeItsApplication() {
    var bench = Cases.set();
    assertThat(bench.owners(bench.discover())).containsExactly(Bench.SET, Bench.APP);
  }

  @Test
  void fluxAboveArgo() {
    var bench =
        new Bench(
            Cases.APPLICATION
                + Cases.ROOT.replace(
                    "_apps_kustomize.toolkit.fluxcd.io_Kustomization", "_x__ConfigMap"));
    bench.tools.in(
        Bench.ROOT,
        Cases.GENERATED
            .replace(
                "namespace: argocd}",
                "namespace: argocd, labels: {kustomize.toolkit.fluxcd.io/name: flux-system,"
                    + " kustomize.toolkit.fluxcd.io/namespace: flux-system}}")
            .replace("{prune: true", "{enabled: true, prune: true"));
    var root = bench.cluster.world().get(Bench.ROOT).orElseThrow();
    root.withObject("/status/inventory")
        .withArray("entries")
        .addObject()
        .put("id", "argocd_shop_argoproj.io_Application")
        .put("v", "v1alpha1");
    bench.cluster.update(root);
    bench.cluster.round();
    assertThat(bench.owners(bench.discover())).containsExactly(Bench.ROOT, Bench.APP);
  }

  @Test
  void appOfAppsIsHeldOnlyWhereItDeclaresTheField() {
    var parent =
        Cases.APPLICATION
            .replace("name: shop, namespace: argocd", "name: root, namespace: argocd")
            .replace(
                "group: apps, kind: Deployment, namespace: shop, name: web",
                "group: argoproj.io, kind: Application, namespace: argocd, name: shop");
    var child =
        Cases.APPLICATION.replace(
            "namespace: argocd}",
            "namespace: argocd, annotations: {argocd.argoproj.io/tracking-id:"
                + " \"root:argoproj.io/Application:argocd/shop\"}}");
    var bench = new Bench(parent + child);
    assertThat(bench.owners(bench.discover())).containsExactly(Bench.APP);
    var declaring =
        child.replace(
            "argocd/shop\"}",
            "argocd/shop\", kubectl.kubernetes.io/last-applied-configuration:"
                + " '{\"spec\":{\"syncPolicy\":{\"automated\":{\"enabled\":true}}}}'}");
    bench = new Bench(parent + declaring);
    assertThat(bench.owners(bench.discover()))
        .containsExactly(Kinds.APPLICATION.ref("argocd", "root"), Bench.APP);
  }

  @Test
  void oldArgoTakesTheBlockAway() {
    var parent =
        Cases.APPLICATION
            .replace("name: shop, namespace: argocd", "name: root, namespace: argocd")
            .replace(
                "group: apps, kind: Deployment, namespace: shop, name: web",
                "group: argoproj.io, kind: Application, namespace: argocd, name: shop");
    var child =
        Cases.APPLICATION.replace(
            "namespace: argocd}",
            "namespace: argocd, annotations: {argocd.argoproj.io/tracking-id:"
                + " \"root:argoproj.io/Application:argocd/shop\","
                + " kubectl.kubernetes.io/last-applied-configuration:"
                + " '{\"spec\":{\"syncPolicy\":{\"automated\":{}}}}'}}");
    var controller =
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: argocd-application-controller, namespace: argocd, labels: {app.kubernetes.io/name: argocd-application-controller}}
        spec: {template: {spec: {containers: [{name: c, image: "quay.io/argoproj/argocd:VERSION"}]}}}
        """;
    var old = new Bench(parent + child + controller.replace("VERSION", "v3.0.6"));
    assertThat(old.owners(old.discover()))
        .containsExactly(Kinds.APPLICATION.ref("argocd", "root"), Bench.APP);
    var today = new Bench(parent + child + controller.replace("VERSION", "v3.1.0"));
    assertThat(today.owners(today.discover())).containsExactly(Bench.APP);
  }

  @Test
  void aPersonsSuspensionIsRecordedAndNeedsNoParent() {
    var bench = Cases.contested();
    bench.cluster.put(Cases.APPS.replace("{interval", "{suspend: true, interval"));
    var facts = bench.discover();
    assertThat(facts.owners()).extracting(OwnerFacts::alreadyHeld).containsExactly(true);
  }

  @Test
  void manualApplicationsCountAsHeld() {
    var bench =
        new Bench(Cases.APPLICATION.replace("{automated: {prune: true, selfHeal: true}}", "{}"));
    assertThat(bench.discover().owners()).extracting(OwnerFacts::alreadyHeld).containsExactly(true);
  }

  @Test
  void anotherLookWhileWeHoldFindsWhatWasBefore() {
    var bench = Cases.contested();
    var facts = bench.discover();
    bench.held(facts);
    assertThat(bench.discover().owners()).isEqualTo(facts.owners());
    // even where the inventory no longer tells
    var owner = bench.cluster.world().get(Bench.APPS).orElseThrow();
    owner.withObject("/status").putObject("inventory").putArray("entries");
    bench.cluster.update(owner);
    assertThat(bench.owners(bench.discover())).containsExactly(Bench.ROOT, Bench.APPS);
  }

  @Test
  void theNextRecoveryKnowsTheParentStill() {
    var bench = Cases.contested();
    var facts = bench.discover();
    bench.held(facts);
    bench.resume().act(facts, bench.moment(Duration.ZERO));
    bench.resume().act(facts, bench.moment(Duration.ZERO));
    assertThat(bench.owners(bench.discover())).containsExactly(Bench.ROOT, Bench.APPS);
  }

  static Facts withClaim(Bench bench) {
    return bench
        .target()
        .withVolumes(List.of(new VolumeFacts("data", null, null, null, null, null)));
  }
}
