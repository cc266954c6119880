package dev.salvor.velero;

import dev.salvor.api.Facts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Quantity;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The proof: every claim has what the backup holds for it, on a volume of its own. Completed is not
 * restored (S6).
 */
public record AwaitVolumeData(ClusterReader cluster, Surroundings around, Run run, Restoring mode)
    implements Step.Look<Facts> {
  /** So often a server that restarts is forgiven. */
  private static final int ATTEMPTS = 10;

  private static final String REMEDY =
      "See `velero restore describe --details` and `velero restore logs` of it; then retry, or choose another backup";

  @Override
  public Duration deadline() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Sight<Facts> look(Facts facts, Moment moment) {
    var name = run.restoreName(facts.restore().attempt());
    var existing = VeleroRestore.named(cluster, around.velero(), name);
    if (existing.isEmpty())
      return failed(
          facts, "RestoreVanished", "Restore " + name + " was deleted while it was needed");
    var restore = existing.get();
    if (!restore.terminal()) return Sight.notYet("Restore " + name + " is " + restore.standing());
    if (restore.lostByRestart() && facts.restore().attempt() < ATTEMPTS)
      return again(facts, "VeleroRestarted", "Velero restarted and gave up Restore " + name);
    var namespaceInPart = mode == Restoring.NAMESPACE && restore.phase().equals("PartiallyFailed");
    if (!restore.completed() && !namespaceInPart)
      return failed(
          facts,
          "RestoreFailed",
          "Restore " + name + " ended as " + restore.phase() + ": " + reasons(restore));
    var transfers = Transfer.of(cluster, restore);
    for (var transfer : transfers)
      if (!transfer.terminal()) return Sight.notYet(transfer.text() + " is " + transfer.phase());
    var doctor = new Doctor(cluster, around, run, mode);
    var namespace = doctor.namespace(facts);
    var pods = doctor.pods(namespace, restore);
    if (mode.holds()) {
      for (var pod : pods) {
        var strange = strange(facts, pod);
        if (!strange.isEmpty()) return failed(facts, strange.getFirst(), strange.getLast());
      }
    }
    var proof =
        new Proof(
            cluster,
            facts,
            namespace,
            mode == Restoring.BESIDE,
            transfers,
            cluster.list(Kinds.PV, ""));
    var proven = new ArrayList<VolumeFacts>();
    for (var volume : facts.volumes()) {
      switch (proof.of(volume)) {
        case Proof.Verdict.Proven(var copy) -> proven.add(volume.withCopy(copy));
        case Proof.Verdict.Open(var why) -> {
          return Sight.notYet(why);
        }
        case Proof.Verdict.Broken(var reason, var why) -> {
          return failed(facts, reason, why);
        }
      }
    }
    return proven(facts, restore, proven, moment);
  }

  private Sight<Facts> proven(
      Facts facts, VeleroRestore restore, ArrayList<VolumeFacts> proven, Moment moment) {
    var found = new Findings(name());
    if (!restore.completed())
      found.warn(
          "RestorePartiallyFailed",
          "all volumes are back, but some other objects are not: " + restore.cause(),
          "Compare with Git what `velero restore describe " + restore.name() + " --details` lists");
    var bytes =
        proven.stream()
            .mapToLong(
                volume -> volume.content() == null ? 0 : Math.max(0, volume.content().bytes()))
            .sum();
    return Sight.seen(
        found.into(facts).withVolumes(proven).withTimes(facts.times().withProvenAt(moment.now())),
        proven.size() + " claims proven, " + Quantity.text(bytes) + found.count());
  }

  /** Reason and message, if the pod is not what was planned (swap.md H1, H6); else empty. */
  private static List<String> strange(Facts facts, RestoredPod pod) {
    var text = pod.seen().ref().text();
    var started = pod.startedApplication();
    if (started.isPresent())
      return List.of(
          "ApplicationStarted",
          "container " + started.get() + " of the application has started in " + text);
    for (var planned : facts.pods())
      if (planned.name().equals(pod.name())
          && !pod.gated()
          && !HeldPod.asPlanned(planned, pod.seen().at("/spec")))
        return List.of(
            "HeldPodChanged",
            text
                + " is not the held pod that was planned: something adds containers or volumes to pods");
    return List.of();
  }

  private Sight<Facts> again(Facts facts, String reason, String message) {
    // the next attempt has a shadow namespace of its own
    var from = mode == Restoring.BESIDE ? "CreateShadow" : mode.step();
    return new Sight.Back<>(facts.withRestore(facts.restore().next()), from, reason, message);
  }

  private static Sight<Facts> failed(Facts facts, String reason, String message) {
    return Sight.refused(facts, reason, message, REMEDY);
  }

  /** What Velero says of the Restore, and what its transfers say. */
  private String reasons(VeleroRestore restore) {
    var said = new StringBuilder(restore.cause());
    for (var transfer : Transfer.of(cluster, restore))
      if (!transfer.completed())
        said.append("; ")
            .append(transfer.text())
            .append(" is ")
            .append(transfer.phase().isEmpty() ? "New" : transfer.phase())
            .append(transfer.message().isEmpty() ? "" : ": " + transfer.message());
    return said.toString();
  }
}
