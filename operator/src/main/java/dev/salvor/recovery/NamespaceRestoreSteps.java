package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.GitOpsOptions;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.NamespaceRestoreSpec;
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
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import dev.salvor.velero.CleanRestore;
import dev.salvor.velero.DownloadContents;
import dev.salvor.velero.Downloads;
import dev.salvor.velero.FindSchedules;
import dev.salvor.velero.InspectBackup;
import dev.salvor.velero.PauseBackups;
import dev.salvor.velero.Preflight;
import dev.salvor.velero.RestoreBackup;
import dev.salvor.velero.Restoring;
import dev.salvor.velero.ResumeBackups;
import dev.salvor.velero.SelectBackup;
import dev.salvor.volumes.CreateShadow;
import dev.salvor.volumes.ReadTarget;
import dev.salvor.volumes.RetainVolumes;
import dev.salvor.volumes.SettleVolumes;
import dev.salvor.workloads.FindConsumers;
import dev.salvor.workloads.HttpProbe;
import dev.salvor.workloads.ReviewChecks;
import dev.salvor.workloads.ScaleDownConsumers;
import dev.salvor.workloads.VerifyWorkloads;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the runbooks of one NamespaceRestore are made of. */
final class NamespaceRestoreSteps {
  /** For the acts of this tick and no other. */
  final ClusterWriter cluster;

  private final Surroundings around;
  private final Downloads downloads;
  private final HttpProbe probe;
  final NamespaceRestoreSpec spec;
  private final Commands commands;
  private final Interlock interlock;
  final Run run;
  final Destroyer destroyer;
  final String namespace;
  final String intent;
  private final boolean overreaches;

  NamespaceRestoreSteps(Rooms rooms, NamespaceRestore restore, Commands commands) {
    this.cluster =
        new Fenced(rooms.cluster(), restore.ref(), restore.getMetadata().getResourceVersion());
    this.around = rooms.around();
    this.downloads = rooms.downloads();
    this.probe = rooms.probe();
    this.spec = restore.getSpec();
    this.commands = commands;
    this.interlock = rooms.interlock();
    this.run = NamespaceRestoreBook.run(restore);
    this.destroyer = new Destroyer(cluster, rooms.events(), run);
    this.namespace = Targets.of(restore, around);
    this.intent = Intent.of(spec);
    this.overreaches = Targets.overreaches(restore, around);
  }

  List<Step<Facts>> looks() {
    return List.of(
        new CheckTarget(
            overreaches,
            run.ref().namespace() == null ? "" : run.ref().namespace(),
            namespace,
            around),
        new ExcludeFromBackup(cluster, run),
        new CheckReplay(cluster, around, run, intent),
        readTarget(),
        findConsumers(),
        discoverOwners(),
        new SelectBackup(cluster, around, spec.backup(), namespace),
        new DownloadContents(cluster, around, run),
        new InspectBackup(
            cluster, downloads, around, run, spec.effectiveScope(), spec.mapping(), mixed()),
        new FindSchedules(cluster, around, run),
        new Preflight(cluster, around, run),
        new ReviewChecks(spec.allChecks()),
        new CheckPermissions(cluster, Permissions.of(spec, around, namespace), this::rehearsed),
        new PlanRecovery("PlanRecovery", spec.notAfter(), "the plan is complete"));
  }

  Look<Facts> readTarget() {
    return new ReadTarget(
        cluster,
        around,
        run,
        namespace,
        spec.effectiveScope(),
        spec.persistentVolumeClaims(),
        spec.strategy(),
        spec.mapping(),
        mixed());
  }

  Look<Facts> findConsumers() {
    return new FindConsumers(cluster, run, spec.effectiveScope(), mixed());
  }

  Look<Facts> discoverOwners() {
    return new DiscoverOwners(cluster, run);
  }

  Guard<Facts> held() {
    return new GitOpsHeld(cluster, run);
  }

  RestoreBackup restore(Restoring mode) {
    return new RestoreBackup(cluster, destroyer, around, run, mode, spec.mapping());
  }

  Look<Facts> awaitPlan(String name) {
    return new AwaitApproval(
        name,
        facts -> Plans.hash(run, facts),
        spec.automatic(),
        commands,
        interlock,
        List.of(readTarget(), findConsumers(), discoverOwners()),
        "ReadTarget",
        _ -> spec.notAfter(),
        command());
  }

  Look<Facts> awaitSwap() {
    var approvedBefore = spec.preparesAfterApproval();
    return new AwaitApproval(
        "AwaitApproval",
        facts -> Plans.swapHash(run, facts),
        spec.automatic() || approvedBefore,
        commands,
        interlock,
        List.of(readTarget(), findConsumers(), discoverOwners()),
        "ReviewTarget",
        this::limit,
        command());
  }

  Look<Facts> awaitUndo(boolean aborted) {
    return new AwaitApproval(
        "AwaitUndoApproval",
        facts -> Plans.hash(run, facts),
        spec.automatic() || aborted,
        commands,
        interlock,
        List.of(),
        "BeginUndo",
        _ -> null,
        command());
  }

  List<Step<Facts>> finish() {
    return List.of(
        new VerifyWorkloads(cluster, probe, spec.verification(), spec.effectiveScope()),
        new ResumeBackups(cluster, run),
        new CheckGitDrift(cluster, run),
        new ResumeGitOps(cluster, run, manual()),
        new SettleVolumes(cluster, destroyer, run),
        new CleanRestore(cluster, destroyer, around, run),
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
        new RecordRun(rehearsal, around, run, intent),
        new CreateShadow(rehearsal, none, around, run),
        new RetainVolumes(rehearsal, none, run),
        new SuspendGitOps(rehearsal, run),
        new PauseBackups(rehearsal, run),
        new ScaleDownConsumers(rehearsal, none, run));
  }

  private List<String> mixed() {
    var accepted = spec.acceptMixedTimes();
    return accepted == null ? List.of() : accepted;
  }

  private @Nullable Instant limit(Facts facts) {
    var copy = NamespaceRestoreBook.expires(spec, facts);
    var start = spec.notAfter();
    if (copy == null || start == null) return copy == null ? start : copy;
    return copy.isBefore(start) ? copy : start;
  }

  private String command() {
    return "kubectl -n "
        + run.ref().namespace()
        + " patch namespacerestore "
        + run.ref().name()
        + " --type merge -p '{\"spec\":{\"approvedPlan\":\"%s\"}}'";
  }
}
