package dev.salvor.recovery;

import static dev.salvor.engine.Again.named;

import dev.salvor.api.ArchiveReset;
import dev.salvor.api.ArchiveResetSpec;
import dev.salvor.api.Facts;
import dev.salvor.api.GitOpsOptions;
import dev.salvor.api.Plan;
import dev.salvor.api.PostgresFacts.Diagnosis;
import dev.salvor.archive.ChooseLineage;
import dev.salvor.archive.DiagnoseArchive;
import dev.salvor.archive.InspectArchive;
import dev.salvor.archive.VerifyArchive;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Step;
import dev.salvor.engine.Step.Act;
import dev.salvor.gitops.DiscoverOwners;
import dev.salvor.gitops.GitOpsHeld;
import dev.salvor.gitops.GuardLineage;
import dev.salvor.gitops.HandBackToGit;
import dev.salvor.gitops.SuspendGitOps;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Fenced;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import dev.salvor.postgres.CleanDatabase;
import dev.salvor.postgres.GitPatch;
import dev.salvor.postgres.InspectCluster;
import dev.salvor.postgres.PauseScheduledBackups;
import dev.salvor.postgres.ResumeScheduledBackups;
import dev.salvor.postgres.SkipEmptyCheck;
import dev.salvor.postgres.SwitchArchive;
import dev.salvor.postgres.TakeBaseBackup;
import dev.salvor.volumes.ReadNamespace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The runbooks of an ArchiveReset: a diagnosis, then only what it calls for (catalogue E9). */
public final class ArchiveResetBook implements Playbook<ArchiveReset> {
  private final Rooms rooms;
  private final ClusterWriter cluster;
  private final Surroundings around;

  public ArchiveResetBook(Rooms rooms) {
    this(rooms, rooms.cluster());
  }

  private ArchiveResetBook(Rooms rooms, ClusterWriter cluster) {
    this.rooms = rooms;
    this.cluster = cluster;
    this.around = rooms.around();
  }

  @Override
  public Runbook<Facts> forward(ArchiveReset reset, Facts facts, Commands commands, Instant now) {
    var fenced = new Fenced(rooms.cluster(), reset.ref(), reset.getMetadata().getResourceVersion());
    return new ArchiveResetBook(rooms, fenced).steps(reset, facts, commands);
  }

  private Runbook<Facts> steps(ArchiveReset reset, Facts facts, Commands commands) {
    var spec = reset.getSpec();
    var run = run(reset);
    var steps = new ArrayList<>(looks(reset, run, spec));
    var diagnosis = facts.postgres().diagnosis();
    if (spec.diagnoses() || diagnosis == Diagnosis.Sound) return book(steps);
    var namespace = Targets.of(reset, around);
    var intent = Intent.of(spec);
    steps.add(awaitApproval(reset, run, spec, commands));
    steps.add(new AcquireLock(cluster, around, run, namespace));
    steps.add(new RecordRun(cluster, around, run, intent));
    if (diagnosis == Diagnosis.Diverged) diverged(steps, run, spec, facts);
    else if (diagnosis == Diagnosis.MarkerOnly) markerOnly(steps, run);
    else steps.add(new TakeBaseBackup(cluster, run));
    steps.add(new VerifyArchive(cluster, run, rooms.archives()));
    if (diagnosis == Diagnosis.Diverged) handBack(steps, run, spec, facts);
    steps.add(new CleanDatabase(cluster, new Destroyer(cluster, rooms.events(), run), run));
    steps.add(new ReleaseLock(cluster, around, run, namespace));
    return book(steps);
  }

  /** The archive's history goes on; only the question for an empty archive was in the way. */
  private void markerOnly(List<Step<Facts>> steps, Run run) {
    steps.add(new SkipEmptyCheck(cluster, run));
    steps.add(new TakeBaseBackup(cluster, run));
    steps.add(new SkipEmptyCheck.End(cluster, run));
  }

  /** A new, proven empty lineage under the running cluster. */
  private void diverged(List<Step<Facts>> steps, Run run, ArchiveResetSpec spec, Facts facts) {
    Guard<Facts> held = new GitOpsHeld(cluster, run);
    steps.add(new SuspendGitOps(cluster, run));
    steps.add(new GuardLineage(cluster, "GuardLineage", ArchiveResetBook::guarded));
    steps.add(held.over(new PauseScheduledBackups(cluster, run)));
    steps.add(held.over(new SwitchArchive(cluster, run, SwitchArchive.Direction.LIVE)));
    steps.add(new TakeBaseBackup(cluster, run));
  }

  private static Optional<String> guarded(Facts facts) {
    return facts.owners().isEmpty()
        ? Optional.empty()
        : Optional.of(facts.postgres().knownLineage());
  }

  private void handBack(List<Step<Facts>> steps, Run run, ArchiveResetSpec spec, Facts facts) {
    var gitOps = spec.gitOps();
    var manual = gitOps != null && gitOps.resume() == GitOpsOptions.Resume.Manual;
    steps.add(new ResumeScheduledBackups(cluster, run));
    steps.add(
        new HandBackToGit(
            cluster,
            run,
            manual,
            gitPatch(facts, false).orElse("no change"),
            HandBackToGit.Present.OUTDATED));
    steps.add(new GuardLineage(cluster, "UnguardLineage", _ -> Optional.empty()));
  }

  private List<Step<Facts>> looks(ArchiveReset reset, Run run, ArchiveResetSpec spec) {
    var namespace = Targets.of(reset, around);
    var own = run.ref().namespace();
    return List.of(
        new CheckTarget(
            Targets.overreaches(reset, around), own == null ? "" : own, namespace, around),
        new ExcludeFromBackup(cluster, run),
        new CheckReplay(cluster, around, run, Intent.of(spec)),
        new ReadNamespace(cluster, around, run, namespace),
        named("InspectCluster", inspect(run, namespace, spec)),
        new DiscoverOwners(cluster, run),
        new InspectArchive(cluster, run, rooms.archives()),
        new DiagnoseArchive(cluster, run, rooms.archives(), spec.diagnoses()),
        new ChooseLineage(cluster, run, rooms.archives(), spec.lineage()),
        new CheckPermissions(
            cluster,
            DatabasePermissions.of(namespace, around),
            rehearsal -> rehearsed(rehearsal, run, namespace)),
        new PlanRecovery("PlanRecovery", spec.notAfter(), "the diagnosis is complete"));
  }

  private InspectCluster inspect(Run run, String namespace, ArchiveResetSpec spec) {
    return new InspectCluster(cluster, run, namespace, spec.cluster(), null);
  }

  private List<Act<Facts>> rehearsed(ClusterWriter rehearsal, Run run, String namespace) {
    return List.of(
        new AcquireLock(rehearsal, around, run, namespace),
        new SuspendGitOps(rehearsal, run),
        new PauseScheduledBackups(rehearsal, run));
  }

  private Step<Facts> awaitApproval(
      ArchiveReset reset, Run run, ArchiveResetSpec spec, Commands commands) {
    var namespace = Targets.of(reset, around);
    return new AwaitApproval(
        "AwaitApproval",
        facts -> ResetPlans.hash(run, facts),
        spec.automatic(),
        commands,
        rooms.interlock(),
        List.of(inspect(run, namespace, spec), new DiscoverOwners(cluster, run)),
        "InspectCluster",
        _ -> spec.notAfter(),
        "kubectl -n "
            + run.ref().namespace()
            + " patch archivereset "
            + run.ref().name()
            + " --type merge -p '{\"spec\":{\"approvedPlan\":\"%s\"}}'");
  }

  private static Runbook<Facts> book(List<Step<Facts>> steps) {
    return new Runbook<>(steps, "", "", "");
  }

  /** Nothing was exchanged, so there is nothing to exchange back. */
  @Override
  public Runbook<Facts> undo(ArchiveReset reset, Facts facts, Commands commands, boolean aborted) {
    return book(
        List.of(
            new NothingToUndo(
                "nothing was exchanged; the old archive is as it was",
                "To archive to another lineage, change serverName of the Cluster in Git")));
  }

  @Override
  public Runbook<Facts> release(ArchiveReset reset) {
    return book(List.of());
  }

  @Override
  public Optional<Plan> plan(
      ArchiveReset reset, Journal<Facts> journal, boolean undo, Instant now) {
    return ResetPlans.of(run(reset), journal);
  }

  @Override
  public Optional<String> gitPatch(Facts facts, boolean undo) {
    return facts.postgres().diagnosis() == Diagnosis.Diverged && facts.postgres().lineage() != null
        ? GitPatch.of(facts)
        : Optional.empty();
  }

  @Override
  public String succeeded(ArchiveReset reset, Facts facts) {
    return reset.getSpec().diagnoses() ? ResetPlans.diagnosis(facts) : ResetPlans.outcome(facts);
  }

  /** For ever: there are no volumes to release, and what it said is to stay readable. */
  @Override
  public Duration retainFor(ArchiveReset reset) {
    return Duration.ofDays(36_500);
  }

  @Override
  public Optional<String> whyNoUndo(Facts facts) {
    return Optional.of("nothing was exchanged; the old archive is as it was");
  }

  /** The archive may look otherwise now. */
  @Override
  public Journal<Facts> again(Journal<Facts> kept) {
    return kept.without(Set.of("InspectArchive", "DiagnoseArchive", "ChooseLineage"));
  }

  private static Run run(ArchiveReset reset) {
    return new Run(reset.ref(), reset.getMetadata().getUid());
  }
}
