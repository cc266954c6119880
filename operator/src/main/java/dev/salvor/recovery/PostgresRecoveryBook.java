package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.FollowFacts;
import dev.salvor.api.Plan;
import dev.salvor.api.PostgresRecovery;
import dev.salvor.api.RecoveryTarget;
import dev.salvor.api.Strategy;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Step;
import dev.salvor.gitops.SuspendGitOps;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Surroundings;
import dev.salvor.postgres.AdoptedClaims;
import dev.salvor.postgres.AwaitRecovered;
import dev.salvor.postgres.AwaitRecovery;
import dev.salvor.postgres.BackUpCopy;
import dev.salvor.postgres.CreateCluster;
import dev.salvor.postgres.CreateRecovered;
import dev.salvor.postgres.DeleteCluster;
import dev.salvor.postgres.DeleteCopy;
import dev.salvor.postgres.FreeCluster;
import dev.salvor.postgres.GitPatch;
import dev.salvor.postgres.GiveBackBootstrap;
import dev.salvor.postgres.Hibernate;
import dev.salvor.postgres.PauseScheduledBackups;
import dev.salvor.postgres.ProveDeletable;
import dev.salvor.postgres.RecoverBeside;
import dev.salvor.postgres.RestoreSecrets;
import dev.salvor.postgres.SwitchArchive;
import dev.salvor.postgres.TakeSafetyBackup;
import dev.salvor.postgres.VerifyCopy;
import dev.salvor.postgres.Wake;
import dev.salvor.volumes.DropClaims;
import dev.salvor.volumes.PointVolumes;
import dev.salvor.volumes.ReadCopies;
import dev.salvor.volumes.ReadRecovered;
import dev.salvor.volumes.ReleaseVolumes;
import dev.salvor.volumes.RetainCopies;
import dev.salvor.volumes.RetainVolumes;
import dev.salvor.volumes.SwapVolumes;
import dev.salvor.volumes.UndoWindow;
import dev.salvor.workloads.ClearSqlChecks;
import dev.salvor.workloads.JudgeSqlChecks;
import dev.salvor.workloads.RunSqlChecks;
import dev.salvor.workloads.ScaleUpConsumers;
import dev.salvor.workloads.StopConsumers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The runbooks of a PostgresRecovery, each in the order in which it runs. */
public final class PostgresRecoveryBook implements Playbook<PostgresRecovery> {
  private static final Duration RETAIN_FOR = Duration.ofHours(72);

  private final Rooms rooms;
  private final ClusterWriter cluster;
  private final Surroundings around;

  public PostgresRecoveryBook(Rooms rooms) {
    this.rooms = rooms;
    this.cluster = rooms.cluster();
    this.around = rooms.around();
  }

  @Override
  public Runbook<Facts> forward(
      PostgresRecovery recovery, Facts facts, Commands commands, Instant now) {
    var at = new PostgresRecoverySteps(rooms, recovery, commands);
    var strategy = facts.strategy();
    if (strategy == null) strategy = at.spec.strategy();
    if (strategy == Strategy.Beside) return beside(at);
    if (strategy == Strategy.InPlace) return inPlace(at, facts);
    if (facts.postgres().follow() != null) return DrainingSwap.of(copy(at), at, around, facts, now);
    var database = facts.postgres().database();
    return database == null || database.canHibernate()
        ? swap(at, facts, now)
        : adopt(at, facts, now);
  }

  /** Recovers and proves; nothing of production is touched. */
  private List<Step<Facts>> copy(PostgresRecoverySteps at) {
    var steps = new ArrayList<>(at.looks());
    if (at.spec.preparesAfterApproval() || at.spec.strategy() == Strategy.Beside)
      steps.add(at.awaitPlan("AwaitPlanApproval"));
    steps.add(new AcquireLock(at.cluster, around, at.run, at.namespace));
    steps.add(new RecoverBeside(at.cluster, at.destroyer, at.run, at.spec));
    steps.add(new AwaitRecovery(at.cluster, at.run));
    steps.add(new ReadCopies(at.cluster, at.run));
    steps.add(new VerifyCopy(at.cluster, at.run));
    steps.add(new RunSqlChecks(at.cluster, at.destroyer, at.run, at.spec.allChecks()));
    steps.add(new JudgeSqlChecks(at.cluster, at.run, at.spec.allChecks()));
    steps.add(new ClearSqlChecks(at.cluster, at.destroyer, at.run, at.spec.allChecks()));
    steps.add(new BackUpCopy(at.cluster, at.run));
    return steps;
  }

  private Runbook<Facts> beside(PostgresRecoverySteps at) {
    var steps = copy(at);
    steps.add(new RecordRun(at.cluster, around, at.run, at.intent));
    steps.add(new dev.salvor.postgres.LeaveCopy(at.cluster, at.run));
    steps.add(new ReleaseLock(at.cluster, around, at.run, at.namespace));
    return new Runbook<>(steps, "", "", "");
  }

  /** Beside, prove, swap: the volumes are exchanged while the Cluster hibernates. */
  private Runbook<Facts> swap(PostgresRecoverySteps at, Facts facts, Instant now) {
    var steps = copy(at);
    // before the approval: nobody can write into a copy that is only volumes any more
    steps.add(new RetainCopies(at.cluster, at.destroyer, at.run));
    steps.add(new DeleteCopy(at.cluster, at.destroyer, at.run));
    steps.addAll(at.reviews());
    steps.add(new PlanRecovery("PlanSwap", at.spec.notAfter(), "the copy is recovered and proven"));
    steps.add(at.awaitSwap());
    steps.add(new RecordRun(at.cluster, around, at.run, at.intent));
    steps.add(new RetainVolumes(at.cluster, at.destroyer, at.run));
    steps.add(new TakeSafetyBackup(at.cluster, at.run, at.spec.safety()));
    steps.add(new SuspendGitOps(at.cluster, at.run));
    steps.add(at.guardLineage(false));
    steps.add(at.held().over(new PauseScheduledBackups(at.cluster, at.run)));
    steps.add(at.held().over(new StopConsumers(at.cluster, at.destroyer, at.run)));
    steps.add(new Hibernate(at.cluster, at.run, at.held(), Hibernate.AT_ONCE));
    steps.add(
        at.held().over(new SwitchArchive(at.cluster, at.run, SwitchArchive.Direction.FORWARD)));
    steps.add(at.held().over(new PointVolumes(at.cluster, at.run)));
    steps.add(new SwapVolumes(at.cluster, at.destroyer, at.run, at.held()));
    steps.add(new DropClaims(at.cluster, at.destroyer, at.run, at.held()));
    steps.add(new Wake(at.cluster, at.run));
    steps.add(new ScaleUpConsumers(at.cluster, at.run));
    steps.add(at.verifyWorkloads("VerifyWorkloads"));
    steps.addAll(at.finish(facts));
    var expired = PostgresRecoverySteps.expires(facts, at.spec);
    var keep = expired != null && now.isAfter(expired) ? "" : "DeleteCopy";
    return new Runbook<>(steps, keep, "SwapVolumes", "DropClaims");
  }

  /**
   * The same for a Cluster that is gone or cannot hibernate: it is deleted, and a new one of its
   * name adopts the recovered volumes (swap.md 1.3).
   */
  private Runbook<Facts> adopt(PostgresRecoverySteps at, Facts facts, Instant now) {
    var steps = copy(at);
    steps.add(new RetainCopies(at.cluster, at.destroyer, at.run));
    steps.add(new DeleteCopy(at.cluster, at.destroyer, at.run));
    steps.addAll(at.reviews());
    steps.add(new PlanRecovery("PlanSwap", at.spec.notAfter(), "the copy is recovered and proven"));
    steps.add(at.awaitSwap());
    steps.add(new RecordRun(at.cluster, around, at.run, at.intent));
    steps.addAll(at.standStill());
    steps.add(new ProveDeletable(at.cluster, at.run, at.held()));
    steps.add(new DeleteCluster(at.cluster, at.destroyer, at.run, at.held()));
    steps.add(new RestoreSecrets(at.cluster, at.run));
    steps.add(new AdoptedClaims(at.cluster, at.run));
    steps.add(new PointVolumes(at.cluster, at.run));
    steps.add(new SwapVolumes(at.cluster, at.destroyer, at.run, at.held()));
    steps.add(new CreateCluster(at.cluster, at.run));
    steps.add(new FreeCluster(at.cluster, at.destroyer, at.run));
    steps.addAll(at.comeBack(facts));
    var expired = PostgresRecoverySteps.expires(facts, at.spec);
    var keep = expired != null && now.isAfter(expired) ? "" : "DeleteCopy";
    return new Runbook<>(steps, keep, "DeleteCluster", "AwaitAdoption");
  }

  /**
   * The runbook's own order (catalogue C2, A2), where there is nothing to exchange or no room for a
   * second copy: the last WAL is archived, the Cluster makes way, a new one recovers.
   */
  private Runbook<Facts> inPlace(PostgresRecoverySteps at, Facts facts) {
    var steps = new ArrayList<>(at.looks());
    steps.add(at.awaitPlan("AwaitApproval"));
    steps.add(new AcquireLock(at.cluster, around, at.run, at.namespace));
    steps.add(new RecordRun(at.cluster, around, at.run, at.intent));
    steps.addAll(at.standStill());
    if (drains(facts)) steps.add(new Hibernate(at.cluster, at.run, at.held(), Hibernate.AT_ONCE));
    steps.add(new ProveDeletable(at.cluster, at.run, at.held()));
    steps.add(new DeleteCluster(at.cluster, at.destroyer, at.run, at.held()));
    steps.add(new RestoreSecrets(at.cluster, at.run));
    steps.add(new CreateRecovered(at.cluster, at.destroyer, at.run));
    steps.add(new AwaitRecovered(at.cluster, at.run));
    steps.add(new ReadRecovered(at.cluster));
    steps.add(new GiveBackBootstrap(at.cluster, at.run));
    steps.addAll(at.comeBack(facts));
    return new Runbook<>(steps, "", "DeleteCluster", "AwaitAdoption");
  }

  /**
   * The newest moment of a living Cluster: PostgreSQL archives what is left when it is shut down,
   * also what strangers wrote after the last backup. The pods of a Cluster that is deleted have
   * lost the right to (experiments 1 and 2).
   */
  private static boolean drains(Facts facts) {
    var point = facts.postgres().point();
    var database = facts.postgres().database();
    return point != null
        && point.type() == RecoveryTarget.Type.Latest
        && database != null
        && database.canHibernate();
  }

  /** The same exchange, the other way round. */
  @Override
  public Runbook<Facts> undo(
      PostgresRecovery recovery, Facts facts, Commands commands, boolean aborted) {
    var at = new PostgresRecoverySteps(rooms, recovery, commands);
    var change = gitPatch(facts, true);
    return DatabaseWayBack.of(at, around, change, recovery.getStatus(), aborted);
  }

  /** The Cluster was gone, or a volume of its primary. */
  @Override
  public boolean hasWayBack(Facts facts) {
    return !facts.volumes().isEmpty()
        && facts.volumes().stream().allMatch(volume -> volume.old() != null);
  }

  @Override
  public Runbook<Facts> release(PostgresRecovery recovery) {
    var at = new PostgresRecoverySteps(rooms, recovery, new Commands(List.of()));
    return new Runbook<>(List.of(new ReleaseVolumes(at.cluster, at.destroyer, at.run)), "", "", "");
  }

  @Override
  public Optional<Plan> plan(
      PostgresRecovery recovery, Journal<Facts> journal, boolean undo, Instant now) {
    return DatabasePlans.of(recovery, journal, undo, now);
  }

  @Override
  public Optional<String> gitPatch(Facts facts, boolean undo) {
    if (facts.postgres().lineage() == null) return Optional.empty();
    return undo ? GitPatch.back(facts) : GitPatch.of(facts);
  }

  @Override
  public Duration retainFor(PostgresRecovery recovery) {
    var undo = recovery.getSpec().undo();
    return undo == null ? RETAIN_FOR : Durations.parse(undo.retainFor(), RETAIN_FOR);
  }

  @Override
  public Optional<String> whyNoUndo(Facts facts) {
    if (facts.strategy() == Strategy.Beside)
      return Optional.of("production was never touched: delete the copy if nobody needs it");
    return UndoWindow.of(cluster, facts);
  }

  /** A new attempt recovers into a new copy and a lineage that is still empty. */
  @Override
  public Journal<Facts> again(Journal<Facts> kept) {
    if (kept.in("RecoverBeside", Journal.State.DONE)
        || kept.in("AwaitRecovered", Journal.State.DONE)) return kept;
    var facts = kept.facts();
    var volumes = facts.volumes().stream().map(volume -> volume.withCopy(null)).toList();
    var follow = facts.postgres().follow() == null ? null : FollowFacts.BEGUN;
    return kept.without(Set.of("InspectArchive", "SelectRecoveryPoint", "ChooseLineage"))
        .knowing(
            facts
                .withRestore(facts.restore().next())
                .withVolumes(volumes)
                .withPostgres(
                    facts.postgres().withLineage(null).withCopy(null).withFollow(follow)));
  }
}
