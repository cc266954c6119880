package dev.salvor.velero;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Ref;
import dev.salvor.api.TargetFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Surroundings;
import dev.salvor.testkit.FakeCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A cluster with Velero in it, written by hand, and the calls that every test of a step makes. */
final class Site {
  static final Surroundings AROUND = new Surroundings("salvor", "velero", Set.of());
  static final Run RUN =
      new Run(
          new Ref("recovery.salvor.dev/v1alpha1", "NamespaceRestore", "shop", "back"),
          "0c2f7c3e-1111-4222-8333-444455556666");

  /** Name of the first attempt's Restore. */
  static final String RESTORE = "salvor-0c2f7c3e-1";

  /** Namespace of the first attempt's copy. */
  static final String SHADOW = "shop-salvor-0c2f7c3e-1";

  private static final String VELERO =
      """
      {apiVersion: v1, kind: Namespace, metadata: {name: velero}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: shop-salvor-0c2f7c3e-1, finalizers: [test/hold]}}
      ---
      {apiVersion: v1, kind: Node, metadata: {name: n1}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: velero, namespace: velero}
      spec:
        selector: {matchLabels: {deploy: velero}}
        template:
          metadata: {labels: {deploy: velero}}
          spec: {containers: [{name: velero, image: "velero/velero:v1.18.3", args: [server, --features=EnableCSI]}]}
      status: {availableReplicas: 1}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: node-agent-n1, namespace: velero, labels: {role: node-agent}}
      spec: {nodeName: n1, containers: [{name: node-agent, image: "velero/velero:v1.18.3"}]}
      status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
      ---
      apiVersion: velero.io/v1
      kind: BackupStorageLocation
      metadata: {name: default, namespace: velero}
      spec: {provider: aws, objectStorage: {bucket: backups}}
      status: {phase: Available, lastSyncedTime: "2026-01-01T00:00:00Z"}
      ---
      {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: test, volumeBindingMode: WaitForFirstConsumer}
      ---
      {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: now}, provisioner: test, volumeBindingMode: Immediate}
      """;

  final FakeCluster cluster = new FakeCluster().put(VELERO);
  final Destroyer destroyer =
      new Destroyer(cluster, (regarding, uid, warning, reason, action, note, related) -> {}, RUN);

  Facts facts() {
    return Facts.none("intent")
        .withTarget(new TargetFacts("shop", "uid-ns", "uid-cluster", Map.of(), Map.of()));
  }

  /** A backup of namespace shop that started so long ago. */
  Site backup(String name, String phase, Duration ago) {
    return backup(name, phase, ago, "includedNamespaces: [shop]");
  }

  Site backup(String name, String phase, Duration ago, String spec) {
    cluster.put(
        """
        apiVersion: velero.io/v1
        kind: Backup
        metadata: {name: %s, namespace: velero, labels: {velero.io/schedule-name: nightly}}
        spec: {storageLocation: default, %s}
        status: {phase: %s, startTimestamp: "%s", expiration: "%s"}
        """
            .formatted(
                name,
                spec,
                phase,
                cluster.now().minus(ago),
                cluster.now().plus(Duration.ofDays(20))));
    return this;
  }

  Moment moment() {
    return new Moment(cluster.now(), cluster.now());
  }

  Moment moment(Duration running) {
    return new Moment(cluster.now(), cluster.now().minus(running));
  }

  Facts seen(Step.Look<Facts> look, Facts facts) {
    return switch (look.look(facts, moment())) {
      case Sight.Seen<Facts>(var found, var message) -> {
        if (message.isBlank()) throw new AssertionError("said nothing");
        yield found;
      }
      case Sight<Facts> other -> throw new AssertionError("not seen: " + other);
    };
  }

  /** Calls the act until it waits for somebody else or is through; at most one write a call. */
  Outcome act(Step.Act<Facts> act, Facts facts) {
    return until(act, facts, false);
  }

  Outcome undo(Step.Act<Facts> act, Facts facts) {
    return until(act, facts, true);
  }

  private Outcome until(Step.Act<Facts> act, Facts facts, boolean back) {
    for (var call = 0; call < 60; call++) {
      var before = cluster.count();
      var moment = moment(Duration.ofMinutes(1));
      var outcome = back ? act.undo(facts, moment) : act.act(facts, moment);
      if (cluster.count() > before + 1) throw new AssertionError("two writes in one call");
      if (cluster.count() == before) return outcome;
    }
    throw new AssertionError("writes without end");
  }

  Seen get(Kind kind, String namespace, String name) {
    return cluster
        .get(kind.ref(namespace, name))
        .orElseThrow(() -> new AssertionError("no " + kind.kind() + " " + name));
  }

  /** The status that Velero gives to an object; YAML in one line. */
  Site status(Kind kind, String namespace, String name, String status) {
    var json = get(kind, namespace, name).json().deepCopy();
    try {
      json.set("status", new YAMLMapper().readTree(status));
    } catch (JsonProcessingException wrong) {
      throw new AssertionError(wrong);
    }
    cluster.update(json);
    return this;
  }

  static List<String> reasons(Facts facts) {
    return facts.findings().stream().map(Finding::reason).toList();
  }
}
