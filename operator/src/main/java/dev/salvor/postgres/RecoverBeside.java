package dev.salvor.postgres;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.PostgresRecoverySpec;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Creates the Cluster beside, in one write, and writes nothing more to it: a foreign write between
 * its claim and its Job can cost it the Job for ever (cloudnative-pg #11039). Where that happened
 * all the same it is deleted and created again. Done when its recovery has begun.
 */
public record RecoverBeside(
    ClusterWriter cluster, Destroyer destroyer, Run run, PostgresRecoverySpec spec)
    implements Step.Act<Facts> {
  /** CloudNativePG makes the Job in the pass after the claim: seconds. */
  private static final Duration LOST = Duration.ofMinutes(2);

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(20);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var name = Names.copy(facts);
    var there = CnpgCluster.read(cluster, namespace, name);
    if (there.isEmpty()) return create(facts, namespace, name);
    var copy = there.get();
    if (!copy.seen().label(Marks.RUN).equals(run.uid()))
      return Outcome.failed(
          "CopyNameTaken",
          copy.seen().ref().text() + " exists and is not of this recovery",
          "Try again: the next attempt has another name");
    var condemned = copy.seen().annotation(Marks.CONDEMNED).equals(run.by());
    if (copy.seen().terminating() || condemned || lostItsJob(copy, moment.now()))
      return removal()
          .next(namespace, name, copy.uid())
          .orElse(Outcome.wrote(copy.seen().ref().text() + " is gone, to be created again"));
    if (begun(copy)) return Outcome.done("Cluster " + name + " recovers");
    return switch (new RecoveryDoctor(cluster, copy, List.of(), moment).examine()) {
      case RecoveryDoctor.Diagnosis.Hopeless(var reason, var message, var remedy) ->
          Outcome.failed(reason, message, remedy);
      case RecoveryDoctor.Diagnosis.Waits(var cause) -> Outcome.waiting(cause);
      case RecoveryDoctor.Diagnosis.Well() ->
          Outcome.waiting("Cluster " + name + ": " + copy.story());
    };
  }

  private Outcome create(Facts facts, String namespace, String name) {
    var left = removal().rest(namespace, name);
    if (left.isPresent()) return left.get();
    try {
      cluster.write(new Write.Create(CopyManifest.of(cluster, run, facts)));
    } catch (ClusterException.AlreadyExists lost) {
      // a reply that was lost, or somebody's Cluster: the next call reads whose it is
    }
    return Outcome.wrote("created Cluster " + name + " beside");
  }

  /** A Job or a pod: newer versions recover in the instance's pod itself. */
  private boolean begun(CnpgCluster copy) {
    return !jobs(copy).isEmpty() || !InstancePods.of(cluster, copy).isEmpty() || copy.healthy();
  }

  private List<Seen> jobs(CnpgCluster copy) {
    return cluster.list(Kinds.JOB, copy.namespace(), Map.of(Cnpg.CLUSTER, copy.name()));
  }

  private boolean lostItsJob(CnpgCluster copy, Instant now) {
    if (begun(copy)) return false;
    return Instance.of(cluster, copy.namespace(), copy.name()).stream()
        .flatMap(instance -> instance.claims().stream())
        .filter(claim -> claim.annotation(Cnpg.PVC_STATUS).equals("initializing"))
        .map(claim -> claim.time("/metadata/creationTimestamp"))
        .flatMap(Optional::stream)
        .anyMatch(created -> created.plus(LOST).isBefore(now));
  }

  /**
   * Every copy of this run goes, with all it owned and the Backups of it; the original has another
   * name and is never among them.
   */
  @Override
  public Outcome undo(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var name = facts.postgres().knownDatabase().name();
    for (var copy : new CopyNames(cluster, run).made(facts)) {
      var move = removal().next(namespace, copy.name(), copy.uid());
      if (move.isPresent()) return move.get();
    }
    var left = removal().rest(namespace, Names.copy(facts));
    if (left.isPresent()) return left.get();
    for (var backup :
        cluster.list(Kinds.DATABASE_BACKUP, namespace, Map.of(Marks.RUN, run.uid()))) {
      if (backup.text("/spec/cluster/name").equals(name)) continue;
      switch (destroyer.destroy(new Victim(backup.ref(), backup.uid()))) {
        case MARKED, DELETED -> {
          return Outcome.wrote("removing " + backup.ref().text() + " of the copy");
        }
        case TERMINATING -> {
          return Outcome.waiting("waiting until " + backup.ref().text() + " is gone");
        }
        case GONE -> {}
      }
    }
    return Outcome.done("no copy is left");
  }

  private CopyRemoval removal() {
    return new CopyRemoval(cluster, destroyer);
  }
}
