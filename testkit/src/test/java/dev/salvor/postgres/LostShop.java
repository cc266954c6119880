package dev.salvor.postgres;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.CopyFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.PostgresFacts;
import dev.salvor.api.RecoveryPoint;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.api.Ref;
import dev.salvor.api.Strategy;
import dev.salvor.api.TargetFacts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Step;
import dev.salvor.kube.Before;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Json;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.models.CnpgInstallation;
import dev.salvor.testkit.models.CnpgModel;
import dev.salvor.testkit.models.JobModel;
import dev.salvor.testkit.models.KubeletModel;
import dev.salvor.testkit.models.ProvisionerModel;
import dev.salvor.testkit.models.PvBinderModel;
import dev.salvor.testkit.models.PvcProtectionModel;
import dev.salvor.volumes.PointVolumes;
import dev.salvor.volumes.SwapVolumes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Namespace shop whose Cluster db is to be made anew over recovered volumes: the copy was proven,
 * its base backup is there, all volumes are retained, the copy is gone.
 */
final class LostShop {
  static final Run RUN = new Run(Kinds.POSTGRES_RECOVERY.ref("shop", "back"), "0123abcd-1");
  static final Ref DB = Kinds.CLUSTER.ref("shop", "db");
  private static final List<String> CLAIMS = List.of("db-1", "db-1-wal");

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
  final Facts facts;
  final Map<String, String> secrets;

  /** After the good rows, before the damage. */
  final Instant undamaged;

  LostShop() {
    cluster.put(LostShopManifests.SHOP);
    CnpgInstallation.into(cluster.world());
    CnpgInstallation.store(cluster.world(), "shop", "store");
    cluster.put(LostShopManifests.cluster("db", 2, "initdb: {database: shop, owner: shop}", "db"));
    cluster.settle();
    insert("good");
    backup("base", "db");
    insert("also-good");
    cnpg.switchWal(cluster.world(), DB);
    cluster.advance(Duration.ofSeconds(2));
    undamaged = cluster.now();
    cluster.put(LostShopManifests.copy());
    cluster.settle();
    insert("damage");
    var database = new DatabaseReading(cluster, "shop", "db");
    var live = CnpgCluster.read(cluster, "shop", "db").orElseThrow();
    var known = database.living(live, live.archive(cluster).orElse(null));
    var before = Facts.none("intent");
    backup(Names.firstBackup(RUN, before), "db-r1");
    var volumes = new ArrayList<VolumeFacts>();
    for (var claim : CLAIMS) volumes.add(volume(claim, claim.replace("db-", "db-r1-")));
    retain("db-2", Marks.ROLE_OLD);
    retain("db-2-wal", Marks.ROLE_OLD);
    var copy = CnpgCluster.read(cluster, "shop", "db-r1").orElseThrow();
    cluster.delete(copy.seen().ref());
    cluster.settle();
    secrets = secrets();
    facts =
        before
            .withTarget(new TargetFacts("shop", "uid-shop", "uid-cluster", Map.of(), Map.of()))
            .withStrategy(Strategy.Swap)
            .withVolumes(volumes)
            .withPostgres(
                PostgresFacts.NONE
                    .withDatabase(known)
                    .withPoint(point(copy.systemId(), RecoveryTarget.Type.Latest, ""))
                    .withLineage("db-v2")
                    .withCopy(
                        new CopyFacts(
                            "db-r1",
                            copy.uid(),
                            Map.of(),
                            copy.systemId(),
                            copy.timeline(),
                            null)));
  }

  private RecoveryPoint point(String systemId, RecoveryTarget.Type type, String value) {
    var base = cluster.get(Kinds.DATABASE_BACKUP.ref("shop", "base")).orElseThrow();
    return new RecoveryPoint(
        "db",
        base.text("/status/backupId"),
        1,
        false,
        1,
        type,
        value,
        false,
        systemId,
        17,
        0,
        Instant.EPOCH,
        null,
        true,
        null);
  }

  /** The steps of an adoption, without those of other rooms that hold consumers and GitOps. */
  Runbook<Facts> adoption() {
    List<Step<Facts>> steps =
        List.of(
            new SaveSecrets(cluster, destroyer, RUN),
            new ProveDeletable(cluster, RUN, SwapShop.HELD),
            new DeleteCluster(cluster, destroyer, RUN, SwapShop.HELD),
            new RestoreSecrets(cluster, RUN),
            new AdoptedClaims(cluster, RUN),
            new PointVolumes(cluster, RUN),
            new SwapVolumes(cluster, destroyer, RUN, SwapShop.HELD),
            new CreateCluster(cluster, RUN),
            new FreeCluster(cluster, destroyer, RUN),
            new AwaitAdoption(cluster, RUN),
            new VerifyCluster(cluster, RUN),
            new SettleCluster(cluster, RUN),
            new ForgetSecrets(cluster, destroyer, RUN));
    return new Runbook<>(steps, "", "DeleteCluster", "SwapVolumes");
  }

  /** The same shop without a copy: to be recovered under its own name, to a moment. */
  Facts withoutCopy(Instant target) {
    var volumes = facts.volumes().stream().map(volume -> volume.withCopy(null)).toList();
    var system = facts.postgres().knownPoint().systemId();
    return facts
        .withStrategy(Strategy.InPlace)
        .withVolumes(volumes)
        .withPostgres(
            facts
                .postgres()
                .withCopy(null)
                .withLineage("db-v3")
                .withPoint(point(system, RecoveryTarget.Type.Time, target.toString())));
  }

  Runbook<Facts> inPlace() {
    List<Step<Facts>> steps =
        List.of(
            new SaveSecrets(cluster, destroyer, RUN),
            new ProveDeletable(cluster, RUN, SwapShop.HELD),
            new DeleteCluster(cluster, destroyer, RUN, SwapShop.HELD),
            new RestoreSecrets(cluster, RUN),
            new CreateRecovered(cluster, destroyer, RUN),
            new AwaitRecovered(cluster, RUN),
            new TakeBaseBackup(cluster, RUN),
            new VerifyCluster(cluster, RUN),
            new GiveBackBootstrap(cluster, RUN),
            new SettleCluster(cluster, RUN),
            new ForgetSecrets(cluster, destroyer, RUN));
    return new Runbook<>(steps, "", "DeleteCluster", "");
  }

  Journey journey() {
    return new Journey(cluster, adoption(), facts);
  }

  List<String> rows() {
    return cnpg.rows(cluster.world(), DB);
  }

  /** Name -> data, of all Secrets but ours. */
  Map<String, String> secrets() {
    var found = new java.util.TreeMap<String, String>();
    for (var secret : cluster.list(Kinds.SECRET, "shop"))
      if (secret.label(Marks.RUN).isEmpty())
        found.put(secret.name(), secret.at("/data").toString());
    return found;
  }

  Seen volumeOf(String claim) {
    var name = cluster.get(Kinds.PVC.ref("shop", claim)).orElseThrow().text("/spec/volumeName");
    return cluster.get(Kinds.PV.ref(name)).orElseThrow();
  }

  private void insert(String row) {
    cluster.advance(Duration.ofSeconds(1));
    cnpg.insert(cluster.world(), DB, row, cluster.now());
  }

  private void backup(String name, String of) {
    cluster.put(LostShopManifests.backup(name, of));
    cluster.settle();
  }

  private VolumeFacts volume(String claim, String copy) {
    var seen = cluster.get(Kinds.PVC.ref("shop", claim)).orElseThrow();
    var old = retain(claim, Marks.ROLE_OLD);
    var proven = retain(copy, Marks.ROLE_NEW);
    return new VolumeFacts(claim, seen.uid(), manifest(seen), pv(old), null, pv(proven));
  }

  private static VolumeFacts.Pv pv(Seen volume) {
    return new VolumeFacts.Pv(
        volume.name(),
        volume.uid(),
        "Delete",
        volume.text("/spec/claimRef/uid"),
        null,
        volume.text("/spec/storageClassName"),
        1);
  }

  private static ObjectNode manifest(Seen claim) {
    var manifest = Json.object().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
    var metadata =
        manifest.putObject("metadata").put("name", claim.name()).put("namespace", "shop");
    metadata.set("labels", claim.at("/metadata/labels").deepCopy());
    var annotations = metadata.putObject("annotations");
    claim.annotations().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("cnpg.io/"))
        .forEach(entry -> annotations.put(entry.getKey(), entry.getValue()));
    metadata.set("ownerReferences", claim.at("/metadata/ownerReferences").deepCopy());
    var spec = (ObjectNode) claim.at("/spec").deepCopy();
    spec.remove("volumeName");
    manifest.set("spec", spec);
    return manifest;
  }

  /** As RetainVolumes and RetainCopies leave it. */
  private Seen retain(String claim, String role) {
    var volume = volumeOf(claim);
    cluster
        .world()
        .save(
            Before.hold(volume, RUN, Json.object())
                .set("/spec/persistentVolumeReclaimPolicy", "Retain")
                .annotate(Marks.POLICY_BEFORE, "Delete")
                .annotate(Marks.BEFORE, null)
                .annotate("pv.kubernetes.io/bound-by-controller", null)
                .label(Marks.RUN, RUN.uid())
                .label(Marks.ROLE, role));
    return cluster.get(volume.ref()).orElseThrow();
  }
}
