package dev.salvor.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Flux as a person uses it: a Git repository, a source, a Kustomization. */
record Flux(Stage stage) {
  static final String NAMESPACE = "flux-system";
  private static final String SOURCES = "gitrepositories.source.toolkit.fluxcd.io";
  private static final String KIND = "kustomizations.kustomize.toolkit.fluxcd.io";

  static Flux need(Stage stage) {
    var missing = stage.cluster().need("flux");
    Assumptions.assumeTrue(missing.isEmpty(), () -> "the cluster lacks " + missing.orElse(""));
    return new Flux(stage);
  }

  /** Publishes files and gives back the repository's URL. */
  String publish(String repository, Map<String, String> files) {
    return publish(stage, repository, files);
  }

  static String publish(Stage stage, String repository, Map<String, String> files) {
    if (!(stage.cluster() instanceof ToolCluster tool)) {
      return Assumptions.abort("only the cluster tool brings a git server");
    }
    try {
      var folder = Files.createTempDirectory("salvor-e2e-git");
      for (var file : files.entrySet()) {
        var target = folder.resolve(file.getKey());
        Files.createDirectories(target.getParent());
        Files.writeString(target, file.getValue());
      }
      return tool.git(repository, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void source(String name, String url) {
    // one of an earlier run would still offer its commit for ten minutes
    stage
        .kube()
        .kubectl("-n", NAMESPACE, "delete", SOURCES, name, "--ignore-not-found", "--timeout=60s");
    stage
        .kube()
        .apply(
            """
            apiVersion: source.toolkit.fluxcd.io/v1
            kind: GitRepository
            metadata: {name: %s, namespace: flux-system}
            spec: {interval: 10m, url: "%s", ref: {branch: main}}
            """
                .formatted(name, url));
  }

  /** Makes Flux look for a new commit now and not in ten minutes. */
  void fetch(String source) {
    stage
        .kube()
        .kubectl(
            "-n",
            NAMESPACE,
            "annotate",
            SOURCES,
            source,
            "reconcile.fluxcd.io/requestedAt=" + Instant.now(),
            "--overwrite");
  }

  static String kustomization(String name, String source, String path, String more) {
    return """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: %s, namespace: flux-system}
    spec:
      interval: 1m
      prune: true
      wait: true
      timeout: 2m
      path: %s
      sourceRef: {kind: GitRepository, name: %s}
      %s
    """
        .formatted(name, path, source, more);
  }

  void awaitReady(String name) {
    Kube.await(
        "Kustomization " + name + " is Ready",
        Duration.ofMinutes(3),
        () ->
            stage
                .kube()
                .tryKubectl(
                    "-n",
                    NAMESPACE,
                    "get",
                    KIND,
                    name,
                    "-o",
                    "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}")
                .output()
                .strip()
                .equals("True"));
  }

  boolean suspended(String name) {
    return stage.kube().get(KIND, NAMESPACE, name).path("spec").path("suspend").asBoolean(false);
  }

  /** What a person does who does not know of the recovery. */
  void resume(String name) {
    stage
        .kube()
        .kubectl(
            "-n",
            NAMESPACE,
            "patch",
            KIND,
            name,
            "--type=merge",
            "-p",
            "{\"metadata\":{\"annotations\":{\"reconcile.fluxcd.io/requestedAt\":\""
                + Instant.now()
                + "\"}},\"spec\":{\"suspend\":false}}");
  }

  void delete(String... names) {
    for (var name : names) {
      // its parent may have taken it along already
      if (stage.kube().get(KIND, NAMESPACE, name).isMissingNode()) continue;
      if (suspended(name)) resume(name);
      stage.kube().tryKubectl("-n", NAMESPACE, "delete", KIND, name, "--timeout=90s");
    }
  }
}
