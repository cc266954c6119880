package dev.salvor.recovery;

import static dev.salvor.engine.Again.named;

import dev.salvor.api.Facts;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.Plan;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeRecovery;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Step;
import dev.salvor.gitops.ResumeGitOps;
import dev.salvor.gitops.SuspendGitOps;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Surroundings;
import dev.salvor.movers.FindReplication.Direction;
import dev.salvor.movers.PauseReplication;
import dev.salvor.movers.RemoveMover;
import dev.salvor.movers.ResumeReplication;
import dev.salvor.velero.FindSchedules;
import dev.salvor.velero.PauseBackups;
import dev.salvor.velero.ResumeBackups;
import dev.salvor.volumes.BeginUndo;
import dev.salvor.volumes.DetachCopy;
import dev.salvor.volumes.PointVolumes;
import dev.salvor.volumes.ReadFilled;
import dev.salvor.volumes.ReleaseVolumes;
import dev.salvor.volumes.RetainVolumes;
import dev.salvor.volumes.SettleVolumes;
import dev.salvor.volumes.SwapVolumes;
import dev.salvor.volumes.UndoWindow;
import dev.salvor.workloads.ScaleDownConsumers;
import dev.salvor.workloads.ScaleUpConsumers;
import dev.salvor.workloads.VerifyWorkloads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The runbooks of a VolumeRecovery (catalogue E4), each in the order in which it runs. The copy is
 * always made beside and proven first, also where the volume from before is gone: then there is
 * only nothing to go back to.
 */
public final class VolumeRecoveryBook implements Playbook<VolumeRecovery> {
  private static final Duration RETAIN_FOR = Duration.ofHours(72);

  private final Rooms rooms;
  private final ClusterReader reader;
  private final Surroundings around;

  public VolumeRecoveryBook(Rooms rooms) {
    this.rooms = rooms;
    this.reader = rooms.cluster();
    this.around = rooms.around();
  }

  @Override
  public Runbook<Facts> forward(
      VolumeRecovery recovery, Facts facts, Commands commands, Instant now) {
    var at = new VolumeRecoverySteps(rooms, recovery, commands);
    var cluster = at.cluster;
    var steps = new ArrayList<>(at.looks());
    if (at.spec.preparesAfterApproval()) steps.add(at.awaitPlan());
    steps.add(new AcquireLock(cluster, around, at.run, at.namespace));
    steps.addAll(at.origin.beside());
    steps.addAll(at.follows.proven());
    steps.add(new ReadFilled(cluster, at.run));
    steps.add(new RemoveMover(cluster, at.destroyer, at.run));
    steps.add(new DetachCopy(cluster, at.destroyer, at.run));
    steps.add(named("ReviewTarget", at.readTarget()));
    steps.add(named("ReviewSource", at.findSource(Direction.RESTORE)));
    steps.add(named("ReviewConsumers", at.findConsumers()));
    steps.add(named("ReviewOwners", at.discoverOwners()));
    steps.add(new PlanRecovery("PlanSwap", at.spec.notAfter(), "the copy is restored and proven"));
    steps.add(at.awaitSwap());
    steps.add(new RecordRun(cluster, around, at.run, at.intent));
    steps.add(new RetainVolumes(cluster, at.destroyer, at.run));
    steps.add(new SuspendGitOps(cluster, at.run));
    steps.add(at.held().over(new PauseBackups(cluster, at.run)));
    steps.add(at.held().over(new PauseReplication(cluster, at.run)));
    steps.add(at.held().over(new ScaleDownConsumers(cluster, at.destroyer, at.run)));
    steps.add(at.held().over(new PointVolumes(cluster, at.run)));
    steps.add(new SwapVolumes(cluster, at.destroyer, at.run, at.held()));
    steps.addAll(at.follows.exchanged());
    steps.add(new ScaleUpConsumers(cluster, at.run));
    steps.addAll(at.follows.started());
    steps.addAll(at.finish());
    var expired = at.expires(facts);
    var keep = expired != null && now.isAfter(expired) ? "" : "DetachCopy";
    return new Runbook<>(steps, keep, "SwapVolumes", "SwapVolumes");
  }

  /** The same exchange, the other way round. */
  @Override
  public Runbook<Facts> undo(
      VolumeRecovery recovery, Facts facts, Commands commands, boolean aborted) {
    var at = new VolumeRecoverySteps(rooms, recovery, commands);
    var cluster = at.cluster;
    var held = at.held();
    var steps = new ArrayList<Step<Facts>>();
    steps.add(new BeginUndo(cluster, at.run));
    steps.add(named("UndoFindSource", at.findSource(Direction.BACK)));
    steps.add(named("UndoFindConsumers", at.findConsumers()));
    steps.add(named("UndoDiscoverOwners", at.discoverOwners()));
    steps.add(named("UndoFindSchedules", new FindSchedules(cluster, around, at.run)));
    steps.add(new PlanRecovery("PlanUndo", null, "the old volume is there"));
    steps.add(at.awaitUndo(aborted));
    steps.add(named("UndoAcquireLock", new AcquireLock(cluster, around, at.run, at.namespace)));
    steps.add(named("UndoRetainVolumes", new RetainVolumes(cluster, at.destroyer, at.run)));
    steps.add(named("UndoSuspendGitOps", new SuspendGitOps(cluster, at.run)));
    steps.add(named("UndoPauseBackups", held.over(new PauseBackups(cluster, at.run))));
    steps.add(named("UndoPauseReplication", held.over(new PauseReplication(cluster, at.run))));
    steps.add(
        named(
            "UndoScaleDownConsumers",
            held.over(new ScaleDownConsumers(cluster, at.destroyer, at.run))));
    steps.add(named("UndoPointVolumes", held.over(new PointVolumes(cluster, at.run))));
    steps.add(named("UndoSwapVolumes", new SwapVolumes(cluster, at.destroyer, at.run, held)));
    steps.addAll(at.follows.undone());
    steps.add(named("UndoScaleUpConsumers", new ScaleUpConsumers(cluster, at.run)));
    steps.addAll(at.follows.startedAgain());
    steps.add(
        named(
            "UndoVerifyWorkloads",
            new VerifyWorkloads(cluster, rooms.probe(), at.spec.verification(), Scope.Volumes)));
    steps.add(named("UndoResumeReplication", new ResumeReplication(cluster, at.run)));
    steps.add(named("UndoResumeBackups", new ResumeBackups(cluster, at.run)));
    steps.add(named("UndoResumeGitOps", new ResumeGitOps(cluster, at.run, at.manual())));
    steps.add(named("UndoSettleVolumes", new SettleVolumes(cluster, at.destroyer, at.run)));
    at.follows.over().forEach(act -> steps.add(named("UndoForgetCaptures", act)));
    steps.add(named("UndoReleaseLock", new ReleaseLock(cluster, around, at.run, at.namespace)));
    return new Runbook<>(steps, "", "UndoSwapVolumes", "UndoSwapVolumes");
  }

  /** Nothing of before is left where the node of the volume, or the volume itself, is gone. */
  @Override
  public boolean hasWayBack(Facts facts) {
    return facts.strategy() == Strategy.Swap;
  }

  @Override
  public Runbook<Facts> release(VolumeRecovery recovery) {
    var at = new VolumeRecoverySteps(rooms, recovery, new Commands(List.of()));
    var steps = new ArrayList<Step<Facts>>(at.follows.over());
    steps.add(new ReleaseVolumes(at.cluster, at.destroyer, at.run));
    return new Runbook<>(steps, "", "", "");
  }

  @Override
  public Optional<Plan> plan(
      VolumeRecovery recovery, Journal<Facts> journal, boolean undo, Instant now) {
    return VolumePlans.of(recovery, journal, undo, now);
  }

  @Override
  public Duration retainFor(VolumeRecovery recovery) {
    var undo = recovery.getSpec().undo();
    return undo == null ? RETAIN_FOR : Durations.parse(undo.retainFor(), RETAIN_FOR);
  }

  @Override
  public Optional<String> whyNoUndo(Facts facts) {
    return UndoWindow.of(reader, facts);
  }

  /** A new attempt fills a new claim. */
  @Override
  public Journal<Facts> again(Journal<Facts> kept) {
    if (kept.in("DetachCopy", Journal.State.DONE)) return kept;
    var facts = kept.facts();
    var source = facts.source();
    return kept.knowing(
        facts
            .withRestore(facts.restore().next())
            .withSource(source == null ? null : source.withSnapshot(null))
            .withVolumes(facts.volumes().stream().map(one -> one.withCopy(null)).toList()));
  }
}
