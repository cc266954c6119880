package dev.salvor.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** The application of most scenarios: a Deployment that serves the files of its one claim. */
record Shop(Stage stage, String namespace, String storageClass, boolean fileSystemBackup) {
  static Shop install(Stage stage, String namespace) {
    return install(stage, namespace, "local-path", true);
  }

  static Shop install(
      Stage stage, String namespace, String storageClass, boolean fileSystemBackup) {
    var shop = new Shop(stage, namespace, storageClass, fileSystemBackup);
    stage.kube().namespace(namespace);
    stage.kube().apply(shop.manifest());
    shop.ready();
    return shop;
  }

  String manifest() {
    return Kube.manifest("apps/shop.yaml", values());
  }

  private Map<String, String> values() {
    return Map.of(
        "ns",
        namespace,
        "class",
        storageClass,
        "image",
        stage.cluster().busybox(),
        "fsb",
        fileSystemBackup ? "backup.velero.io/backup-volumes" : "e2e.salvor.dev/no-volumes");
  }

  void ready() {
    stage.kube().rollout(namespace, "deployment/shop");
  }

  /** Random files, in 20 folders, and the page that the prober asks for. */
  void fill(int files, int bytes) {
    run(
        "i=0; while [ $i -lt %d ]; do d=/data/d$((i %% 20)); mkdir -p $d; head -c %d /dev/urandom > $d/f$i; i=$((i + 1)); done; echo shop > /data/index.html; sync"
            .formatted(files, bytes));
  }

  /** One file more, whose content says when it was written. */
  void write(String file, String text) {
    run("echo '" + text + "' > /data/" + file);
  }

  /** What an accident leaves: every file overwritten, some missing, some that never were there. */
  void damage() {
    run(
        "find /data -type f | while read f; do echo garbage > $f; done; rm -rf /data/d3 /data/d7; mkdir -p /data/new; echo x > /data/new/x");
  }

  /** One line of sha256 and name for each file. */
  List<String> sums() {
    return run("cd /data && find . -type f -not -path './.velero/*' | sort | xargs sha256sum")
        .lines()
        .sorted()
        .toList();
  }

  private String run(String script) {
    return stage.kube().exec(namespace, "deploy/shop", "shop", script);
  }

  String claimUid() {
    return claim().path("metadata").path("uid").asText();
  }

  String volume() {
    return claim().path("spec").path("volumeName").asText();
  }

  com.fasterxml.jackson.databind.JsonNode claim() {
    return stage.kube().get("pvc", namespace, "data");
  }

  /** UIDs of the application's pods. */
  List<String> pods() {
    return stage.kube().list("pods", namespace, "-l", "app=shop").stream()
        .map(pod -> pod.path("metadata").path("uid").asText())
        .toList();
  }

  Prober prober() {
    return stage.prober(namespace, "shop");
  }

  /** For how long the application does not answer when it is merely stopped and started. */
  Duration ownStopAndStart() {
    try (var prober = prober()) {
      prober.awaitAnswer(Duration.ofSeconds(30));
      var running = pods();
      stage.kube().kubectl("-n", namespace, "scale", "deployment/shop", "--replicas=0");
      // not "no pods": GitOps may have scaled it up again by now
      Kube.await(
          "the pods are gone",
          Duration.ofSeconds(60),
          () -> pods().stream().noneMatch(running::contains));
      stage.kube().kubectl("-n", namespace, "scale", "deployment/shop", "--replicas=1");
      ready();
      prober.awaitAnswer(Duration.ofSeconds(30));
      return prober.unanswered();
    }
  }

  /** At most ten lines of what differs. */
  static List<String> differences(List<String> wanted, List<String> found) {
    var missing = new HashSet<>(wanted);
    found.forEach(missing::remove);
    var extra = new HashSet<>(found);
    wanted.forEach(extra::remove);
    var all = new ArrayList<String>();
    missing.forEach(line -> all.add("missing " + line));
    extra.forEach(line -> all.add("surplus " + line));
    return all.subList(0, Math.min(10, all.size()));
  }
}
