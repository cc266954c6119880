package dev.salvor.recovery;

import static dev.salvor.engine.Again.named;

import dev.salvor.api.Facts;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.NamespaceRestoreSpec;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.Plan;
import dev.salvor.api.Strategy;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Step;
import dev.salvor.gitops.ResumeGitOps;
import dev.salvor.gitops.SuspendGitOps;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import dev.salvor.velero.AwaitVolumeData;
import dev.salvor.velero.CancelRestore;
import dev.salvor.velero.CleanRestore;
import dev.salvor.velero.FindSchedules;
import dev.salvor.velero.PauseBackups;
import dev.salvor.velero.Restoring;
import dev.salvor.velero.ResumeBackups;
import dev.salvor.volumes.BeginUndo;
import dev.salvor.volumes.CreateShadow;
import dev.salvor.volumes.DeleteClaims;
import dev.salvor.volumes.DetachCopy;
import dev.salvor.volumes.PointVolumes;
import dev.salvor.volumes.ReleaseVolumes;
import dev.salvor.volumes.RemoveShadow;
import dev.salvor.volumes.RetainVolumes;
import dev.salvor.volumes.SettleVolumes;
import dev.salvor.volumes.SwapVolumes;
import dev.salvor.volumes.UndoWindow;
import dev.salvor.workloads.ClearChecks;
import dev.salvor.workloads.DeleteWorkloads;
import dev.salvor.workloads.ExpelHeldPods;
import dev.salvor.workloads.FindConsumers;
import dev.salvor.workloads.HttpProbe;
import dev.salvor.workloads.JudgeChecks;
import dev.salvor.workloads.RemoveHeldPods;
import dev.salvor.workloads.RunChecks;
import dev.salvor.workloads.ScaleDownConsumers;
import dev.salvor.workloads.ScaleUpConsumers;
import dev.salvor.workloads.VerifyWorkloads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The runbooks of a NamespaceRestore, each in the order in which it runs (docs/architecture.md).
 */
public final class NamespaceRestoreBook implements Playbook<NamespaceRestore> {
  private static final Duration KEEP_FOR = Duration.ofHours(24);
  private static final Duration RETAIN_FOR = Duration.ofHours(72);

  private final Rooms rooms;
  private final ClusterReader reader;
  private final Surroundings around;
  private final HttpProbe probe;

  public NamespaceRestoreBook(Rooms rooms) {
    this.rooms = rooms;
    this.reader = rooms.cluster();
    this.around = rooms.around();
    this.probe = rooms.probe();
  }

  @Override
  public Runbook<Facts> forward(
      NamespaceRestore restore, Facts facts, Commands commands, Instant now) {
    var at = new NamespaceRestoreSteps(rooms, restore, commands);
    if (at.spec.effectiveScope() == Scope.Namespace) return namespace(at);
    return facts.strategy() == Strategy.InPlace ? inPlace(at) : swap(at, facts, now);
  }

  /** Beside, prove, swap. Nothing of production is touched before {@code RetainVolumes}. */
  private Runbook<Facts> swap(NamespaceRestoreSteps at, Facts facts, Instant now) {
    var cluster = at.cluster;
    var steps = new ArrayList<>(at.looks());
    if (at.spec.preparesAfterApproval()) steps.add(at.awaitPlan("AwaitPlanApproval"));
    steps.add(new AcquireLock(cluster, around, at.run, at.namespace));
    steps.add(new CreateShadow(cluster, at.destroyer, around, at.run));
    steps.add(at.restore(Restoring.BESIDE));
    steps.add(new AwaitVolumeData(cluster, around, at.run, Restoring.BESIDE));
    steps.add(new RemoveHeldPods(cluster, at.destroyer, at.run));
    steps.add(new RunChecks(cluster, at.destroyer, at.run, at.spec.allChecks()));
    steps.add(new JudgeChecks(cluster, at.run, at.spec.allChecks(), at.spec.olderBackups()));
    steps.add(new ClearChecks(cluster, at.destroyer, at.run, at.spec.allChecks()));
    steps.add(new DetachCopy(cluster, at.destroyer, at.run));
    steps.add(new RemoveShadow(cluster, at.destroyer, at.run));
    steps.add(named("ReviewTarget", at.readTarget()));
    steps.add(named("ReviewConsumers", at.findConsumers()));
    steps.add(named("ReviewOwners", at.discoverOwners()));
    steps.add(new PlanRecovery("PlanSwap", at.spec.notAfter(), "the copy is complete and proven"));
    steps.add(at.awaitSwap());
    steps.add(new RecordRun(cluster, around, at.run, at.intent));
    steps.add(new RetainVolumes(cluster, at.destroyer, at.run));
    steps.add(new SuspendGitOps(cluster, at.run));
    steps.add(at.held().over(new PauseBackups(cluster, at.run)));
    steps.add(at.held().over(new ScaleDownConsumers(cluster, at.destroyer, at.run)));
    steps.add(at.held().over(new PointVolumes(cluster, at.run)));
    steps.add(new SwapVolumes(cluster, at.destroyer, at.run, at.held()));
    steps.add(new ScaleUpConsumers(cluster, at.run));
    steps.addAll(at.finish());
    var expired = expires(at.spec, facts);
    var keep = expired != null && now.isAfter(expired) ? "" : "RemoveShadow";
    return new Runbook<>(steps, keep, "SwapVolumes", "SwapVolumes");
  }

  /**
   * The runbook's own order (catalogue A1), for what a swap cannot do: stop, delete, restore,
   * start.
   */
  private Runbook<Facts> inPlace(NamespaceRestoreSteps at) {
    var cluster = at.cluster;
    var steps = new ArrayList<>(at.looks());
    steps.add(at.awaitPlan("AwaitApproval"));
    steps.add(new AcquireLock(cluster, around, at.run, at.namespace));
    steps.add(new RecordRun(cluster, around, at.run, at.intent));
    steps.add(new RetainVolumes(cluster, at.destroyer, at.run));
    steps.add(new SuspendGitOps(cluster, at.run));
    steps.add(at.held().over(new PauseBackups(cluster, at.run)));
    steps.add(at.held().over(new ScaleDownConsumers(cluster, at.destroyer, at.run)));
    steps.add(at.held().over(new DeleteClaims(cluster, at.destroyer, at.run)));
    steps.add(at.held().over(at.restore(Restoring.IN_PLACE)));
    steps.add(new AwaitVolumeData(cluster, around, at.run, Restoring.IN_PLACE));
    steps.add(new RemoveHeldPods(cluster, at.destroyer, at.run));
    steps.add(new ScaleUpConsumers(cluster, at.run));
    steps.addAll(at.finish());
    return new Runbook<>(steps, "", "DeleteClaims", "DeleteClaims");
  }

  /** Everything comes back: what exists of the workloads goes first, by UID. */
  private Runbook<Facts> namespace(NamespaceRestoreSteps at) {
    var cluster = at.cluster;
    var steps = new ArrayList<>(at.looks());
    steps.add(at.awaitPlan("AwaitApproval"));
    steps.add(new AcquireLock(cluster, around, at.run, at.namespace));
    steps.add(new RecordRun(cluster, around, at.run, at.intent));
    steps.add(new RetainVolumes(cluster, at.destroyer, at.run));
    steps.add(new SuspendGitOps(cluster, at.run));
    steps.add(at.held().over(new PauseBackups(cluster, at.run)));
    steps.add(at.held().over(new DeleteWorkloads(cluster, at.destroyer, at.run)));
    steps.add(at.held().over(new DeleteClaims(cluster, at.destroyer, at.run)));
    steps.add(at.held().over(at.restore(Restoring.NAMESPACE)));
    steps.add(new AwaitVolumeData(cluster, around, at.run, Restoring.NAMESPACE));
    steps.addAll(at.finish());
    return new Runbook<>(steps, "", "DeleteWorkloads", "DeleteClaims");
  }

  /** The same exchange, the other way round. */
  @Override
  public Runbook<Facts> undo(
      NamespaceRestore restore, Facts facts, Commands commands, boolean aborted) {
    var at = new NamespaceRestoreSteps(rooms, restore, commands);
    // the manifest, unlike the volumes, keeps its place when BeginUndo exchanges the roles
    var nothingBefore =
        facts.volumes().stream()
            .allMatch(volume -> volume.old() == null && volume.manifest() == null);
    if (aborted && nothingBefore) return letGo(at);
    var cluster = at.cluster;
    var steps = new ArrayList<Step<Facts>>();
    steps.add(new CancelRestore(cluster, around, at.run));
    steps.add(new ExpelHeldPods(cluster, at.destroyer, at.run));
    steps.add(new BeginUndo(cluster, at.run));
    steps.add(named("UndoFindConsumers", new FindConsumers(cluster, at.run, Scope.Volumes)));
    steps.add(named("UndoDiscoverOwners", at.discoverOwners()));
    steps.add(named("UndoFindSchedules", new FindSchedules(cluster, around, at.run)));
    steps.add(new PlanRecovery("PlanUndo", null, "the old volumes are there"));
    steps.add(at.awaitUndo(aborted));
    steps.add(named("UndoAcquireLock", new AcquireLock(cluster, around, at.run, at.namespace)));
    steps.add(named("UndoRetainVolumes", new RetainVolumes(cluster, at.destroyer, at.run)));
    steps.add(named("UndoSuspendGitOps", new SuspendGitOps(cluster, at.run)));
    steps.add(named("UndoPauseBackups", at.held().over(new PauseBackups(cluster, at.run))));
    steps.add(
        named(
            "UndoScaleDownConsumers",
            at.held().over(new ScaleDownConsumers(cluster, at.destroyer, at.run))));
    steps.add(named("UndoPointVolumes", at.held().over(new PointVolumes(cluster, at.run))));
    steps.add(named("UndoSwapVolumes", new SwapVolumes(cluster, at.destroyer, at.run, at.held())));
    steps.add(named("UndoScaleUpConsumers", new ScaleUpConsumers(cluster, at.run)));
    steps.add(
        named(
            "UndoVerifyWorkloads",
            new VerifyWorkloads(cluster, probe, at.spec.verification(), Scope.Volumes)));
    steps.add(named("UndoResumeBackups", new ResumeBackups(cluster, at.run)));
    steps.add(named("UndoResumeGitOps", new ResumeGitOps(cluster, at.run, at.manual())));
    steps.add(named("UndoSettleVolumes", new SettleVolumes(cluster, at.destroyer, at.run)));
    steps.add(named("UndoCleanRestore", new CleanRestore(cluster, at.destroyer, around, at.run)));
    steps.add(named("UndoReleaseLock", new ReleaseLock(cluster, around, at.run, at.namespace)));
    return new Runbook<>(steps, "", "UndoSwapVolumes", "UndoSwapVolumes");
  }

  /** There is nothing to go back to: what the restore has brought stays, what was held is free. */
  private Runbook<Facts> letGo(NamespaceRestoreSteps at) {
    var cluster = at.cluster;
    return new Runbook<>(
        List.of(
            new CancelRestore(cluster, around, at.run),
            new ExpelHeldPods(cluster, at.destroyer, at.run),
            named("UndoResumeBackups", new ResumeBackups(cluster, at.run)),
            named("UndoResumeGitOps", new ResumeGitOps(cluster, at.run, at.manual())),
            named("UndoSettleVolumes", new SettleVolumes(cluster, at.destroyer, at.run)),
            named("UndoCleanRestore", new CleanRestore(cluster, at.destroyer, around, at.run)),
            named("UndoReleaseLock", new ReleaseLock(cluster, around, at.run, at.namespace))),
        "",
        "",
        "");
  }

  @Override
  public Runbook<Facts> release(NamespaceRestore restore) {
    var at = new NamespaceRestoreSteps(rooms, restore, new Commands(List.of()));
    return new Runbook<>(List.of(new ReleaseVolumes(at.cluster, at.destroyer, at.run)), "", "", "");
  }

  @Override
  public Optional<Plan> plan(
      NamespaceRestore restore, Journal<Facts> journal, boolean undo, Instant now) {
    var run = run(restore);
    var facts = journal.facts();
    if (facts.target() == null) return Optional.empty();
    if (undo) {
      var waits = running(journal, "AwaitUndoApproval");
      return Optional.of(Plans.undo(run, facts, waits ? Plans.hash(run, facts) : null));
    }
    var proven = journal.in("PlanSwap", Journal.State.DONE);
    var waitsForSwap = running(journal, "AwaitApproval") && facts.strategy() == Strategy.Swap;
    var waitsForPlan =
        running(journal, "AwaitPlanApproval") || running(journal, "AwaitApproval") && !waitsForSwap;
    var approve =
        waitsForSwap ? Plans.swapHash(run, facts) : waitsForPlan ? Plans.hash(run, facts) : null;
    var complete = journal.in("PlanRecovery", Journal.State.DONE);
    return Optional.of(
        Plans.forward(restore, run, around.velero(), facts, complete, proven, approve, now));
  }

  private static boolean running(Journal<Facts> journal, String step) {
    return journal.in(step, Journal.State.RUNNING);
  }

  @Override
  public Duration retainFor(NamespaceRestore restore) {
    var undo = restore.getSpec().undo();
    return undo == null ? RETAIN_FOR : Durations.parse(undo.retainFor(), RETAIN_FOR);
  }

  @Override
  public Optional<String> whyNoUndo(Facts facts) {
    return UndoWindow.of(reader, facts);
  }

  /** A new attempt has a new Restore and, beside, a new shadow namespace. */
  @Override
  public Journal<Facts> again(Journal<Facts> kept) {
    var restored =
        kept.in("RestoreBeside", Journal.State.DONE)
            || kept.in("AwaitVolumeData", Journal.State.DONE);
    if (restored) return kept;
    return kept.without(java.util.Set.of("RestoreBackup"))
        .knowing(kept.facts().withRestore(kept.facts().restore().next()));
  }

  static @Nullable Instant expires(NamespaceRestoreSpec spec, Facts facts) {
    var proven = facts.times().provenAt();
    if (proven == null) return null;
    var prepare = spec.prepare();
    return proven.plus(Durations.parse(prepare == null ? null : prepare.keepFor(), KEEP_FOR));
  }

  static Run run(NamespaceRestore restore) {
    return new Run(restore.ref(), restore.getMetadata().getUid());
  }
}
