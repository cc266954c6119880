package dev.salvor.testkit.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Ref;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FluxModelTest {
  private static final Ref APPS = Kinds.KUSTOMIZATION.ref("flux-system", "apps");
  private static final Ref ROOT = Kinds.KUSTOMIZATION.ref("flux-system", "root");
  private static final Ref CONFIG = Kinds.CONFIG_MAP.ref("shop", "settings");
  private static final String SETTINGS =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings, namespace: shop}
      data: {colour: blue}
      """;

  private final FluxModel flux = new FluxModel();
  private final FakeCluster cluster =
      new FakeCluster()
          .put(
              """
              {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
              ---
              {apiVersion: v1, kind: Namespace, metadata: {name: flux-system}}
              ---
              apiVersion: kustomize.toolkit.fluxcd.io/v1
              kind: Kustomization
              metadata: {name: apps, namespace: flux-system}
              spec: {interval: 1m, prune: true}
              """)
          .with(flux.in(APPS, List.of(Manifests.one(SETTINGS))));

  @Test
  void appliesWithItsLabelsAndItsManager() {
    cluster.advance(Duration.ofSeconds(1));
    var settings = cluster.get(CONFIG).orElseThrow();
    assertThat(settings.label("kustomize.toolkit.fluxcd.io/name")).isEqualTo("apps");
    assertThat(settings.at("/metadata/managedFields").toString())
        .contains("kustomize-controller")
        .contains("Apply");
    assertThat(cluster.get(APPS).orElseThrow().at("/status/inventory/entries/0/id").asText())
        .isEqualTo("shop_settings__ConfigMap");
  }

  @Test
  void correctsDriftAtTheInterval() {
    cluster.settle();
    edit(CONFIG, "{\"data\": {\"colour\": \"red\"}}");
    cluster.advance(Duration.ofMinutes(2));
    assertThat(cluster.get(CONFIG).orElseThrow().text("/data/colour")).isEqualTo("blue");
  }

  @Test
  void aSuspendedOneHandlesTheTokenAndNothingElse() {
    cluster.settle();
    edit(
        APPS,
        """
        {"spec": {"suspend": true},
         "metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": "token-1"}}}
        """);
    edit(CONFIG, "{\"data\": {\"colour\": \"red\"}}");
    cluster.advance(Duration.ofMinutes(2));
    assertThat(cluster.get(APPS).orElseThrow().text("/status/lastHandledReconcileAt"))
        .isEqualTo("token-1");
    assertThat(cluster.get(CONFIG).orElseThrow().text("/data/colour")).isEqualTo("red");
  }

  @Test
  void aReconcileThatHasBegunEndsBeforeTheTokenIsHandled() {
    cluster.settle();
    edit(
        APPS,
        """
        {"spec": {"suspend": true},
         "metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": "token-1"}}}
        """);
    edit(CONFIG, "{\"data\": {\"colour\": \"red\"}}");
    flux.inFlight(APPS);
    cluster.advance(Duration.ofSeconds(1));
    assertThat(cluster.get(CONFIG).orElseThrow().text("/data/colour")).isEqualTo("blue");
  }

  @Test
  void nobodyHandlesATokenWhileTheControllerIsDown() {
    cluster.settle();
    flux.down(true);
    edit(
        APPS,
        "{\"metadata\": {\"annotations\": {\"reconcile.fluxcd.io/requestedAt\": \"token-1\"}}}");
    cluster.advance(Duration.ofMinutes(2));
    assertThat(cluster.get(APPS).orElseThrow().has("/status/lastHandledReconcileAt")).isFalse();
  }

  @Test
  void aParentThatDeclaresSuspendFalseRevertsTheHold() {
    cluster.put(
        """
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: root, namespace: flux-system}
        spec: {interval: 1m}
        """);
    flux.in(
        ROOT,
        List.of(
            Manifests.one(
                """
                apiVersion: kustomize.toolkit.fluxcd.io/v1
                kind: Kustomization
                metadata: {name: apps, namespace: flux-system}
                spec: {interval: 1m, prune: true, suspend: false}
                """)));
    cluster.settle();
    edit(APPS, "{\"spec\": {\"suspend\": true}}");
    cluster.advance(Duration.ofMinutes(2));
    assertThat(cluster.get(APPS).orElseThrow().flag("/spec/suspend")).isFalse();
  }

  private void edit(Ref ref, String merge) {
    var there = cluster.world().get(ref).orElseThrow();
    cluster.update(Manifests.merged(there, Manifests.one(merge)));
  }
}
