package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.api.NodeLossRecovery;
import dev.salvor.api.Plan;
import dev.salvor.engine.Journal;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Step;
import dev.salvor.engine.Step.Act;
import dev.salvor.galera.AwaitGalera;
import dev.salvor.galera.AwaitMembers;
import dev.salvor.galera.BootstrapGalera;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Fenced;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import dev.salvor.nodeloss.AwaitFailover;
import dev.salvor.nodeloss.AwaitInfrastructure;
import dev.salvor.nodeloss.AwaitPromotion;
import dev.salvor.nodeloss.AwaitRecoveries;
import dev.salvor.nodeloss.AwaitReplicas;
import dev.salvor.nodeloss.CheckArchives;
import dev.salvor.nodeloss.ConfirmNodeLost;
import dev.salvor.nodeloss.DeleteNode;
import dev.salvor.nodeloss.DeleteStranded;
import dev.salvor.nodeloss.EvictDeadPods;
import dev.salvor.nodeloss.EvictInfrastructure;
import dev.salvor.nodeloss.FindStrandedVolumes;
import dev.salvor.nodeloss.ForgetVolumes;
import dev.salvor.nodeloss.NodeStillLost;
import dev.salvor.nodeloss.PromoteReplica;
import dev.salvor.nodeloss.RetainStranded;
import dev.salvor.nodeloss.StartRecoveries;
import dev.salvor.nodeloss.StartResets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The runbook of a NodeLossRecovery (catalogue E): claims before pods, so that no controller finds
 * an old claim; then what copies itself, and what is restored, side by side.
 */
public final class NodeLossRecoveryBook implements Playbook<NodeLossRecovery> {
  private final Rooms rooms;
  private final Surroundings around;

  public NodeLossRecoveryBook(Rooms rooms) {
    this.rooms = rooms;
    this.around = rooms.around();
  }

  @Override
  public Runbook<Facts> forward(
      NodeLossRecovery recovery, Facts facts, Commands commands, Instant now) {
    var spec = recovery.getSpec();
    var run = run(recovery);
    var cluster =
        new Fenced(rooms.cluster(), recovery.ref(), recovery.getMetadata().getResourceVersion());
    var destroyer = new Destroyer(cluster, rooms.events(), run);
    var lost = new NodeStillLost(cluster, spec, now);
    var lock = "node-" + spec.nodeName();
    var steps = new ArrayList<Step<Facts>>();
    steps.add(new ConfirmNodeLost(cluster, spec));
    steps.add(new ExcludeFromBackup(cluster, run));
    steps.add(new CheckReplay(cluster, around, run, Intent.of(spec)));
    steps.add(new FindStrandedVolumes(cluster, around, spec));
    steps.add(new CheckPermissions(cluster, needs(), rehearsal -> rehearsed(rehearsal, run, lock)));
    steps.add(new PlanRecovery("PlanRecovery", spec.notAfter(), "the map is complete"));
    steps.add(
        new AwaitApproval(
            "AwaitApproval",
            known -> NodePlans.hash(run, known),
            spec.automatic(),
            commands,
            rooms.interlock(),
            List.of(
                new ConfirmNodeLost(cluster, spec), new FindStrandedVolumes(cluster, around, spec)),
            "ConfirmNodeLost",
            _ -> spec.notAfter(),
            "kubectl patch nodelossrecovery "
                + run.ref().name()
                + " --type merge -p '{\"spec\":{\"approvedPlan\":\"%s\"}}'"));
    steps.add(new AcquireLock(cluster, around, run, lock, "node " + spec.nodeName()));
    steps.add(new RecordRun(cluster, around, run, Intent.of(spec)));
    steps.add(lost.over(new EvictInfrastructure(cluster, destroyer)));
    steps.add(new AwaitInfrastructure(cluster));
    steps.add(lost.over(new RetainStranded(cluster, destroyer, run)));
    steps.add(new AwaitFailover(cluster));
    steps.add(lost.over(new PromoteReplica(cluster)));
    steps.add(new AwaitPromotion(cluster));
    steps.add(lost.over(new DeleteStranded(cluster, destroyer)));
    steps.add(lost.over(new EvictDeadPods(cluster, destroyer)));
    steps.add(lost.over(new StartRecoveries(cluster, run, spec)));
    steps.add(new AwaitGalera(cluster));
    steps.add(new BootstrapGalera(cluster, run, lost));
    steps.add(new AwaitMembers(cluster));
    steps.add(new AwaitReplicas(cluster));
    steps.add(new CheckArchives(cluster));
    steps.add(new StartResets(cluster, run, spec));
    steps.add(new AwaitRecoveries(cluster, run, spec));
    steps.add(lost.over(new ForgetVolumes(cluster, destroyer)));
    if (Boolean.TRUE.equals(spec.deleteNodeObject()))
      steps.add(lost.over(new DeleteNode(cluster, destroyer)));
    steps.add(new ReleaseLock(cluster, around, run, lock));
    return new Runbook<>(steps, "", "DeleteStranded", "AwaitRecoveries");
  }

  private List<Act<Facts>> rehearsed(ClusterWriter rehearsal, Run run, String lock) {
    var none = new Destroyer(rehearsal, (_, _, _, _, _, _, _) -> {}, run);
    return List.of(
        new AcquireLock(rehearsal, around, run, lock, lock),
        new RetainStranded(rehearsal, none, run));
  }

  private List<CheckPermissions.Need> needs() {
    var needs = new ArrayList<CheckPermissions.Need>();
    for (var verb : List.of("get", "list", "patch", "delete")) {
      needs.add(new CheckPermissions.Need(verb, Kinds.PVC, ""));
      needs.add(new CheckPermissions.Need(verb, Kinds.PV, ""));
      needs.add(new CheckPermissions.Need(verb, Kinds.POD, ""));
    }
    needs.add(new CheckPermissions.Need("get", Kinds.NODE, ""));
    needs.add(new CheckPermissions.Need("list", Kinds.NODE, ""));
    needs.add(new CheckPermissions.Need("create", Kinds.NAMESPACE_RESTORE, ""));
    needs.add(new CheckPermissions.Need("create", Kinds.POSTGRES_RECOVERY, ""));
    needs.add(new CheckPermissions.Need("create", Kinds.ARCHIVE_RESET, ""));
    needs.add(new CheckPermissions.Need("patch", Kinds.MARIADB, ""));
    needs.add(new CheckPermissions.Need("create", Kinds.VOLUME_RECOVERY, ""));
    return needs;
  }

  /** What is gone with a node is gone. */
  @Override
  public Runbook<Facts> undo(
      NodeLossRecovery recovery, Facts facts, Commands commands, boolean aborted) {
    return new Runbook<>(
        List.of(
            new NothingToUndo(
                "what the node had is gone; there is nothing to go back to",
                "Each recovery that this one started has an undo of its own, if it has one")),
        "",
        "",
        "");
  }

  @Override
  public Runbook<Facts> release(NodeLossRecovery recovery) {
    return new Runbook<>(List.of(), "", "", "");
  }

  @Override
  public Optional<Plan> plan(
      NodeLossRecovery recovery, Journal<Facts> journal, boolean undo, Instant now) {
    return NodePlans.of(run(recovery), recovery.getSpec(), journal, now);
  }

  @Override
  public Optional<String> target(NodeLossRecovery recovery) {
    return Optional.of("node " + recovery.getSpec().nodeName());
  }

  @Override
  public String succeeded(NodeLossRecovery recovery, Facts facts) {
    var node = facts.node();
    if (node == null) return "";
    var left = node.claims().size() - node.condemned().size();
    return "everything that the node had alone is back: "
        + Words.count(node.condemned().size(), "claim")
        + (left == 0 ? "" : "; " + Words.count(left, "claim") + " only reported, see the plan");
  }

  /** For ever: there are no volumes to release, and what it said is to stay readable. */
  @Override
  public Duration retainFor(NodeLossRecovery recovery) {
    return Duration.ofDays(36_500);
  }

  @Override
  public Optional<String> whyNoUndo(Facts facts) {
    return Optional.of("what the node had is gone");
  }

  /** Other claims may be stranded, or have another way, now. */
  @Override
  public Journal<Facts> again(Journal<Facts> kept) {
    return kept.without(
        Set.of(
            "ConfirmNodeLost",
            "FindStrandedVolumes",
            "AwaitFailover",
            "PromoteReplica",
            "AwaitPromotion"));
  }

  private static Run run(NodeLossRecovery recovery) {
    return new Run(recovery.ref(), recovery.getMetadata().getUid());
  }
}
