package dev.salvor.recovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.ArchiveReset;
import dev.salvor.api.PostgresRecovery;
import dev.salvor.api.Ref;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.faults.Approver;
import dev.salvor.testkit.faults.OperatorProcess;
import dev.salvor.testkit.faults.Picture;
import dev.salvor.testkit.faults.Stage;
import dev.salvor.testkit.models.AttachmentModel;
import dev.salvor.testkit.models.BucketModel;
import dev.salvor.testkit.models.CnpgInstallation;
import dev.salvor.testkit.models.CnpgMishap;
import dev.salvor.testkit.models.CnpgModel;
import dev.salvor.testkit.models.CronJobModel;
import dev.salvor.testkit.models.DeploymentModel;
import dev.salvor.testkit.models.FluxModel;
import dev.salvor.testkit.models.JobModel;
import dev.salvor.testkit.models.KubeletModel;
import dev.salvor.testkit.models.LineageGuard;
import dev.salvor.testkit.models.ProvisionerModel;
import dev.salvor.testkit.models.PvBinderModel;
import dev.salvor.testkit.models.PvcProtectionModel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Namespace {@code shop} with Cluster {@code db}, which has failed over once, and an application
 * that uses it. Its last row begins with {@code good-} at {@link #moment} and with {@code old-}
 * when the recovery begins.
 */
final class DatabaseShop {
  static final Ref RECOVERY = Kinds.POSTGRES_RECOVERY.ref("shop", "back");
  static final Ref RESET = Kinds.ARCHIVE_RESET.ref("shop", "back");
  static final Ref DB = Kinds.CLUSTER.ref("shop", "db");
  static final Ref APPS = Kinds.KUSTOMIZATION.ref("flux-system", "apps");

  final KubeletModel kubelet = new KubeletModel();
  final CnpgModel cnpg = new CnpgModel(kubelet);
  final FluxModel flux = new FluxModel();
  final FakeCluster cluster =
      new FakeCluster()
          .with(
              new CronJobModel(),
              new JobModel(),
              new DeploymentModel(),
              cnpg,
              new PvBinderModel(),
              new ProvisionerModel(),
              new PvcProtectionModel(),
              new AttachmentModel(),
              kubelet,
              flux)
          .admission(cnpg.webhook())
          .admission(new LineageGuard());
  final Instant moment;

  DatabaseShop() {
    this(false);
  }

  /** One whose archiving fails since it failed over: it asks for an empty archive. */
  static DatabaseShop marked() {
    return new DatabaseShop(true);
  }

  private DatabaseShop(boolean marked) {
    cluster.put(DatabaseShopManifests.WORLD);
    CnpgInstallation.into(cluster.world());
    CnpgInstallation.store(cluster.world(), "shop", "store");
    cluster.put(DatabaseShopManifests.APPS);
    cluster.settle();
    if (!marked) cnpg.promote(cluster.world(), DB, "db-2");
    cluster.settle();
    cluster.put(DatabaseShopManifests.BACKUP);
    cluster.settle();
    insert("order-1");
    moment = insert("good-order-2");
    cluster.advance(Duration.ofSeconds(1));
    cnpg.delete(cluster.world(), DB, "order-1", cluster.now());
    insert("old-damage");
    archiveWal();
    if (marked) cnpg.with(CnpgMishap.MARKER_STAYS).promote(cluster.world(), DB, "db-2");
    if (marked) cluster.settle();
    insert("old-orders");
    archiveWal();
    cluster.settle();
  }

  /** INSERT now, a second after the last. */
  Instant insert(String row) {
    cluster.advance(Duration.ofSeconds(1));
    cnpg.insert(cluster.world(), DB, row, cluster.now());
    return cluster.now();
  }

  void archiveWal() {
    cnpg.switchWal(cluster.world(), DB);
    cluster.advance(Duration.ofSeconds(1));
  }

  /** Everything of the shop is in Git, applied by a Kustomization below the root. */
  DatabaseShop underFlux() {
    cluster.put(DatabaseShopManifests.FLUX);
    var apps = Manifests.one(DatabaseShopManifests.KUSTOMIZATION);
    flux.in(Kinds.KUSTOMIZATION.ref("flux-system", "flux-system"), List.of(apps));
    flux.in(APPS, Manifests.parse(DatabaseShopManifests.APPS));
    cluster.settle();
    return this;
  }

  /** The recovery is applied, with somebody who approves what it plans and keeps Git up to date. */
  Stage recovers(String spec) {
    cluster.with(new Approver(RECOVERY), new Committer(flux, RECOVERY, APPS));
    return waits(spec);
  }

  /** The recovery is applied, and nobody approves it. */
  Stage waits(String spec) {
    return applied(
        RECOVERY,
        "cluster: db\n" + spec,
        port -> OperatorProcess.of(PostgresRecovery.class, Processes.recovery(port, bucket())));
  }

  /** The archive is looked at and mended, with somebody who approves that. */
  Stage resets() {
    cluster.with(new Approver(RESET), new Committer(flux, RESET, APPS));
    return applied(
        RESET,
        "cluster: db\n",
        port -> OperatorProcess.of(ArchiveReset.class, Processes.reset(port, bucket())));
  }

  /** Somebody deletes a segment in the middle of the archive. */
  DatabaseShop withGap() {
    var archive = cnpg.archive();
    var segments =
        archive.wal(CnpgInstallation.DESTINATION, "db").stream()
            .filter(name -> !name.endsWith(".history"))
            .toList();
    archive.loseWal(CnpgInstallation.DESTINATION, "db", segments.get(segments.size() - 2));
    return this;
  }

  /** Every volume of the database is gone, as with the nodes they were on. */
  DatabaseShop withoutVolumes() {
    for (var kind : List.of(Kinds.POD, Kinds.PVC))
      for (var seen : cluster.world().look(kind, "shop"))
        if (seen.label("cnpg.io/cluster").equals("db")) {
          var volume = seen.text("/spec/volumeName");
          cluster.world().deleteNow(seen.ref());
          if (!volume.isEmpty()) cluster.world().deleteNow(Kinds.PV.ref(volume));
        }
    cluster.settle();
    return this;
  }

  /** What is on the volumes cannot be started any more, and is kept. */
  DatabaseShop broken() {
    for (var seen : cluster.world().look(Kinds.PVC, "shop")) {
      var uid = volume(seen.name()).at("/metadata/uid").asText();
      cluster.setData(uid, "old-torn-pages of " + seen.name());
    }
    for (var pod : cluster.world().look(Kinds.POD, "shop"))
      if (pod.label("cnpg.io/cluster").equals("db")) cluster.world().deleteNow(pod.ref());
    cluster.settle();
    return this;
  }

  /** Somebody has deleted the Cluster; all that it owned went with it. */
  DatabaseShop gone() {
    cluster.delete(DB);
    cluster.settle();
    return this;
  }

  /** Another history of this database was archived under its serverName. */
  DatabaseShop withStrangers() {
    cnpg.archive()
        .putForeign(
            CnpgInstallation.DESTINATION,
            "db/wals/0000000900000000/000000090000000000000009",
            new byte[0]);
    return this;
  }

  private BucketModel bucket() {
    return new BucketModel(cnpg.archive());
  }

  private Stage applied(
      Ref recovery,
      String spec,
      java.util.function.Function<dev.salvor.kube.ClusterWriter, OperatorProcess> starts) {
    cluster.settle();
    var before = Picture.of(cluster);
    cluster.put(
        """
        apiVersion: recovery.salvor.dev/v1alpha1
        kind: %s
        metadata:
          name: back
          namespace: shop
          finalizers: [recovery.salvor.dev/finalizer]
        spec:
        """
                .formatted(recovery.kind())
            + spec.indent(2));
    cluster.admission(new DatabaseWatch(cluster.world()));
    return new Stage(cluster, _ -> {}, recovery, "shop", before, starts);
  }

  /** What a SELECT finds now. */
  List<String> rows() {
    return cnpg.rows(cluster.world(), DB);
  }

  Seen db() {
    return cluster.get(DB).orElseThrow();
  }

  /** The serverName it archives to now. */
  String lineage() {
    return db().text("/spec/plugins/0/parameters/serverName");
  }

  ObjectNode object(Kind kind, String name) {
    return cluster.world().get(kind.ref("shop", name)).orElseThrow();
  }

  ObjectNode volume(String claim) {
    var name = cluster.get(Kinds.PVC.ref("shop", claim)).orElseThrow().text("/spec/volumeName");
    return cluster.world().get(Kinds.PV.ref(name)).orElseThrow();
  }
}
