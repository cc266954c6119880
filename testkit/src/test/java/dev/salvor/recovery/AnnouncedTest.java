package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Facts;
import dev.salvor.api.GaleraFacts;
import dev.salvor.api.HelperFacts;
import dev.salvor.api.NodeFacts;
import dev.salvor.api.Plan;
import dev.salvor.api.PostgresFacts.Diagnosis;
import dev.salvor.api.Ref;
import dev.salvor.api.StrandedClaim;
import dev.salvor.api.StrandedClaim.Verdict;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.api.Victim;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Step;
import dev.salvor.kube.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** S3: what a recovery will write is in its plan, step by step. */
class AnnouncedTest {
  /** Acts that write nothing but Salvor's own records, or take away what Salvor itself has made. */
  private static final Set<String> OWN =
      Set.of(
          "ExcludeFromBackup",
          "AcquireLock",
          "RecordRun",
          "ReleaseLock",
          "CleanDatabase",
          "ClearSqlChecks",
          "ClearControlData",
          "SaveSecrets",
          "ForgetSecrets",
          "ForgetCaptures",
          "SettleVolumes",
          // nothing is written: they wait, or prove
          "ProveDeletable");

  /** What the plan must say for an act to be announced; {@code |} is or. */
  private static final Map<String, String> ANNOUNCED =
      Map.ofEntries(
          Map.entry(
              "RestoreVolume",
              "Create ReplicationDestination salvor-uid-volu-1|Create Job salvor-uid-volu-1|Create Volume salvor-uid-volu-1"),
          Map.entry(
              "RemoveMover",
              "Create ReplicationDestination salvor-uid-volu-1|Create Job salvor-uid-volu-1|Create Volume salvor-uid-volu-1"),
          Map.entry("BindVolume", "Create PersistentVolume salvor-uid-volu-1"),
          Map.entry("KeepCaptures", "Create Secret salvor-uid-volu-captures"),
          Map.entry("WriteCaptures", "Change Secret creds"),
          Map.entry("GiveBackCaptures", "Change Secret creds"),
          Map.entry("SyncExternalSecrets", "Change ExternalSecret creds"),
          Map.entry("RestartWorkloads", "Restart Deployment client"),
          Map.entry("DetachCopy", "Create PersistentVolumeClaim salvor-uid-volu-1"),
          Map.entry("PauseBackups", "Pause ScheduledBackup nightly"),
          Map.entry("ResumeBackups", "Pause ScheduledBackup nightly"),
          Map.entry("PauseReplication", "Pause ReplicationSource web"),
          Map.entry("ResumeReplication", "Pause ReplicationSource web"),
          Map.entry("ScaleDownConsumers", "Scale Deployment web"),
          Map.entry("ResumeGitOps", "Hold Kustomization apps"),
          Map.entry("RecoverBeside", "Create Cluster db-r1"),
          Map.entry("RunSqlChecks", "Create Job db-r1"),
          Map.entry("AskControlData", "Create Job db"),
          Map.entry("PromoteCopy", "Create Cluster db-r1"),
          Map.entry("BackUpCopy", "Create Backup db-r1"),
          Map.entry("RetainCopies", "Create Cluster db-r1"),
          Map.entry("DeleteCopy", "Create Cluster db-r1"),
          Map.entry("LeaveCopy", "Create Cluster db-r1"),
          Map.entry("RetainVolumes", "Retain PersistentVolume pv-1"),
          Map.entry("TakeSafetyBackup", "Create Backup db"),
          Map.entry("TakeBaseBackup", "Create Backup db"),
          Map.entry("SuspendGitOps", "Hold Kustomization apps"),
          Map.entry("HandBackToGit", "Hold Kustomization apps"),
          Map.entry("GuardLineage", "Hold Cluster db|Create Cluster db"),
          Map.entry("UnguardLineage", "Hold Cluster db|Create Cluster db"),
          Map.entry("PauseScheduledBackups", "Pause ScheduledBackup nightly"),
          Map.entry("ResumeScheduledBackups", "Pause ScheduledBackup nightly"),
          Map.entry("StopConsumers", "Scale Deployment web"),
          Map.entry("ScaleUpConsumers", "Scale Deployment web"),
          Map.entry("Hibernate", "Hold Cluster db"),
          Map.entry("SwitchArchive", "Hold Cluster db"),
          Map.entry("SkipEmptyCheck", "Hold Cluster db"),
          Map.entry("EndSkipEmptyCheck", "Hold Cluster db"),
          Map.entry("Wake", "Hold Cluster db"),
          Map.entry("PointVolumes", "Exchange PersistentVolumeClaim db-1"),
          Map.entry("SwapVolumes", "Exchange PersistentVolumeClaim db-1"),
          Map.entry("DropClaims", "Delete PersistentVolumeClaim db-2"),
          Map.entry("DeleteCluster", "Delete Cluster db"),
          Map.entry("RestoreSecrets", "Create Cluster db"),
          Map.entry("CreateCluster", "Create Cluster db"),
          Map.entry("FreeCluster", "Create Cluster db"),
          Map.entry("CreateRecovered", "Create Cluster db"),
          Map.entry("GiveBackBootstrap", "Create Cluster db"),
          Map.entry("EvictInfrastructure", "Delete Pod velero-1"),
          Map.entry("RetainStranded", "Delete PersistentVolume pv-data"),
          Map.entry("DeleteStranded", "Delete PersistentVolumeClaim storage-db-0"),
          Map.entry("EvictDeadPods", "Delete Pod web-1"),
          Map.entry("StartRecoveries", "Create NamespaceRestore nodeloss-r1-uid-monday"),
          Map.entry("PromoteReplica", "Change Cluster main"),
          Map.entry("StartResets", "Create ArchiveReset nodeloss-r1-uid-main"),
          Map.entry("BootstrapGalera", "Hold MariaDB db"),
          Map.entry("ForgetVolumes", "Delete PersistentVolume pv-data"),
          Map.entry("DeleteNode", "Delete Node n1"),
          Map.entry("SettleCluster", "Create Cluster db"));

  @Test
  void thePlanOfADatabaseAnnouncesEveryAct() {
    Books.databases()
        .forEach((way, facts) -> {
          var recovery = DatabasePlanTest.recovery(Books.spec(way));
          var book =
              new PostgresRecoveryBook(Books.ROOMS)
                  .forward(recovery, facts, Books.NONE, Books.NOON);
          var plan =
              DatabasePlans.of(recovery, Journal.empty(facts), false, Books.NOON).orElseThrow();
          announced(way, book, plan);
        });
  }

  @Test
  void thePlanOfAResetAnnouncesEveryAct() {
    for (var diagnosis : List.of(Diagnosis.MarkerOnly, Diagnosis.Gap, Diagnosis.Diverged)) {
      var facts = Books.diagnosed(diagnosis);
      var book =
          new ArchiveResetBook(Books.ROOMS).forward(Books.reset(), facts, Books.NONE, Books.NOON);
      var plan =
          new ArchiveResetBook(Books.ROOMS)
              .plan(Books.reset(), Journal.empty(facts), false, Books.NOON)
              .orElseThrow();
      announced(diagnosis.name(), book, plan);
    }
  }

  @Test
  void thePlanOfALostNodeAnnouncesEveryAct() {
    var book = new NodeLossRecoveryBook(Books.ROOMS);
    var database = Kinds.MARIADB.ref("bank", "db");
    var rows =
        List.of(
            row("bank", "storage-db-0", Way.Galera, database, null),
            row("bank", "main-1", Way.Replica, Kinds.CLUSTER.ref("bank", "main"), "main-2"),
            row("shop", "data", Way.Velero, Kinds.REPLICA_SET.ref("shop", "web"), "monday"));
    var velero =
        new HelperFacts(
            "Velero",
            new Victim(Kinds.POD.ref("velero", "velero-1"), "p1"),
            Kinds.REPLICA_SET.ref("velero", "velero"));
    var node =
        new NodeFacts(
            "n1",
            "n1-uid",
            "gone",
            null,
            rows,
            List.of(),
            List.of(new GaleraFacts(database, "d1", List.of(), null)),
            List.of(velero),
            List.of(),
            List.of());
    var facts = Facts.none("i").withNode(node);
    announced(
        "node",
        book.forward(Books.node(), facts, Books.NONE, Books.NOON),
        book.plan(Books.node(), Journal.empty(facts), false, Books.NOON).orElseThrow());
  }

  @Test
  void thePlanOfAVolumeAnnouncesEveryAct() {
    for (var recovery :
        List.of(Books.volume("BeforeApproval"), Books.byJob(), Books.byLonghorn())) {
      var facts = Books.replicated();
      var books = new VolumeRecoveryBook(Books.ROOMS);
      var plan = books.plan(recovery, Journal.empty(facts), false, Books.NOON).orElseThrow();
      announced("volume", books.forward(recovery, facts, Books.NONE, Books.NOON), plan);
      var back = books.plan(recovery, Journal.empty(facts), true, Books.NOON).orElseThrow();
      var undo = books.undo(recovery, facts, Books.NONE, false);
      announced("volume back", undo, back);
    }
  }

  private static StrandedClaim row(
      String namespace, String claim, Way way, Ref owner, @Nullable String source) {
    var pod = new Victim(Kinds.POD.ref(namespace, "web-1"), "pod of " + claim);
    return new StrandedClaim(
        namespace,
        claim,
        claim + "-uid",
        "pv-" + claim,
        "pv-" + claim + "-uid",
        "Delete",
        "local",
        "1Gi",
        Verdict.Stranded,
        way,
        owner,
        List.of(pod),
        source,
        null,
        "");
  }

  private static void announced(String way, Runbook<Facts> book, Plan plan) {
    var lines = new ArrayList<String>();
    var targets = plan.targets();
    assertThat(targets).isNotNull();
    targets.forEach(
        one -> lines.add(one.action() + " " + one.ref().kind() + " " + one.ref().name()));
    for (var step : book.steps()) {
      if (!(step instanceof Step.Act<Facts>) || OWN.contains(step.name().replaceFirst("^Undo", "")))
        continue;
      var needed = ANNOUNCED.get(step.name().replaceFirst("^Undo", ""));
      assertThat(needed).as("what announces " + step.name() + "?").isNotNull();
      assertThat(needed.split("\\|")).as(way + " " + step.name()).anyMatch(lines::contains);
    }
  }
}
