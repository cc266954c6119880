package dev.salvor.recovery;

import static dev.salvor.engine.Again.named;

import dev.salvor.api.Facts;
import dev.salvor.api.GitOpsOptions;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.PostgresRecovery;
import dev.salvor.api.PostgresRecoverySpec;
import dev.salvor.archive.ChooseLineage;
import dev.salvor.archive.InspectArchive;
import dev.salvor.archive.NewestWal;
import dev.salvor.archive.SelectRecoveryPoint;
import dev.salvor.archive.WalLookup;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Step;
import dev.salvor.engine.Step.Act;
import dev.salvor.engine.Step.Look;
import dev.salvor.gitops.DiscoverOwners;
import dev.salvor.gitops.GitOpsHeld;
import dev.salvor.gitops.GuardLineage;
import dev.salvor.gitops.HandBackToGit;
import dev.salvor.gitops.HandBackToGit.Present;
import dev.salvor.gitops.SuspendGitOps;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Fenced;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import dev.salvor.postgres.AwaitAdoption;
import dev.salvor.postgres.CleanDatabase;
import dev.salvor.postgres.ForgetSecrets;
import dev.salvor.postgres.GitPatch;
import dev.salvor.postgres.InspectCluster;
import dev.salvor.postgres.PauseScheduledBackups;
import dev.salvor.postgres.ResumeScheduledBackups;
import dev.salvor.postgres.ReviewRecovery;
import dev.salvor.postgres.SaveSecrets;
import dev.salvor.postgres.SettleCluster;
import dev.salvor.postgres.TakeBaseBackup;
import dev.salvor.postgres.TakeSafetyBackup;
import dev.salvor.postgres.VerifyCluster;
import dev.salvor.postgres.WalFiles;
import dev.salvor.volumes.ReadGroup;
import dev.salvor.volumes.ReadNamespace;
import dev.salvor.volumes.RetainVolumes;
import dev.salvor.volumes.SettleVolumes;
import dev.salvor.workloads.FindDatabaseConsumers;
import dev.salvor.workloads.ScaleUpConsumers;
import dev.salvor.workloads.StopConsumers;
import dev.salvor.workloads.VerifyWorkloads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the runbooks of one PostgresRecovery are made of. */
final class PostgresRecoverySteps {
  private static final Duration KEEP_FOR = Duration.ofHours(24);

  private final Rooms rooms;
  final ClusterWriter cluster;
  private final Surroundings around;
  final PostgresRecoverySpec spec;
  private final Commands commands;
  final Run run;
  final Destroyer destroyer;
  final String namespace;
  final String intent;
  private final boolean overreaches;

  PostgresRecoverySteps(Rooms rooms, PostgresRecovery recovery, Commands commands) {
    this.rooms = rooms;
    this.cluster =
        new Fenced(rooms.cluster(), recovery.ref(), recovery.getMetadata().getResourceVersion());
    this.around = rooms.around();
    this.spec = recovery.getSpec();
    this.commands = commands;
    this.run = new Run(recovery.ref(), recovery.getMetadata().getUid());
    this.destroyer = new Destroyer(cluster, rooms.events(), run);
    this.namespace = Targets.of(recovery, around);
    this.intent = Intent.of(spec);
    this.overreaches = Targets.overreaches(recovery, around);
  }

  /** All of them before any act. */
  List<Step<Facts>> looks() {
    return List.of(
        new CheckTarget(
            overreaches,
            run.ref().namespace() == null ? "" : run.ref().namespace(),
            namespace,
            around),
        new ExcludeFromBackup(cluster, run),
        new CheckReplay(cluster, around, run, intent),
        new ReadNamespace(cluster, around, run, namespace),
        inspectCluster(),
        readGroup(),
        findConsumers(),
        discoverOwners(),
        new InspectArchive(cluster, run, rooms.archives()),
        new SelectRecoveryPoint(
            cluster, run, rooms.archives(), spec.goal(), spec.source(), spec.unprovenAllowed()),
        new ChooseLineage(cluster, run, rooms.archives(), spec.lineage()),
        new ReviewRecovery(cluster, run, spec),
        new CheckPermissions(cluster, DatabasePermissions.of(namespace, around), this::rehearsed),
        new PlanRecovery("PlanRecovery", spec.notAfter(), "the plan is complete"));
  }

  /** The same looks again, after the copy was made. */
  List<Step<Facts>> reviews() {
    return List.of(
        named("ReviewCluster", inspectCluster()),
        named("ReviewGroup", readGroup()),
        named("ReviewConsumers", findConsumers()),
        named("ReviewOwners", discoverOwners()));
  }

  /** Single files of the archive. */
  WalFiles walFiles() {
    return new WalFilesOfBucket(new WalLookup(cluster, rooms.archives()));
  }

  Look<Facts> inspectCluster() {
    return named(
        "InspectCluster",
        new InspectCluster(cluster, run, namespace, spec.cluster(), spec.template()));
  }

  Look<Facts> readGroup() {
    return new ReadGroup(cluster, around, run);
  }

  Look<Facts> findConsumers() {
    return new FindDatabaseConsumers(cluster, run, spec.consumers());
  }

  Look<Facts> discoverOwners() {
    return new DiscoverOwners(cluster, run);
  }

  Guard<Facts> held() {
    return new GitOpsHeld(cluster, run);
  }

  Look<Facts> awaitPlan(String name) {
    return new AwaitApproval(
        name,
        facts -> DatabasePlans.hash(run, facts),
        spec.automatic(),
        commands,
        rooms.interlock(),
        List.of(inspectCluster(), readGroup(), findConsumers(), discoverOwners()),
        "InspectCluster",
        _ -> spec.notAfter(),
        command());
  }

  Look<Facts> awaitSwap() {
    return new AwaitApproval(
        "AwaitApproval",
        facts -> DatabasePlans.swapHash(run, facts),
        spec.automatic() || spec.preparesAfterApproval(),
        commands,
        rooms.interlock(),
        List.of(inspectCluster(), readGroup(), findConsumers(), discoverOwners()),
        "ReviewCluster",
        facts -> limit(facts, spec),
        command());
  }

  Look<Facts> awaitUndo(boolean aborted) {
    return new AwaitApproval(
        "AwaitUndoApproval",
        facts -> DatabasePlans.hash(run, facts),
        spec.automatic() || aborted,
        commands,
        rooms.interlock(),
        List.of(),
        "BeginUndo",
        _ -> null,
        command());
  }

  Look<Facts> verifyWorkloads(String name) {
    return named(
        name, new VerifyWorkloads(cluster, rooms.probe(), spec.verification(), Scope.Volumes));
  }

  Act<Facts> guardLineage(boolean back) {
    return new GuardLineage(
        cluster,
        back ? "UndoGuardLineage" : "GuardLineage",
        facts ->
            facts.owners().isEmpty()
                ? Optional.empty()
                : Optional.of(
                    back
                        ? facts.postgres().knownDatabase().knownArchive().serverName()
                        : facts.postgres().knownLineage()));
  }

  /** Everything that has to stand still before a Cluster makes way, and what must outlive it. */
  List<Step<Facts>> standStill() {
    return List.of(
        new RetainVolumes(cluster, destroyer, run),
        new SaveSecrets(cluster, destroyer, run),
        new SuspendGitOps(cluster, run),
        held().over(new PauseScheduledBackups(cluster, run)),
        held().over(new StopConsumers(cluster, destroyer, run)),
        // after the last writer: what it archives is all there is
        held().over(new TakeSafetyBackup(cluster, run, spec.safety())));
  }

  /** From a Cluster that was made anew to the end. */
  List<Step<Facts>> comeBack(Facts facts) {
    var steps = new ArrayList<Step<Facts>>();
    steps.add(new AwaitAdoption(cluster, run));
    steps.add(guardLineage(false));
    steps.add(new ScaleUpConsumers(cluster, run));
    steps.add(verifyWorkloads("VerifyWorkloads"));
    steps.add(new TakeBaseBackup(cluster, run));
    steps.addAll(finish(facts));
    steps.add(steps.size() - 1, new SettleCluster(cluster, run));
    steps.add(steps.size() - 1, new ForgetSecrets(cluster, destroyer, run));
    return steps;
  }

  /** From the proof that production is whole to the end. */
  List<Step<Facts>> finish(Facts facts) {
    return List.of(
        new VerifyCluster(cluster, run, new NewestWal(cluster, rooms.archives())::of),
        new ResumeScheduledBackups(cluster, run),
        handBack(GitPatch.of(facts), Present.OUTDATED),
        new GuardLineage(cluster, "UnguardLineage", _ -> Optional.empty()),
        new SettleVolumes(cluster, destroyer, run),
        new CleanDatabase(cluster, destroyer, run),
        new ReleaseLock(cluster, around, run, namespace));
  }

  /** The end of the way back; after it no mark of this recovery is left but on kept volumes. */
  List<Step<Facts>> undone() {
    return List.of(
        new GuardLineage(cluster, "UndoUnguardLineage", _ -> Optional.empty()),
        named("UndoSettleVolumes", new SettleVolumes(cluster, destroyer, run)),
        named("UndoSettleCluster", new SettleCluster(cluster, run)),
        named("UndoForgetSecrets", new ForgetSecrets(cluster, destroyer, run)),
        named("UndoReleaseLock", new ReleaseLock(cluster, around, run, namespace)));
  }

  Act<Facts> handBack(Optional<String> change, Present present) {
    return new HandBackToGit(cluster, run, manual(), change.orElse("no change"), present);
  }

  boolean manual() {
    var gitOps = spec.gitOps();
    return gitOps != null && gitOps.resume() == GitOpsOptions.Resume.Manual;
  }

  private List<Act<Facts>> rehearsed(ClusterWriter rehearsal) {
    var none = new Destroyer(rehearsal, (_, _, _, _, _, _, _) -> {}, run);
    return List.of(
        new AcquireLock(rehearsal, around, run, namespace),
        new RecordRun(rehearsal, around, run, intent),
        new RetainVolumes(rehearsal, none, run),
        new SuspendGitOps(rehearsal, run),
        new PauseScheduledBackups(rehearsal, run),
        new StopConsumers(rehearsal, none, run));
  }

  private static @Nullable Instant limit(Facts facts, PostgresRecoverySpec spec) {
    var copy = expires(facts, spec);
    var start = spec.notAfter();
    if (copy == null || start == null) return copy == null ? start : copy;
    return copy.isBefore(start) ? copy : start;
  }

  /** When a proven copy has waited long enough; null before it is proven. */
  static @Nullable Instant expires(Facts facts, PostgresRecoverySpec spec) {
    var proven = facts.times().provenAt();
    if (proven == null) return null;
    var prepare = spec.prepare();
    return proven.plus(Durations.parse(prepare == null ? null : prepare.keepFor(), KEEP_FOR));
  }

  private String command() {
    return "kubectl -n "
        + run.ref().namespace()
        + " patch postgresrecovery "
        + run.ref().name()
        + " --type merge -p '{\"spec\":{\"approvedPlan\":\"%s\"}}'";
  }
}
