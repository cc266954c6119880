package dev.salvor.recovery;

import dev.salvor.api.ArchiveReset;
import dev.salvor.api.ArchiveResetSpec;
import dev.salvor.api.Facts;
import dev.salvor.api.HoldFacts;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.NamespaceRestoreSpec;
import dev.salvor.api.NodeLossRecovery;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.api.PostgresFacts.Diagnosis;
import dev.salvor.api.SourceFacts;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeRecovery;
import dev.salvor.api.VolumeRecoverySpec;
import dev.salvor.engine.Runbook;
import dev.salvor.kube.Interlock;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import dev.salvor.workloads.HttpProbe;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every book of the operator, for every way that a recovery can take; no step of it is called. */
final class Books {
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  static final Commands NONE = new Commands(List.of());

  static final Rooms ROOMS =
      new Rooms(
          new FakeCluster(),
          (_, _, _, _, _, _, _) -> {},
          Processes.AROUND,
          (_, _) -> {
            throw new AssertionError("no step is called");
          },
          _ -> new HttpProbe.Answer.Status(200),
          _ -> {
            throw new AssertionError("no step is called");
          },
          new Interlock(new FakeCluster(), ""));

  private Books() {}

  /** {@code n1} is lost, its Node object goes too. */
  static NodeLossRecovery node() {
    var recovery = new NodeLossRecovery();
    recovery.setMetadata(
        new ObjectMetaBuilder()
            .withName("gone")
            .withUid("r1-uid")
            .withResourceVersion("1")
            .build());
    recovery.setSpec(
        Json.MAPPER.convertValue(
            Map.of("nodeName", "n1", "confirmNodeLost", "n1", "deleteNodeObject", true),
            NodeLossRecoverySpec.class));
    return recovery;
  }

  static Map<String, Runbook<Facts>> forward() {
    var books = new LinkedHashMap<String, Runbook<Facts>>();
    databases()
        .forEach((way, facts) ->
            books.put(
                "postgres " + way,
                new PostgresRecoveryBook(ROOMS)
                    .forward(DatabasePlanTest.recovery(spec(way)), facts, NONE, NOON)));
    for (var diagnosis : Diagnosis.values())
      books.put(
          "reset " + diagnosis,
          new ArchiveResetBook(ROOMS).forward(reset(), diagnosed(diagnosis), NONE, NOON));
    books.put("node", new NodeLossRecoveryBook(ROOMS).forward(node(), Facts.none("i"), NONE, NOON));
    for (var scope : List.of("Volumes", "Namespace"))
      for (var strategy : List.of(Strategy.Swap, Strategy.InPlace))
        for (var when : List.of("BeforeApproval", "AfterApproval"))
          books.put(
              "namespace " + scope + " " + strategy + " " + when,
              new NamespaceRestoreBook(ROOMS)
                  .forward(
                      namespace(scope, when), Facts.none("i").withStrategy(strategy), NONE, NOON));
    for (var when : List.of("BeforeApproval", "AfterApproval"))
      books.put(
          "volume " + when,
          new VolumeRecoveryBook(ROOMS).forward(volume(when), replicated(), NONE, NOON));
    books.put(
        "volume longhorn",
        new VolumeRecoveryBook(ROOMS).forward(byLonghorn(), replicated(), NONE, NOON));
    books.put(
        "volume job", new VolumeRecoveryBook(ROOMS).forward(byJob(), replicated(), NONE, NOON));
    return books;
  }

  static Map<String, Runbook<Facts>> back() {
    var books = new LinkedHashMap<String, Runbook<Facts>>();
    databases()
        .forEach((way, facts) ->
            books.put(
                "postgres " + way,
                new PostgresRecoveryBook(ROOMS)
                    .undo(DatabasePlanTest.recovery(spec(way)), facts, NONE, false)));
    for (var diagnosis : List.of(Diagnosis.Gap, Diagnosis.Diverged))
      books.put(
          "reset " + diagnosis,
          new ArchiveResetBook(ROOMS).undo(reset(), diagnosed(diagnosis), NONE, false));
    for (var aborted : List.of(true, false))
      books.put(
          "namespace " + aborted,
          new NamespaceRestoreBook(ROOMS)
              .undo(namespace("Volumes", "BeforeApproval"), Facts.none("i"), NONE, aborted));
    books.put(
        "volume",
        new VolumeRecoveryBook(ROOMS).undo(volume("BeforeApproval"), replicated(), NONE, false));
    books.put(
        "volume longhorn",
        new VolumeRecoveryBook(ROOMS).undo(byLonghorn(), replicated(), NONE, false));
    books.put("volume job", new VolumeRecoveryBook(ROOMS).undo(byJob(), replicated(), NONE, false));
    return books;
  }

  /** A claim that VolSync backs up, with somebody who uses it, saves it, and keeps it in Git. */
  static Facts replicated() {
    var source = Kinds.REPLICATION_SOURCE.ref("shop", "web");
    return busy(DatabasePlanTest.facts(Strategy.Swap, true))
        .withSource(
            new SourceFacts(
                source,
                "uid-source",
                "restic",
                "repo",
                Json.object(),
                NOON,
                List.of(new HoldFacts(source, "uid-source", Json.object())),
                null));
  }

  static VolumeRecovery volume(String when) {
    return volume(
        "{persistentVolumeClaim: db-1, source: {volSync: {replicationSource: web}}, prepare: {when: %s}}"
            .formatted(when),
        "uid-volume");
  }

  /** With everything that can follow from it. */
  static VolumeRecovery byJob() {
    return volume(
        """
        persistentVolumeClaim: db-1
        source:
          job:
            jobTemplate: {}
            successPattern: done
            captures: [{pattern: "(?<value>.)", secret: creds, key: admin}]
            externalSecrets: [creds]
            rolloutRestarts: [{kind: Deployment, name: client}]
        """,
        "uid-volume");
  }

  static VolumeRecovery byLonghorn() {
    return volume("{persistentVolumeClaim: db-1, source: {longhorn: {}}}", "uid-volume");
  }

  private static VolumeRecovery volume(String spec, String uid) {
    var recovery = new VolumeRecovery();
    recovery.getMetadata().setName("back");
    recovery.getMetadata().setNamespace("shop");
    recovery.getMetadata().setUid(uid);
    recovery.setSpec(Json.MAPPER.convertValue(Manifests.one(spec), VolumeRecoverySpec.class));
    return recovery;
  }

  static Map<String, Facts> databases() {
    var ways = new LinkedHashMap<String, Facts>();
    ways.put("Swap", busy(DatabasePlanTest.facts(Strategy.Swap, true)));
    ways.put("Drain", busy(DatabasePlanTest.draining()));
    ways.put("Adopt", busy(DatabasePlanTest.facts(Strategy.Swap, false)));
    ways.put("Beside", busy(DatabasePlanTest.facts(Strategy.Beside, true)));
    ways.put("InPlace", busy(DatabasePlanTest.facts(Strategy.InPlace, true)));
    return ways;
  }

  static String spec(String way) {
    return "{cluster: db, checks: [{name: rows, query: SELECT 1}], strategy: %s}"
        .formatted(way.equals("Adopt") || way.equals("Drain") ? "Swap" : way);
  }

  /** With somebody who uses it, saves it, and keeps it in Git. */
  private static Facts busy(Facts facts) {
    return Json.MAPPER.convertValue(
        Manifests.merged(
            Json.MAPPER.valueToTree(facts),
            Manifests.one(
                """
                owners:
                - ref: {apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, namespace: flux-system, name: apps}
                  uid: uid-apps
                  alreadyHeld: false
                  why: applies it
                schedules:
                - ref: {apiVersion: postgresql.cnpg.io/v1, kind: ScheduledBackup, namespace: shop, name: nightly}
                  uid: uid-nightly
                consumers:
                - ref: {apiVersion: apps/v1, kind: Deployment, namespace: shop, name: web}
                  uid: uid-web
                  replicas: 2
                """)),
        Facts.class);
  }

  static Facts diagnosed(Diagnosis diagnosis) {
    var facts = busy(DatabasePlanTest.facts(Strategy.Swap, true));
    return facts.withPostgres(facts.postgres().withDiagnosis(diagnosis));
  }

  static ArchiveReset reset() {
    var reset = new ArchiveReset();
    reset.getMetadata().setName("back");
    reset.getMetadata().setNamespace("shop");
    reset.getMetadata().setUid("uid-reset");
    reset.setSpec(Json.MAPPER.convertValue(Manifests.one("cluster: db"), ArchiveResetSpec.class));
    return reset;
  }

  private static NamespaceRestore namespace(String scope, String when) {
    var restore = new NamespaceRestore();
    restore.getMetadata().setName("back");
    restore.getMetadata().setNamespace("shop");
    restore.getMetadata().setUid("uid-restore");
    restore.setSpec(
        Json.MAPPER.convertValue(
            Manifests.one(
                "{backup: {name: b}, scope: %s, prepare: {when: %s}}".formatted(scope, when)),
            NamespaceRestoreSpec.class));
    return restore;
  }
}
