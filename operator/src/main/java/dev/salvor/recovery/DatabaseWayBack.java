package dev.salvor.recovery;

import static dev.salvor.engine.Again.named;

import dev.salvor.api.Facts;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Step;
import dev.salvor.gitops.HandBackToGit.Present;
import dev.salvor.gitops.SuspendGitOps;
import dev.salvor.kube.Surroundings;
import dev.salvor.postgres.Hibernate;
import dev.salvor.postgres.PauseScheduledBackups;
import dev.salvor.postgres.ResumeScheduledBackups;
import dev.salvor.postgres.SwitchArchive;
import dev.salvor.postgres.UndoInspect;
import dev.salvor.postgres.Wake;
import dev.salvor.volumes.BeginUndo;
import dev.salvor.volumes.DropClaims;
import dev.salvor.volumes.PointVolumes;
import dev.salvor.volumes.ReadReplicas;
import dev.salvor.volumes.RetainVolumes;
import dev.salvor.volumes.SwapVolumes;
import dev.salvor.workloads.ScaleUpConsumers;
import dev.salvor.workloads.StopConsumers;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The way back of a PostgresRecovery: the same exchange, the other way round. */
final class DatabaseWayBack {
  private DatabaseWayBack() {}

  /**
   * @param change what Git needs; empty if nothing
   * @param before the status when this begins, of the way there
   */
  static Runbook<Facts> of(
      PostgresRecoverySteps at,
      Surroundings around,
      Optional<String> change,
      @Nullable RecoveryStatus before,
      boolean aborted) {
    var steps = new ArrayList<Step<Facts>>();
    steps.add(new UndoInspect(at.cluster, at.run));
    steps.add(new BeginUndo(at.cluster, at.run));
    steps.add(named("UndoFindConsumers", at.findConsumers()));
    steps.add(named("UndoDiscoverOwners", at.discoverOwners()));
    steps.add(new PlanRecovery("PlanUndo", null, "the old volumes are there"));
    steps.add(at.awaitUndo(aborted));
    steps.add(named("UndoAcquireLock", new AcquireLock(at.cluster, around, at.run, at.namespace)));
    steps.add(named("UndoRetainVolumes", new RetainVolumes(at.cluster, at.destroyer, at.run)));
    steps.add(named("UndoSuspendGitOps", new SuspendGitOps(at.cluster, at.run)));
    steps.add(at.guardLineage(true));
    steps.add(
        named(
            "UndoPauseScheduledBackups",
            at.held().over(new PauseScheduledBackups(at.cluster, at.run))));
    steps.add(
        named(
            "UndoStopConsumers",
            at.held().over(new StopConsumers(at.cluster, at.destroyer, at.run))));
    steps.add(
        named(
            "UndoHibernate", new Hibernate(at.cluster, at.run, at.held(), Hibernate.AFTER_JOINS)));
    // replicas that joined since the first look: from here on CloudNativePG makes no claim
    steps.add(named("UndoReviewCluster", new UndoInspect(at.cluster, at.run)));
    steps.add(named("UndoReviewGroup", new ReadReplicas(at.cluster, at.run)));
    steps.add(named("UndoRetainReplicas", new RetainVolumes(at.cluster, at.destroyer, at.run)));
    steps.add(
        named(
            "UndoSwitchArchive",
            at.held().over(new SwitchArchive(at.cluster, at.run, SwitchArchive.Direction.BACK))));
    steps.add(named("UndoPointVolumes", at.held().over(new PointVolumes(at.cluster, at.run))));
    steps.add(
        named("UndoSwapVolumes", new SwapVolumes(at.cluster, at.destroyer, at.run, at.held())));
    steps.add(named("UndoDropClaims", new DropClaims(at.cluster, at.destroyer, at.run, at.held())));
    steps.add(named("UndoWake", new Wake(at.cluster, at.run)));
    steps.add(named("UndoScaleUpConsumers", new ScaleUpConsumers(at.cluster, at.run)));
    steps.add(at.verifyWorkloads("UndoVerifyWorkloads"));
    steps.add(named("UndoResumeScheduledBackups", new ResumeScheduledBackups(at.cluster, at.run)));
    steps.add(named("UndoHandBackToGit", at.handBack(change, Present.after(before))));
    steps.addAll(at.undone());
    return new Runbook<>(steps, "", "UndoSwapVolumes", "UndoDropClaims");
  }
}
