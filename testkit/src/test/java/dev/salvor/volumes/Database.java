package dev.salvor.volumes;

import dev.salvor.api.CopyFacts;
import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.Facts;
import dev.salvor.engine.Again;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Surroundings;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.models.ProvisionerModel;
import dev.salvor.testkit.models.PvBinderModel;
import dev.salvor.testkit.models.PvcProtectionModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Cluster of three instances after a fail-over, each with a data and a WAL claim, and the steps
 * of this room in their order. What belongs to other rooms is played by {@link Played}.
 */
final class Database {
  static final String NS = "bank";
  static final String BEFORE = "what was written last";
  static final String RECOVERED = "what was recovered";
  static final List<String> CLAIMS = List.of("db-2", "db-2-wal");
  static final List<String> OTHERS = List.of("db-1", "db-1-wal", "db-3", "db-3-wal");

  final FakeCluster cluster = new FakeCluster();
  final PvBinderModel binder = new PvBinderModel();
  final Run run = new Run(Kinds.POSTGRES_RECOVERY.ref(NS, "back"), "0123abcd-0000");
  final Destroyer destroyer = new Destroyer(cluster, (_, _, _, _, _, _, _) -> {}, run);
  final Played played = new Played(this);

  /** Empty while GitOps is held. */
  Optional<Outcome.Failed> hold = Optional.empty();

  /** The instance that is the primary. */
  String primary = "db-2";

  Database() {
    cluster.with(binder, new ProvisionerModel(), new PvcProtectionModel());
    cluster.put(
        """
        {apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: bank}}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: node-1}}
        ---
        {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: disk.example, reclaimPolicy: Delete}
        ---
        apiVersion: postgresql.cnpg.io/v1
        kind: Cluster
        metadata: {name: db, namespace: bank}
        spec: {instances: 3, storage: {size: 1Gi, storageClass: fast}}
        """);
    for (var serial = 1; serial <= 3; serial++) instance("db", serial);
    cluster.settle();
    for (var claim : CLAIMS) fill(claim, BEFORE);
    for (var claim : OTHERS) fill(claim, "replica of " + BEFORE);
  }

  /** Both claims of an instance; those of {@code db} are owned by the Cluster. */
  void instance(String name, int serial) {
    for (var wal : List.of("", "-wal")) {
      var instance = name + "-" + serial;
      cluster.put(
          """
          apiVersion: v1
          kind: PersistentVolumeClaim
          metadata:
            name: %1$s%2$s
            namespace: bank
            labels:
              cnpg.io/cluster: %3$s
              cnpg.io/instanceName: %1$s
              cnpg.io/instanceRole: %4$s
              cnpg.io/pvcRole: %5$s
            annotations: {cnpg.io/nodeSerial: "%6$d", cnpg.io/pvcStatus: ready, cnpg.io/operatorVersion: 1.30.0}
            %7$s
          spec:
            storageClassName: fast
            accessModes: [ReadWriteOnce]
            resources: {requests: {storage: 1Gi}}
          """
              .formatted(
                  instance,
                  wal,
                  name,
                  instance.equals("db-2") || !name.equals("db") ? "primary" : "replica",
                  wal.isEmpty() ? "PG_DATA" : "PG_WAL",
                  serial,
                  owner(name)));
    }
  }

  private String owner(String name) {
    return cluster
        .get(Kinds.CLUSTER.ref(NS, name))
        .map(seen ->
            "ownerReferences: [{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, name: %s, uid: %s, controller: true}]"
                .formatted(name, seen.uid()))
        .orElse("");
  }

  void fill(String claim, String data) {
    cluster.setData(volumeOf(claim).uid(), data + " in " + claim);
  }

  Optional<Seen> claim(String name) {
    return cluster.get(Kinds.PVC.ref(NS, name));
  }

  Seen volumeOf(String claim) {
    return pv(claim(claim).orElseThrow().text("/spec/volumeName"));
  }

  Seen pv(String name) {
    return cluster.get(Kinds.PV.ref(name)).orElseThrow();
  }

  String data(String claim) {
    return cluster.data(volumeOf(claim).uid());
  }

  List<String> claims() {
    return cluster.list(Kinds.PVC, NS).stream().map(Seen::name).sorted().toList();
  }

  Guard<Facts> guard() {
    return _ -> hold;
  }

  Moment moment() {
    return new Moment(cluster.now(), cluster.now());
  }

  // ---- the steps

  /** What InspectCluster finds. */
  DatabaseFacts database() {
    var live = cluster.get(Kinds.CLUSTER.ref(NS, "db"));
    var others =
        cluster.list(Kinds.PVC, NS, Map.of("cnpg.io/cluster", "db")).stream()
            .filter(claim -> !claim.label("cnpg.io/instanceName").equals(primary))
            .map(Seen::name)
            .sorted()
            .toList();
    return new DatabaseFacts(
        "db",
        live.map(Seen::uid).orElse(null),
        live.map(seen -> seen.json().deepCopy()).orElse(null),
        true,
        true,
        3,
        primary,
        Integer.parseInt(primary.substring(3)),
        List.of(primary, primary + "-wal"),
        others,
        "7000",
        2,
        17,
        null);
  }

  Step.Look<Facts> inspect(String name) {
    return Again.named(
        name,
        new Played.Found(facts ->
            Sight.seen(facts.withPostgres(facts.postgres().withDatabase(database())), "found")));
  }

  ReadNamespace readNamespace() {
    return new ReadNamespace(
        cluster, new Surroundings("salvor-system", "velero", Set.of()), run, NS);
  }

  ReadGroup readGroup() {
    return new ReadGroup(cluster, new Surroundings("salvor-system", "velero", Set.of()), run);
  }

  private Step.Look<Facts> copied() {
    return Again.named(
        "AwaitRecovery",
        new Played.Found(facts -> {
          var claims = Map.of(primary, "db-r1-1", primary + "-wal", "db-r1-1-wal");
          var copy = new CopyFacts("db-r1", "uid-r1", claims, "7000", 3, null);
          return Sight.seen(facts.withPostgres(facts.postgres().withCopy(copy)), "healthy");
        }));
  }

  Runbook<Facts> swap() {
    return new Runbook<>(
        List.of(
            readNamespace(),
            inspect("InspectCluster"),
            readGroup(),
            played.recoverBeside(),
            copied(),
            new ReadCopies(cluster, run),
            inspect("ReviewCluster"),
            Again.named("ReviewGroup", readGroup()),
            new RetainVolumes(cluster, destroyer, run),
            new RetainCopies(cluster, destroyer, run),
            played.deleteCopy(),
            new PointVolumes(cluster, run),
            new SwapVolumes(cluster, destroyer, run, guard()),
            new DropClaims(cluster, destroyer, run, guard()),
            Again.named("Wake", played.wake(4)),
            new SettleVolumes(cluster, destroyer, run)),
        "",
        "SwapVolumes",
        "SwapVolumes");
  }

  Runbook<Facts> undo(int joins) {
    return new Runbook<>(
        List.of(
            inspect("UndoInspect"),
            new BeginUndo(cluster, run),
            Again.named("UndoRetainVolumes", new RetainVolumes(cluster, destroyer, run)),
            inspect("UndoReviewCluster"),
            Again.named("UndoReviewGroup", new ReadReplicas(cluster, run)),
            Again.named("UndoRetainReplicas", new RetainVolumes(cluster, destroyer, run)),
            Again.named("UndoPointVolumes", new PointVolumes(cluster, run)),
            Again.named("UndoSwapVolumes", new SwapVolumes(cluster, destroyer, run, guard())),
            Again.named("UndoDropClaims", new DropClaims(cluster, destroyer, run, guard())),
            Again.named("UndoWake", played.wake(joins)),
            Again.named("UndoSettleVolumes", new SettleVolumes(cluster, destroyer, run))),
        "",
        "UndoSwapVolumes",
        "UndoSwapVolumes");
  }

  Runbook<Facts> release() {
    return new Runbook<>(List.of(new ReleaseVolumes(cluster, destroyer, run)), "", "", "");
  }

  /** A swap that has come to the end of this step. */
  Ticks swapped(String step) {
    var swap = new Ticks(cluster, swap(), Facts.none("x"));
    while (!swap.journal().in(step, dev.salvor.engine.Journal.State.DONE)) {
      if (swap.ticks() > 500) throw new AssertionError("stuck before " + step + swap.failure());
      swap.run(1);
    }
    return swap;
  }

  static Duration minutes(int n) {
    return Duration.ofMinutes(n);
  }
}
