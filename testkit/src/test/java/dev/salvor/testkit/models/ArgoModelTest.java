package dev.salvor.testkit.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgoModelTest {
  private static final Ref SHOP = Kinds.APPLICATION.ref("argocd", "shop");
  private static final Ref ROOT = Kinds.APPLICATION.ref("argocd", "root");
  private static final Ref CONFIG = Kinds.CONFIG_MAP.ref("shop", "settings");
  private static final String SETTINGS =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings, namespace: shop}
      data: {colour: blue}
      """;
  private static final String APPLICATION =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: shop, namespace: argocd}
      spec:
        syncPolicy: {automated: {prune: true, selfHeal: true}}
      """;

  private final ArgoModel argo = new ArgoModel();
  private final FakeCluster cluster =
      new FakeCluster()
          .put(
              """
              {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
              ---
              {apiVersion: v1, kind: Namespace, metadata: {name: shop-copy}}
              ---
              {apiVersion: v1, kind: Namespace, metadata: {name: argocd}}
              """)
          .put(APPLICATION)
          .with(argo.in(SHOP, List.of(Manifests.one(SETTINGS))));

  @Test
  void syncsWithItsTrackingId() {
    cluster.settle();
    assertThat(cluster.get(CONFIG).orElseThrow().annotation("argocd.argoproj.io/tracking-id"))
        .isEqualTo("shop:/ConfigMap:shop/settings");
    assertThat(cluster.get(SHOP).orElseThrow().text("/status/sync/status")).isEqualTo("Synced");
    assertThat(cluster.get(SHOP).orElseThrow().has("/operation")).isFalse();
  }

  @Test
  void healsDriftUnlessItIsDisabled() {
    cluster.settle();
    edit(CONFIG, "{\"data\": {\"colour\": \"red\"}}");
    cluster.settle();
    assertThat(cluster.get(CONFIG).orElseThrow().text("/data/colour")).isEqualTo("blue");
    edit(SHOP, "{\"spec\": {\"syncPolicy\": {\"automated\": {\"enabled\": false}}}}");
    edit(CONFIG, "{\"data\": {\"colour\": \"red\"}}");
    cluster.settle();
    assertThat(cluster.get(CONFIG).orElseThrow().text("/data/colour")).isEqualTo("red");
    assertThat(cluster.get(SHOP).orElseThrow().text("/status/sync/status")).isEqualTo("OutOfSync");
  }

  @Test
  void aRefreshTakesItsAnnotationAway() {
    cluster.settle();
    edit(SHOP, "{\"metadata\": {\"annotations\": {\"argocd.argoproj.io/refresh\": \"normal\"}}}");
    cluster.advance(Duration.ofSeconds(1));
    var shop = cluster.get(SHOP).orElseThrow();
    assertThat(shop.annotation("argocd.argoproj.io/refresh")).isEmpty();
    assertThat(shop.has("/status/reconciledAt")).isTrue();
  }

  @Test
  void aParentGivesBackWhatItDeclaresAndLeavesWhatIsAdded() {
    cluster.put(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: root, namespace: argocd}
        spec:
          syncPolicy: {automated: {prune: true, selfHeal: true}}
        """);
    argo.in(ROOT, List.of(Manifests.one(APPLICATION)));
    cluster.settle();
    edit(SHOP, "{\"spec\": {\"syncPolicy\": {\"automated\": {\"enabled\": false}}}}");
    cluster.settle();
    assertThat(cluster.get(SHOP).orElseThrow().at("/spec/syncPolicy/automated/enabled").asBoolean())
        .isFalse();
    edit(SHOP, "{\"spec\": {\"syncPolicy\": {\"automated\": null}}}");
    cluster.settle();
    assertThat(cluster.get(SHOP).orElseThrow().flag("/spec/syncPolicy/automated/selfHeal"))
        .isTrue();
  }

  @Test
  void anApplicationSetWritesItsChildAnew() {
    argo.generates(Manifests.one(APPLICATION));
    cluster.settle();
    edit(SHOP, "{\"spec\": {\"syncPolicy\": {\"automated\": {\"enabled\": false}}}}");
    cluster.advance(Duration.ofSeconds(1));
    assertThat(cluster.get(SHOP).orElseThrow().has("/spec/syncPolicy/automated/enabled")).isFalse();
  }

  @Test
  void aCopyInAnotherNamespaceIsPrunedWhenTrackingIsByLabel() {
    argo.tracksByLabel();
    cluster.settle();
    cluster.put(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
          namespace: shop-copy
          labels: {app.kubernetes.io/instance: shop}
        """);
    edit(CONFIG, "{\"data\": {\"colour\": \"red\"}}");
    cluster.settle();
    assertThat(cluster.get(Kinds.CONFIG_MAP.ref("shop-copy", "settings"))).isEmpty();
    assertThat(cluster.get(CONFIG)).isPresent();
  }

  private void edit(Ref ref, String merge) {
    var there = cluster.world().get(ref).orElseThrow();
    cluster.update(Manifests.merged(there, Manifests.one(merge)));
  }
}
