package dev.salvor.recovery;

import dev.salvor.api.Facts;
import dev.salvor.engine.Runbook;
import dev.salvor.engine.Step;
import dev.salvor.gitops.SuspendGitOps;
import dev.salvor.kube.Surroundings;
import dev.salvor.postgres.AwaitFollower;
import dev.salvor.postgres.AwaitReplay;
import dev.salvor.postgres.DeleteCopy;
import dev.salvor.postgres.Hibernate;
import dev.salvor.postgres.NoteSleep;
import dev.salvor.postgres.PauseScheduledBackups;
import dev.salvor.postgres.PromoteCopy;
import dev.salvor.postgres.StillAsleep;
import dev.salvor.postgres.SwitchArchive;
import dev.salvor.postgres.TakeSafetyBackup;
import dev.salvor.postgres.VerifyPromotion;
import dev.salvor.postgres.Wake;
import dev.salvor.volumes.DropClaims;
import dev.salvor.volumes.PointVolumes;
import dev.salvor.volumes.RetainCopies;
import dev.salvor.volumes.RetainVolumes;
import dev.salvor.volumes.SwapVolumes;
import dev.salvor.workloads.AskControlData;
import dev.salvor.workloads.ClearControlData;
import dev.salvor.workloads.ReadControlData;
import dev.salvor.workloads.ScaleUpConsumers;
import dev.salvor.workloads.StopConsumers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest moment of a database that lives (DESIGN D5). The copy follows the archive while a
 * person reads the plan; in the outage the primary is shut down, so that nobody writes any more,
 * the copy replays what that put into the archive, is promoted, and proven to have all of it. From
 * there on it is the swap of every other recovery.
 */
final class DrainingSwap {
  private DrainingSwap() {}

  /**
   * @param copy the steps that make and prove the copy
   */
  static Runbook<Facts> of(
      List<Step<Facts>> copy,
      PostgresRecoverySteps at,
      Surroundings around,
      Facts facts,
      Instant now) {
    var steps = new ArrayList<>(copy);
    steps.add(new RetainCopies(at.cluster, at.destroyer, at.run));
    steps.addAll(at.reviews());
    steps.add(new PlanRecovery("PlanSwap", at.spec.notAfter(), "the copy follows and is proven"));
    steps.add(at.awaitSwap());
    steps.add(new RecordRun(at.cluster, around, at.run, at.intent));
    steps.add(new RetainVolumes(at.cluster, at.destroyer, at.run));
    steps.add(new TakeSafetyBackup(at.cluster, at.run, at.spec.safety()));
    steps.add(new AwaitFollower(at.cluster, at.run, at.walFiles()));
    steps.add(new SuspendGitOps(at.cluster, at.run));
    steps.add(at.guardLineage(false));
    steps.add(at.held().over(new PauseScheduledBackups(at.cluster, at.run)));
    steps.add(at.held().over(new StopConsumers(at.cluster, at.destroyer, at.run)));
    steps.add(new Hibernate(at.cluster, at.run, at.held(), Hibernate.AT_ONCE));
    steps.addAll(drained(at));
    steps.add(new DeleteCopy(at.cluster, at.destroyer, at.run));
    var asleep = at.held().and(new StillAsleep(at.cluster));
    steps.add(asleep.over(new SwitchArchive(at.cluster, at.run, SwitchArchive.Direction.FORWARD)));
    steps.add(asleep.over(new PointVolumes(at.cluster, at.run)));
    steps.add(new SwapVolumes(at.cluster, at.destroyer, at.run, asleep));
    steps.add(new DropClaims(at.cluster, at.destroyer, at.run, at.held()));
    steps.add(new Wake(at.cluster, at.run));
    steps.add(new ScaleUpConsumers(at.cluster, at.run));
    steps.add(at.verifyWorkloads("VerifyWorkloads"));
    steps.addAll(at.finish(facts));
    return new Runbook<>(steps, keep(at, facts, now), "SwapVolumes", "DropClaims");
  }

  /** From the end of the primary's WAL to the proof that the copy has it. */
  private static List<Step<Facts>> drained(PostgresRecoverySteps at) {
    var asleep = new StillAsleep(at.cluster);
    return List.of(
        new NoteSleep(at.cluster, at.run),
        at.held().over(new AskControlData(at.cluster, at.destroyer, at.run)),
        new ReadControlData(at.cluster, at.run),
        new ClearControlData(at.cluster, at.destroyer, at.run),
        new AwaitReplay(at.cluster, at.run, at.walFiles(), asleep),
        at.held().and(asleep).over(new PromoteCopy(at.cluster, at.run)),
        new VerifyPromotion(at.cluster, at.run, at.walFiles(), asleep));
  }

  /**
   * A copy that follows serves the next try as well; one that was promoted does not, because the
   * primary that is woken goes on without it.
   */
  private static String keep(PostgresRecoverySteps at, Facts facts, Instant now) {
    var expired = PostgresRecoverySteps.expires(facts, at.spec);
    var late = expired != null && now.isAfter(expired);
    return late || facts.postgres().knownFollow().drained() ? "" : "RetainCopies";
  }
}
