package dev.salvor.movers;

import dev.salvor.api.Facts;
import dev.salvor.api.HoldFacts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Pauses what backs the claim up or restores into it, each after the end of what it is doing: a
 * mover that is stopped leaves a lock in its repository (volumes-and-databases.md 1.5 i).
 */
public record PauseReplication(ClusterWriter cluster, Run run) implements Act<Facts> {
  static final String PAUSED = "/spec/paused";

  /** A backup that runs may take hours; it is waited for, not stopped. */
  @Override
  public Duration deadline() {
    return Duration.ofHours(6);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    for (var writer : writers(facts)) {
      var seen = cluster.get(writer.ref()).filter(live -> live.uid().equals(writer.uid()));
      if (seen.isEmpty()) continue;
      var live = seen.get();
      var holder = live.annotation(Marks.HELD_BY);
      if (!holder.isEmpty() && !holder.equals(run.by()))
        return Outcome.waiting(live.ref().text() + " is held by another recovery, " + holder);
      if (!live.flag(PAUSED) || holder.isEmpty()) {
        var busy = mover(cluster, live).filter(PauseReplication::runs);
        if (busy.isPresent())
          return Outcome.waiting(
              "waiting for "
                  + live.ref().text()
                  + ", which is at work in "
                  + busy.get().ref().text());
        var before = Before.recorded(live, run, List.of(PAUSED));
        cluster.write(Before.hold(live, run, before).set(PAUSED, true).write());
        return Outcome.wrote("paused " + live.ref().text());
      }
      // it began in this moment, or cannot begin: paused, VolSync takes its pod away
      var left = mover(cluster, live);
      if (left.isPresent())
        return Outcome.waiting("waiting for the end of " + left.get().ref().text());
    }
    return Outcome.done("VolSync leaves the claim alone, paused: " + writers(facts).size());
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    return ResumeReplication.giveBack(cluster, run, facts);
  }

  static List<HoldFacts> writers(Facts facts) {
    var source = facts.source();
    return source == null ? List.of() : source.writers();
  }

  /**
   * The pod that works for it; its Job has a name of its own only where that would be too long
   * (volsync v0.14.0 internal/controller/mover/restic/mover.go, ensureJob).
   */
  static Optional<Seen> mover(ClusterReader cluster, Seen replication) {
    var source = Kinds.REPLICATION_SOURCE.of(replication.ref());
    var jobs =
        cluster.list(Kinds.JOB, replication.namespace()).stream()
            .filter(job -> job.ownedBy(replication.uid()))
            .map(Seen::uid)
            .toList();
    return cluster.list(Kinds.POD, replication.namespace()).stream()
        .filter(pod -> jobs.stream().anyMatch(pod::ownedBy))
        .filter(pod -> source || !pod.text("/status/phase").equals("Succeeded"))
        .findFirst();
  }

  private static boolean runs(Seen pod) {
    return pod.text("/status/phase").equals("Running");
  }
}
