package dev.salvor.recovery;

import static dev.salvor.engine.Again.named;

import dev.salvor.api.ClaimChoice;
import dev.salvor.api.Facts;
import dev.salvor.api.GitOpsOptions;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.VolumeRecovery;
import dev.salvor.api.VolumeRecoverySpec;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Step;
import dev.salvor.engine.Step.Act;
import dev.salvor.engine.Step.Look;
import dev.salvor.gitops.CheckGitDrift;
import dev.salvor.gitops.DiscoverOwners;
import dev.salvor.gitops.GitOpsHeld;
import dev.salvor.gitops.ResumeGitOps;
import dev.salvor.gitops.SuspendGitOps;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Fenced;
import dev.salvor.kube.Interlock;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import dev.salvor.movers.FindReplication.Direction;
import dev.salvor.movers.PauseReplication;
import dev.salvor.movers.ResumeReplication;
import dev.salvor.recovery.CheckPermissions.Need;
import dev.salvor.velero.FindSchedules;
import dev.salvor.velero.PauseBackups;
import dev.salvor.velero.ResumeBackups;
import dev.salvor.volumes.ReadTarget;
import dev.salvor.volumes.RetainVolumes;
import dev.salvor.volumes.SettleVolumes;
import dev.salvor.workloads.FindConsumers;
import dev.salvor.workloads.HttpProbe;
import dev.salvor.workloads.ScaleDownConsumers;
import dev.salvor.workloads.VerifyWorkloads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the runbooks of one VolumeRecovery are made of. */
final class VolumeRecoverySteps {
  private static final Duration KEEP_FOR = Duration.ofHours(24);

  /** For the acts of this tick and no other. */
  final ClusterWriter cluster;

  private final Surroundings around;
  private final HttpProbe probe;
  final VolumeRecoverySpec spec;
  private final Commands commands;
  private final Interlock interlock;
  final Run run;
  final Destroyer destroyer;
  final FollowUps follows;
  final VolumeOrigin origin;
  final String namespace;
  final String intent;
  private final boolean overreaches;

  VolumeRecoverySteps(Rooms rooms, VolumeRecovery recovery, Commands commands) {
    this.cluster =
        new Fenced(rooms.cluster(), recovery.ref(), recovery.getMetadata().getResourceVersion());
    this.around = rooms.around();
    this.probe = rooms.probe();
    this.spec = recovery.getSpec();
    this.commands = commands;
    this.interlock = rooms.interlock();
    this.run = run(recovery);
    this.destroyer = new Destroyer(cluster, rooms.events(), run);
    this.follows = new FollowUps(spec.source().job(), cluster, destroyer, run);
    this.namespace = Targets.of(recovery, around);
    this.intent = Intent.of(spec);
    this.origin =
        new VolumeOrigin(
            spec.source(),
            spec.persistentVolumeClaim(),
            cluster,
            destroyer,
            run,
            around.operator().equals(run.ref().namespace()));
    this.overreaches = Targets.overreaches(recovery, around);
  }

  static Run run(VolumeRecovery recovery) {
    return new Run(recovery.ref(), recovery.getMetadata().getUid());
  }

  List<Step<Facts>> looks() {
    var own = run.ref().namespace();
    return List.of(
        new CheckTarget(overreaches, own == null ? "" : own, namespace, around),
        new ExcludeFromBackup(cluster, run),
        new CheckReplay(cluster, around, run, intent),
        readTarget(),
        findSource(Direction.RESTORE),
        findConsumers(),
        discoverOwners(),
        new FindSchedules(cluster, around, run),
        new CheckPermissions(cluster, needs(), this::rehearsed),
        new PlanRecovery("PlanRecovery", spec.notAfter(), "the plan is complete"));
  }

  Look<Facts> readTarget() {
    return new ReadTarget(
        cluster,
        around,
        run,
        namespace,
        Scope.Volumes,
        new ClaimChoice(List.of(spec.persistentVolumeClaim()), null),
        null,
        Map.of(),
        spec.mixed(),
        ReadTarget.Placing.SAME_NAMESPACE);
  }

  Look<Facts> findSource(Direction direction) {
    return named("FindSource", origin.find(direction));
  }

  Look<Facts> findConsumers() {
    return new FindConsumers(cluster, run, Scope.Volumes, spec.mixed());
  }

  Look<Facts> discoverOwners() {
    return new DiscoverOwners(cluster, run);
  }

  Guard<Facts> held() {
    return new GitOpsHeld(cluster, run);
  }

  /** The plan before anything is copied. */
  Look<Facts> awaitPlan() {
    return new AwaitApproval(
        "AwaitPlanApproval",
        facts -> VolumePlans.hash(run, facts),
        spec.automatic(),
        commands,
        interlock,
        review(),
        "ReadTarget",
        _ -> spec.notAfter(),
        command());
  }

  Look<Facts> awaitSwap() {
    return new AwaitApproval(
        "AwaitApproval",
        facts -> VolumePlans.swapHash(run, facts),
        spec.automatic() || spec.preparesAfterApproval(),
        commands,
        interlock,
        review(),
        "ReviewTarget",
        this::limit,
        command());
  }

  Look<Facts> awaitUndo(boolean aborted) {
    return new AwaitApproval(
        "AwaitUndoApproval",
        facts -> VolumePlans.hash(run, facts),
        spec.automatic() || aborted,
        commands,
        interlock,
        List.of(),
        "BeginUndo",
        _ -> null,
        command());
  }

  private List<Look<Facts>> review() {
    return List.of(readTarget(), findSource(Direction.RESTORE), findConsumers(), discoverOwners());
  }

  List<Step<Facts>> finish() {
    return List.of(
        new VerifyWorkloads(cluster, probe, spec.verification(), Scope.Volumes),
        new ResumeReplication(cluster, run),
        new ResumeBackups(cluster, run),
        new CheckGitDrift(cluster, run),
        new ResumeGitOps(cluster, run, manual()),
        new SettleVolumes(cluster, destroyer, run),
        new ReleaseLock(cluster, around, run, namespace));
  }

  boolean manual() {
    var gitOps = spec.gitOps();
    return gitOps != null && gitOps.resume() == GitOpsOptions.Resume.Manual;
  }

  /** Acts whose writes can be tried as dry runs before anything was done. */
  private List<Act<Facts>> rehearsed(ClusterWriter rehearsal) {
    var none = new Destroyer(rehearsal, (_, _, _, _, _, _, _) -> {}, run);
    return List.of(
        new AcquireLock(rehearsal, around, run, namespace),
        origin.over(rehearsal, none).fill(),
        new RecordRun(rehearsal, around, run, intent),
        new RetainVolumes(rehearsal, none, run),
        new SuspendGitOps(rehearsal, run),
        new PauseBackups(rehearsal, run),
        new PauseReplication(rehearsal, run),
        new ScaleDownConsumers(rehearsal, none, run));
  }

  private List<Need> needs() {
    var needs = new ArrayList<Need>();
    Need.all(needs, Kinds.PVC, namespace, "get", "list", "create", "patch", "delete");
    Need.all(needs, Kinds.PV, "", "get", "list", "patch");
    Need.all(needs, Kinds.POD, namespace, "get", "list", "delete");
    needs.addAll(origin.needs(namespace));
    needs.addAll(follows.needs(namespace));
    return needs;
  }

  private @Nullable Instant limit(Facts facts) {
    var copy = expires(facts);
    var start = spec.notAfter();
    if (copy == null || start == null) return copy == null ? start : copy;
    return copy.isBefore(start) ? copy : start;
  }

  /** When a proven copy has waited long enough; null before it is proven. */
  @Nullable Instant expires(Facts facts) {
    var proven = facts.times().provenAt();
    if (proven == null) return null;
    var prepare = spec.prepare();
    return proven.plus(Durations.parse(prepare == null ? null : prepare.keepFor(), KEEP_FOR));
  }

  private String command() {
    return "kubectl -n "
        + run.ref().namespace()
        + " patch volumerecovery "
        + run.ref().name()
        + " --type merge -p '{\"spec\":{\"approvedPlan\":\"%s\"}}'";
  }
}
