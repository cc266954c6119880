package dev.salvor.velero;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.Victim;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import dev.salvor.kube.Write;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets Velero restore: writes the modifier, then the Restore, and follows it to its end. It is done
 * when Velero and every transfer have ended, however they ended: {@link AwaitVolumeData} judges.
 *
 * @param mapping StorageClass of the backup -> StorageClass to restore into
 */
public record RestoreBackup(
    ClusterWriter cluster,
    Destroyer destroyer,
    Surroundings around,
    Run run,
    Restoring mode,
    Map<String, String> mapping)
    implements Step.Act<Facts> {

  @Override
  public String name() {
    return mode.step();
  }

  /** Velero ends it long before, see {@code velero.io/pod-volume-timeout}. */
  @Override
  public Duration deadline() {
    return Duration.ofHours(24);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var manifest = new RestoreManifest(facts, mode, run, around.velero());
    var existing = VeleroRestore.named(cluster, around.velero(), manifest.name());
    if (existing.isEmpty()) return create(facts, manifest);
    var restore = existing.get();
    if (!restore.seen().label(Marks.RUN).equals(run.uid()))
      return Outcome.failed(
          "RestoreNameTaken",
          "a Restore " + restore.name() + " exists that is not of this recovery",
          "Delete it with `velero restore delete " + restore.name() + "` and retry");
    if (restore.terminal()) return end(facts, restore);
    return follow(facts, restore, moment);
  }

  private Outcome create(Facts facts, RestoreManifest manifest) {
    var leftovers = new Leftovers(cluster, destroyer, run, mode).next(facts);
    if (leftovers.isPresent()) return leftovers.get();
    var others = VeleroRestore.others(cluster, around.velero(), run);
    if (!others.isEmpty()) return Outcome.waiting(queue(others));
    var server = VeleroServer.in(cluster, around.velero());
    if (server.isEmpty())
      return Outcome.waiting("there is no Deployment velero in namespace " + around.velero());
    var yaml = new Modifier(facts, mode, run, mapping, server.get().image()).yaml();
    var existing = cluster.get(Kinds.CONFIG_MAP.ref(around.velero(), manifest.name()));
    if (yaml.isPresent() && existing.isEmpty()) {
      write(new Write.Create(manifest.modifier(yaml.get())));
      return Outcome.wrote("wrote the resource modifier " + manifest.name());
    }
    if (existing.isPresent() && !existing.get().label(Marks.RUN).equals(run.uid()))
      return Outcome.failed(
          "RestoreNameTaken",
          "a ConfigMap " + manifest.name() + " exists that is not of this recovery",
          "Delete it in namespace " + around.velero() + " and retry");
    write(new Write.Create(manifest.restore(yaml.isPresent())));
    return Outcome.wrote("asked Velero for Restore " + manifest.name());
  }

  /** A reply that was lost shows as a name that is taken; the next call reads whose it is. */
  private void write(Write.Create object) {
    try {
      cluster.write(object);
    } catch (ClusterException.AlreadyExists lost) {
      // looked at in the next call
    }
  }

  private Outcome end(Facts facts, VeleroRestore restore) {
    var doctor = new Doctor(cluster, around, run, mode);
    var pods = doctor.pods(doctor.namespace(facts), restore);
    if (doctor.pods(facts, pods).orElse(null) instanceof Doctor.Diagnosis.Intruder intruder)
      return expel(intruder);
    if (!restore.completed()) {
      // Velero leaves them running after its own timeout (velero.md 9)
      var stopping = new Cancellation(cluster, around.velero(), run).transfers(restore);
      if (stopping.isPresent()) return stopping.get();
    }
    var transfers = Transfer.of(cluster, restore);
    for (var transfer : transfers)
      if (!transfer.over())
        return progress("Restore ended, " + transfer.text() + " goes on", transfers);
    return Outcome.done(
        "Restore "
            + restore.name()
            + " ended as "
            + restore.phase()
            + (restore.completed() ? "" : ": " + restore.cause()));
  }

  private Outcome follow(Facts facts, VeleroRestore restore, Moment moment) {
    var transfers = Transfer.of(cluster, restore);
    var doctor = new Doctor(cluster, around, run, mode);
    return switch (doctor.examine(facts, restore, transfers, moment)) {
      case Doctor.Diagnosis.Intruder intruder -> expel(intruder);
      case Doctor.Diagnosis.Hopeless(var reason, var message, var remedy) ->
          Outcome.failed(reason, message, remedy);
      case Doctor.Diagnosis.Orphan(var transfer, var why) -> {
        new Cancellation(cluster, around.velero(), run).cancel(transfer);
        yield Outcome.wrote("cancelled " + transfer.text() + ": " + why);
      }
      case Doctor.Diagnosis.Waits(var cause) -> progress(cause, transfers);
      case Doctor.Diagnosis.Well() ->
          progress("Restore " + restore.name() + " is " + restore.standing(), transfers);
    };
  }

  /** The application must not go on there for a moment longer than it takes to delete its pod. */
  private Outcome expel(Doctor.Diagnosis.Intruder intruder) {
    var pod = intruder.pod().seen();
    if (destroyer.destroy(new Victim(pod.ref(), pod.uid())) == Destroyer.State.MARKED)
      return Outcome.wrote("removing " + pod.ref().text() + ", in which the application started");
    return Outcome.failed(
        "ApplicationStarted",
        "container "
            + intruder.container()
            + " of the application started in the restored "
            + pod.ref().text()
            + ", which was deleted",
        "Look at what it did to queues and databases; compare the pod with the ConfigMap "
            + "of the same name as the Restore in namespace "
            + around.velero());
  }

  private Outcome progress(String message, List<Transfer> transfers) {
    var done = transfers.stream().mapToLong(Transfer::done).sum();
    var total = transfers.stream().mapToLong(Transfer::total).sum();
    var amount = total == 0 ? null : new Outcome.Amount(done, total);
    return new Outcome.Waiting(message, Duration.ofSeconds(2), amount);
  }

  private static String queue(List<VeleroRestore> others) {
    var first =
        others.stream().filter(other -> !other.waiting()).findFirst().orElse(others.getFirst());
    return "queued behind Restore "
        + first.name()
        + " ("
        + first.standing()
        + ")"
        + (others.size() == 1 ? "" : " and " + (others.size() - 1) + " more")
        + ": Velero restores one after the other";
  }

  /**
   * Every attempt is stopped, then its modifier removed; a Restore that Velero has not begun is
   * taken out of the queue, others stay as Velero's history.
   */
  @Override
  public Outcome undo(Facts facts, Moment moment) {
    for (var restore : VeleroRestore.of(cluster, around.velero(), run)) {
      if (!restore.waiting()) continue;
      var moved = destroy(new Victim(restore.seen().ref(), restore.seen().uid()));
      if (moved.isPresent()) return moved.get();
    }
    var stopping = new Cancellation(cluster, around.velero(), run).next();
    if (stopping.isPresent()) return stopping.get();
    return new CleanRestore(cluster, destroyer, around, run).act(facts, moment);
  }

  private Optional<Outcome> destroy(Victim victim) {
    return switch (destroyer.destroy(victim)) {
      case MARKED, DELETED -> Optional.of(Outcome.wrote("removing " + victim.ref().text()));
      case TERMINATING ->
          Optional.of(Outcome.waiting("waiting until " + victim.ref().text() + " is gone"));
      case GONE -> Optional.empty();
    };
  }
}
