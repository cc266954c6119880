package dev.salvor.gitops;

import static dev.salvor.gitops.DiscoverOwnersTest.CLAIM;
import static dev.salvor.gitops.DiscoverOwnersTest.withClaim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import org.junit.jupiter.api.Test;

/** What the person is told of the owners before approving. */
class OwnerFindingsTest {
  @Test
  void anOwnerThatIsNotInThisClusterIsSaid() {
    var bench =
        new Bench(
            CLAIM.replace(
                "namespace: shop}",
                "namespace: shop, annotations: {argocd.argoproj.io/tracking-id:"
                    + " \"hub-shop:/PersistentVolumeClaim:shop/data\"}}"));
    var facts = bench.discover(withClaim(bench));
    assertThat(bench.reasons(facts)).containsExactly("Warning OwnerNotHere");
    assertThat(facts.findings().getFirst().message()).contains("Application hub-shop");
  }

  @Test
  void aFieldThatNobodyWeCanHoldDeclaresIsRefused() {
    var bench = new Bench("");
    bench
        .cluster
        .as("flux-operator")
        .apply(
            Manifests.parse(Cases.APPS.replace("{interval", "{suspend: false, interval"))
                .getFirst());
    assertThat(bench.reasons(bench.discover())).contains("Refusal HoldWouldBeReverted");
  }

  @Test
  void leftoversAndTroubleAreFound() {
    var bench =
        new Bench(
            Cases.APPLICATION.replace(
                    "namespace: argocd}",
                    "namespace: argocd, annotations: {argocd.argoproj.io/skip-reconcile: \"true\"}}")
                + Cases.APPS.replace("\"True\", message: Applied", "\"False\", message: broken"));
    var facts = bench.discover();
    assertThat(bench.reasons(facts))
        .containsExactlyInAnyOrder("Refusal SkipReconcileLeft", "Warning OwnerNotReady");
    assertThat(facts.findings().toString()).contains("broken");
  }

  @Test
  void ownersThatRecreateTheClaimAreRefused() {
    var bench = new Bench(CLAIM + Cases.APPS.replace("{interval", "{force: true, interval"));
    var facts = bench.discover(withClaim(bench));
    assertThat(bench.reasons(facts)).containsExactly("Refusal OwnerRecreatesClaim");
    var claim = bench.cluster.world().get(Kinds.PVC.ref("shop", "data")).orElseThrow();
    claim
        .withObject("/metadata/annotations")
        .put("kustomize.toolkit.fluxcd.io/reconcile", "disabled");
    bench.cluster.update(claim);
    assertThat(bench.reasons(bench.discover(withClaim(bench)))).isEmpty();
  }

  @Test
  void aVolumeNameInGitIsRefused() {
    var bench = new Bench("");
    bench
        .cluster
        .as("kustomize-controller")
        .apply(
            Manifests.parse(CLAIM.replace("{accessModes", "{volumeName: pv-1, accessModes"))
                .getFirst());
    assertThat(bench.reasons(bench.discover(withClaim(bench))))
        .containsExactlyInAnyOrder("Refusal VolumeInGit", "Warning OwnerUnknown");
  }

  @Test
  void theRecoveryIsHeldToo() {
    var bench =
        new Bench(
            Cases.APPS.replace(
                "[{id: shop_web",
                "[{id: shop_back_recovery.salvor.dev_NamespaceRestore, v: v1alpha1}, {id: shop_web"));
    assertThat(bench.reasons(bench.discover())).containsExactly("Warning RecoveryIsHeldToo");
  }

  @Test
  void whatMayNotBePatchedIsRefused() {
    var bench = new Bench(Cases.APPS);
    bench.cluster.deny("patch", Kinds.KUSTOMIZATION, "flux-system");
    assertThat(bench.reasons(bench.discover())).containsExactly("Refusal HoldRefused");
  }
}
