package dev.salvor.recovery;

import dev.salvor.engine.Engine;
import dev.salvor.engine.Journal;
import dev.salvor.recovery.Standings.Chapter;
import java.util.Set;

/** One word for people. */
final class Phases {
  private static final Set<String> WAITING =
      Set.of("AwaitPlanApproval", "AwaitApproval", "AwaitUndoApproval");
  private static final Set<String> PREPARING =
      Set.of(
          "AcquireLock",
          "CreateShadow",
          "RestoreBeside",
          "RemoveHeldPods",
          "RunChecks",
          "JudgeChecks",
          "ClearChecks",
          "DetachCopy",
          "RemoveShadow",
          "ReviewTarget",
          "ReviewConsumers",
          "ReviewOwners",
          "PlanSwap",
          "RecoverBeside",
          "AwaitRecovery",
          "ReadCopies",
          "VerifyCopy",
          "RunSqlChecks",
          "JudgeSqlChecks",
          "ClearSqlChecks",
          "BackUpCopy",
          "RetainCopies",
          "DeleteCopy",
          "LeaveCopy",
          "ReviewCluster",
          "RestoreVolume",
          "BindVolume",
          "ReadFilled",
          "KeepCaptures",
          "RemoveMover",
          "ReviewSource",
          "ReviewGroup");
  private static final Set<String> EXCHANGING =
      Set.of(
          "RecordRun",
          "RetainVolumes",
          "SuspendGitOps",
          "PauseBackups",
          "PauseReplication",
          "ScaleDownConsumers",
          "PointVolumes",
          "SwapVolumes",
          "DeleteWorkloads",
          "DeleteClaims",
          "RestoreBackup",
          "WriteCaptures",
          "ScaleUpConsumers",
          "SyncExternalSecrets",
          "RestartWorkloads",
          "TakeSafetyBackup",
          "GuardLineage",
          "PauseScheduledBackups",
          "StopConsumers",
          "Hibernate",
          "AwaitFollower",
          "NoteSleep",
          "AskControlData",
          "ReadControlData",
          "ClearControlData",
          "AwaitReplay",
          "PromoteCopy",
          "VerifyPromotion",
          "SwitchArchive",
          "DropClaims",
          "Wake",
          "SaveSecrets",
          "ProveDeletable",
          "DeleteCluster",
          "RestoreSecrets",
          "AdoptedClaims",
          "CreateCluster",
          "FreeCluster",
          "AwaitAdoption",
          "CreateRecovered",
          "AwaitRecovered",
          "ReadRecovered",
          "GiveBackBootstrap",
          "SkipEmptyCheck",
          "EndSkipEmptyCheck",
          "TakeBaseBackup",
          "EvictInfrastructure",
          "AwaitInfrastructure",
          "RetainStranded",
          "AwaitFailover",
          "PromoteReplica",
          "AwaitPromotion",
          "DeleteStranded",
          "EvictDeadPods",
          "StartRecoveries",
          "AwaitGalera",
          "BootstrapGalera",
          "AwaitMembers",
          "AwaitReplicas",
          "CheckArchives",
          "StartResets",
          "AwaitRecoveries");
  private static final Set<String> FINISHING =
      Set.of(
          "ResumeBackups",
          "ResumeReplication",
          "CheckGitDrift",
          "ResumeGitOps",
          "SettleVolumes",
          "CleanRestore",
          "ReleaseLock",
          "ResumeScheduledBackups",
          "HandBackToGit",
          "UnguardLineage",
          "CleanDatabase",
          "SettleCluster",
          "ForgetSecrets",
          "ForgetVolumes",
          "DeleteNode");

  /** What makes a copy beside: who has one exchanges it. */
  private static final Set<String> BESIDE =
      Set.of("RestoreBeside", "RecoverBeside", "RestoreVolume");

  private Phases() {}

  static String of(Standings at) {
    if (at.chapter() == Chapter.RELEASE)
      return at.standing() == Engine.Standing.COMPLETE ? "Archived" : "Releasing";
    return switch (at.standing()) {
      case COMPLETE -> at.chapter() == Chapter.UNDO ? "Undone" : "Succeeded";
      case STOPPED -> "Failed";
      case TAKING_BACK -> at.abort() ? "Aborting" : "TakingBack";
      case TAKEN_BACK -> at.abort() ? "Aborted" : failed(at);
      case GOING -> at.chapter() == Chapter.UNDO ? undoing(at) : going(at);
    };
  }

  private static String failed(Standings at) {
    var reason = at.journal().failure().map(Journal.Entry::reason).orElse("");
    if (reason.equals("Expired")) return "Expired";
    return at.started("AcquireLock") ? "Failed" : "Refused";
  }

  private static String undoing(Standings at) {
    return WAITING.contains(at.current()) ? "AwaitingApproval" : "Undoing";
  }

  private static String going(Standings at) {
    if (at.journal().back() != null) return "TakingBack";
    var step = at.current();
    if (WAITING.contains(step)) return "AwaitingApproval";
    // a copy that followed is taken down while the database is
    if (step.equals("DeleteCopy") && at.started("PromoteCopy")) return "Swapping";
    if (PREPARING.contains(step)) return at.started("DeleteClaims") ? "Restoring" : "Preparing";
    if (step.equals("AwaitVolumeData"))
      return at.started("RestoreBackup") ? "Restoring" : "Preparing";
    if (EXCHANGING.contains(step))
      return BESIDE.stream().anyMatch(at::started) ? "Swapping" : "Restoring";
    if (Set.of("VerifyWorkloads", "VerifyCluster", "VerifyArchive").contains(step))
      return "Verifying";
    return FINISHING.contains(step) ? "Finishing" : "Planning";
  }
}
