package dev.salvor.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A StatefulSet of two replicas, kept apart on two nodes, with two claims each. */
record Ledger(Stage stage, String namespace) {
  /** {@code volumes} are those that the backup is told to take: {@code book,journal} or fewer. */
  static Ledger install(Stage stage, String namespace, String storageClass, String volumes) {
    var kube = stage.kube();
    kube.namespace(namespace);
    kube.apply(
        Kube.manifest(
            "apps/ledger.yaml",
            Map.of(
                "ns", namespace,
                "class", storageClass,
                "image", stage.cluster().busybox(),
                "volumes", volumes)));
    var ledger = new Ledger(stage, namespace);
    ledger.ready();
    return ledger;
  }

  void ready() {
    stage.kube().rollout(namespace, "statefulset/ledger");
  }

  void fill() {
    each(
        "for i in 1 2 3 4 5; do head -c 500000 /dev/urandom > /book/p$i; head -c 100000 /dev/urandom > /journal/j$i; done; sync");
  }

  void damage(String folder) {
    each("for f in /" + folder + "/*; do echo garbage > $f; done; echo x > /" + folder + "/x");
  }

  /** Sums of one folder ({@code book} or {@code journal}) of both replicas. */
  List<String> sums(String folder) {
    return each(
        "cd /" + folder + " && find . -type f -not -path './.velero/*' | sort | xargs sha256sum");
  }

  private List<String> each(String script) {
    var all = new ArrayList<String>();
    for (var pod : List.of("ledger-0", "ledger-1")) {
      stage
          .kube()
          .exec(namespace, pod, "ledger", script)
          .lines()
          .map(line -> pod + " " + line)
          .forEach(all::add);
    }
    return all;
  }
}
