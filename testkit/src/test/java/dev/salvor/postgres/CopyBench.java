package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.PostgresRecoverySpec;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.api.SafetyBackup;
import dev.salvor.api.Strategy;
import dev.salvor.api.TargetFacts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Engine;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Killed;
import dev.salvor.testkit.models.CnpgInstallation;
import dev.salvor.testkit.models.CnpgModel;
import dev.salvor.testkit.models.JobModel;
import dev.salvor.testkit.models.KubeletModel;
import dev.salvor.testkit.models.ProvisionerModel;
import dev.salvor.testkit.models.PvBinderModel;
import dev.salvor.testkit.models.PvcProtectionModel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Namespace shop with Cluster db under the model of CloudNativePG: rows, a base backup, more rows,
 * and a recovery to a moment between two of them.
 */
final class CopyBench {
  static final Run RUN = new Run(Kinds.POSTGRES_RECOVERY.ref("shop", "back"), "0123abcd-run");

  final KubeletModel kubelet = new KubeletModel();
  final CnpgModel cnpg = new CnpgModel(kubelet);
  final FakeCluster cluster =
      new FakeCluster()
          .with(
              cnpg,
              new JobModel(),
              new PvBinderModel(),
              new ProvisionerModel(),
              new PvcProtectionModel(),
              kubelet)
          .admission(cnpg.webhook());
  final Destroyer destroyer = new Destroyer(cluster, (_, _, _, _, _, _, _) -> {}, RUN);
  private final Engine<Facts> engine = new Engine<>();

  /** The moment to go back to; set by {@link #rows}. */
  Instant target = Instant.EPOCH;

  String backupId = "";

  CopyBench() {
    cluster.put(CopyManifests.NAMESPACE);
    CnpgInstallation.into(cluster.world());
    CnpgInstallation.store(cluster.world(), "shop", "store");
  }

  /** A Cluster that archives through the plugin, with so many instances and WAL volumes. */
  static CopyBench plugin(int instances) {
    var bench = new CopyBench();
    bench.cluster.put(CopyManifests.db(instances, ""));
    bench.settle();
    return bench;
  }

  /** With rows {@code before} and {@code after} the target, both archived after a base backup. */
  static CopyBench withRows() {
    return plugin(2).rows();
  }

  /** A Cluster that archives without the plugin, with a tablespace. */
  static CopyBench inTree() {
    var bench = new CopyBench();
    bench.cluster.put(CopyManifests.IN_TREE);
    bench.settle();
    return bench;
  }

  CopyBench rows() {
    var db = Kinds.CLUSTER.ref("shop", "db");
    cluster.put(
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: Backup
        metadata: {name: nightly, namespace: shop}
        spec: {cluster: {name: db}, %s}
        """
            .formatted(
                Archiving.plugin(db().seen().json()) == null
                    ? "method: barmanObjectStore"
                    : "method: plugin, pluginConfiguration: {name: barman-cloud.cloudnative-pg.io}"));
    settle();
    backupId = get(Kinds.DATABASE_BACKUP, "nightly").text("/status/backupId");
    cluster.advance(Duration.ofSeconds(5));
    cnpg.insert(cluster.world(), db, "before", cluster.now());
    cluster.advance(Duration.ofSeconds(5));
    target = cluster.now();
    cluster.advance(Duration.ofSeconds(5));
    cnpg.insert(cluster.world(), db, "after", cluster.now());
    cnpg.switchWal(cluster.world(), db);
    cluster.advance(Duration.ofSeconds(2));
    return this;
  }

  void settle() {
    cluster.settle(Duration.ofMinutes(3));
  }

  Seen get(Kind kind, String name) {
    return cluster.get(kind.ref("shop", name)).orElseThrow();
  }

  boolean exists(Kind kind, String name) {
    return cluster.get(kind.ref("shop", name)).isPresent();
  }

  CnpgCluster db() {
    return new CnpgCluster(get(Kinds.CLUSTER, "db"));
  }

  /** Facts as the looks before ReviewRecovery leave them. */
  Facts facts() {
    var start =
        Facts.none("intent")
            .withTarget(new TargetFacts("shop", "uid-shop", "uid-cluster", Map.of(), Map.of()));
    var facts = look(inspect(), start);
    var database = facts.postgres().knownDatabase();
    var id = database.systemId();
    return facts.withPostgres(
        facts.postgres().withPoint(point(id == null ? "" : id)).withLineage("db-v2"));
  }

  /** To the moment between the rows, out of the backup that was taken before. */
  RecoveryPoint point(String systemId) {
    return new RecoveryPoint(
        "db",
        backupId.isEmpty() ? "20260101T000000" : backupId,
        1,
        false,
        1,
        RecoveryTarget.Type.Time,
        target.toString(),
        false,
        systemId,
        17,
        1 << 20,
        Instant.EPOCH,
        null,
        true,
        null);
  }

  InspectCluster inspect() {
    return new InspectCluster(cluster, RUN, "shop", "db", null);
  }

  ReviewRecovery review(PostgresRecoverySpec spec) {
    return new ReviewRecovery(cluster, RUN, spec);
  }

  /** A spec; {@code fields} as JSON, e.g. {@code {"strategy": "Swap"}}. */
  static PostgresRecoverySpec spec(String fields) {
    var json = Json.parse(fields);
    json.put("cluster", "db");
    return Json.MAPPER.convertValue(json, PostgresRecoverySpec.class);
  }

  RecoverBeside beside() {
    return new RecoverBeside(cluster, destroyer, RUN, spec("{}"));
  }

  /** From the create to the proof and the first backup. */
  List<Step<Facts>> steps() {
    return List.of(
        beside(),
        new AwaitRecovery(cluster, RUN),
        new VerifyCopy(cluster, RUN),
        new BackUpCopy(cluster, RUN),
        new TakeSafetyBackup(cluster, RUN, SafetyBackup.Required));
  }

  Moment moment() {
    return new Moment(cluster.now(), cluster.now());
  }

  Facts look(Step.Look<Facts> look, Facts facts) {
    return switch (look.look(facts, moment())) {
      case Sight.Seen<Facts>(var seen, _) -> seen;
      case Sight.Refused<Facts> refused -> throw new AssertionError(refused.failed().toString());
      case Sight<Facts> other -> throw new AssertionError(other.toString());
    };
  }

  /** Reasons of refusals and warnings, in order; of a look that refuses at once, its reason. */
  List<String> reasons(Step.Look<Facts> look, Facts facts) {
    return switch (look.look(facts, moment())) {
      case Sight.Seen<Facts>(var seen, _) -> reasons(seen);
      case Sight.Refused<Facts> refused -> List.of(refused.failed().reason());
      case Sight<Facts> other -> throw new AssertionError(other.toString());
    };
  }

  static List<String> reasons(Facts facts) {
    return facts.findings().stream().map(Finding::reason).toList();
  }

  Journal<Facts> drive(List<Step<Facts>> steps, Facts facts) {
    return drive(steps, Journal.empty(facts), false);
  }

  /**
   * As the reconciler does it: every tick is committed, a death leaves the last commit, a surprise
   * of the API server is waited out.
   */
  Journal<Facts> drive(List<Step<Facts>> steps, Journal<Facts> from, boolean abort) {
    var book = new Runbook<>(steps, "", "", "");
    var journal = from;
    for (var tick = 0; tick < 3000; tick++) {
      var before = cluster.count();
      try {
        var next = engine.tick(book, journal, abort, cluster.now());
        journal = next.journal();
        if (next.again().isEmpty()) return journal;
        cluster.advance(next.again().get());
      } catch (Killed _) {
        cluster.advance(Duration.ofSeconds(3));
      } catch (ClusterException surprise) {
        journal =
            engine
                .stumble(book, journal, surprise.toString(), Duration.ofSeconds(2), cluster.now())
                .journal();
        cluster.advance(Duration.ofSeconds(2));
      }
      if (cluster.count() > before + 1)
        throw new AssertionError("more than one write in one tick: " + cluster.writes());
    }
    throw new AssertionError("no end in sight: " + journal.entries());
  }

  /** What went wrong: reason and message of the failed step; empty if none. */
  static String failure(Journal<Facts> journal) {
    return journal.entries().stream()
        .filter(entry -> !entry.reason().isEmpty())
        .map(entry -> entry.step() + " " + entry.reason() + ": " + entry.message())
        .findFirst()
        .orElse("");
  }

  /** The copy's volumes, retained by hand as RetainCopies does it. */
  Facts retained(Facts facts) {
    var volumes =
        facts.postgres().knownCopy().claims().entrySet().stream()
            .map(pair ->
                new VolumeFacts(pair.getKey(), null, null, null, null, retain(pair.getValue())))
            .toList();
    return facts.withVolumes(volumes).withStrategy(Strategy.Swap);
  }

  private VolumeFacts.Pv retain(String claim) {
    var pv = volume(claim);
    cluster.write(pv.edit().set("/spec/persistentVolumeReclaimPolicy", "Retain").write());
    return new VolumeFacts.Pv(pv.name(), pv.uid(), "Delete", null, null, "fast", 1 << 30);
  }

  Seen volume(String claim) {
    return cluster.get(Kinds.PV.ref(get(Kinds.PVC, claim).text("/spec/volumeName"))).orElseThrow();
  }

  /** Merges YAML over an object's metadata, spec and status. */
  void change(Kind kind, String name, String yaml) {
    var object = get(kind, name).json().deepCopy();
    var over = dev.salvor.testkit.Manifests.one(yaml);
    cluster.update(dev.salvor.testkit.Manifests.merged(object, over));
  }
}
