package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** (h) Under a real Argo CD with automated sync, prune and selfHeal, below an app-of-apps. */
@Scenario
class HArgoIT {
  private static final String NAMESPACE = "e2e-h";
  private static final String KIND = "applications.argoproj.io";
  private final Stage stage = Stage.open();
  private final Room room = Room.of(stage, NAMESPACE);

  @Test
  void swapUnderAnAppOfApps() {
    var missing = stage.cluster().need("argocd");
    Assumptions.assumeTrue(missing.isEmpty(), () -> "the cluster lacks " + missing.orElse(""));
    stage.kube().namespace(NAMESPACE);
    var shop = new Shop(stage, NAMESPACE, "local-path", true);
    var url = Flux.publish(stage, "e2e-h-shop", Map.of("shop/shop.yaml", shop.manifest()));
    var root =
        Flux.publish(
            stage,
            "e2e-h-apps",
            Map.of("apps/shop.yaml", application("e2e-h-shop", url, "shop", NAMESPACE)));
    stage.kube().apply(application("e2e-h-root", root, "apps", "argocd"));
    awaitHealthy("e2e-h-root");
    awaitHealthy("e2e-h-shop");
    shop.ready();
    shop.fill(2_000, 150_000);
    var good = shop.sums();
    new Velero(stage.kube()).backup("e2e-h-1", NAMESPACE);
    var own = shop.ownStopAndStart();
    shop.damage();
    var policy = spec("e2e-h-shop").path("syncPolicy").toString();
    var rootPolicy = spec("e2e-h-root").path("syncPolicy").toString();

    try (var watch = stage.watch();
        var prober = shop.prober()) {
      prober.awaitAnswer(Duration.ofSeconds(60));
      var recovery =
          Recovery.apply(
              stage.kube(),
              NAMESPACE,
              "swap",
              Recovery.from("e2e-h-1") + ", " + Recovery.automatic());
      recovery.succeed();
      shop.ready();
      prober.awaitAnswer(Duration.ofSeconds(30));
      assertThat(prober.unanswered()).isLessThanOrEqualTo(own.plus(Duration.ofSeconds(15)));
      assertThat(watch.started()).isNotEmpty().noneMatch(name -> name.matches(".*/(shop|migrate)"));
    }
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    awaitHealthy("e2e-h-shop");
    awaitHealthy("e2e-h-root");
    // GitOps ends as it began, and finds nothing to change
    assertThat(spec("e2e-h-shop").path("syncPolicy").toString()).isEqualTo(policy);
    assertThat(spec("e2e-h-root").path("syncPolicy").toString()).isEqualTo(rootPolicy);
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    room.awaitNoShadow();
  }

  private static String application(String name, String url, String path, String namespace) {
    return """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: %s, namespace: argocd}
    spec:
      project: default
      source: {repoURL: "%s", targetRevision: main, path: %s}
      destination: {server: "https://kubernetes.default.svc", namespace: %s}
      syncPolicy: {automated: {prune: true, selfHeal: true}}
    """
        .formatted(name, url, path, namespace);
  }

  private JsonNode spec(String application) {
    return stage.kube().get(KIND, "argocd", application).path("spec");
  }

  private void awaitHealthy(String application) {
    Kube.await(
        application + " is Synced and Healthy",
        Duration.ofMinutes(4),
        () -> {
          var status = stage.kube().get(KIND, "argocd", application).path("status");
          return status.path("sync").path("status").asText().equals("Synced")
              && status.path("health").path("status").asText().equals("Healthy");
        });
  }

  @AfterAll
  void clear() {
    if (!Cluster.keep()) {
      stage
          .kube()
          .tryKubectl("-n", "argocd", "delete", KIND, "e2e-h-root", "e2e-h-shop", "--wait=false");
    }
    room.clear();
  }
}
