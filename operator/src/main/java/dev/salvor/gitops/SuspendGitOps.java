package dev.salvor.gitops;

import static dev.salvor.engine.Outcome.done;
import static dev.salvor.engine.Outcome.failed;
import static dev.salvor.engine.Outcome.waiting;
import static dev.salvor.engine.Outcome.wrote;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.OwnerFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Edit;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.util.Optional;

/**
 * Holds every owner, root first, each until its controller has said that no run from before the
 * hold goes on. What a person had suspended is not written, only looked at.
 */
public record SuspendGitOps(ClusterWriter cluster, Run run) implements Act<Facts> {
  private static final Duration UNUSUAL = Duration.ofSeconds(30);

  private static final Duration LONGEST_REFRESH = Duration.ofMinutes(5);

  /** Only a bound: each owner has its own, from its spec. */
  @Override
  public Duration deadline() {
    return Duration.ofHours(6);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var patience = Duration.ZERO;
    for (var owner : facts.owners()) {
      var found = cluster.get(owner.ref()).filter(seen -> seen.uid().equals(owner.uid()));
      if (found.isEmpty()) {
        return failed(
            "OwnerChanged",
            owner.ref().text() + " is gone, or another one has its name, since the plan was made",
            "Raise spec.retry by one to look again.");
      }
      patience = patience.plus(Brake.of(owner.ref()).patience(found.get()));
      var next = hold(owner, found.get(), moment, patience);
      if (next.isPresent()) return next.get();
    }
    return done(
        facts.owners().isEmpty()
            ? "no GitOps tool writes to the target"
            : "GitOps stands still, objects held: " + facts.owners().size());
  }

  @Override
  public Outcome undo(Facts facts, Moment moment) {
    var next = new Release(cluster, run).next(facts, moment);
    return next.map(owner -> wrote("gave back " + owner.text()))
        .orElseGet(() -> done("GitOps is as it was"));
  }

  /** What is left to do for one owner; empty if it is held for certain. */
  private Optional<Outcome> hold(OwnerFacts owner, Seen seen, Moment moment, Duration patience) {
    var brake = Brake.of(owner.ref());
    if (owner.alreadyHeld() && seen.annotation(Marks.HELD_BY).isEmpty()) {
      return brake.stands(seen)
          ? still(brake, seen, brake.writing(seen), false, moment, patience)
          : Optional.of(GitOpsHeld.lost(owner, seen));
    }
    var holder = seen.annotation(Marks.HELD_BY);
    if (holder.isEmpty()) {
      cluster.write(brake.hold(seen, run, moment.started()).write());
      // not at once: if somebody takes it away again as fast as we write it, both get some rest
      return Optional.of(waiting("holding " + owner.ref().text()));
    }
    if (!Before.heldBy(seen, run)) {
      return Optional.of(
          waiting(
              owner.ref().text() + " is held by " + holder + "; waiting until it is given back",
              Duration.ofSeconds(10)));
    }
    if (!brake.stands(seen)) {
      var harder = brake.harder(seen);
      if (harder.isEmpty()) return Optional.of(GitOpsHeld.lost(owner, seen));
      cluster.write(harder.get().write());
      return Optional.of(wrote("holding " + owner.ref().text() + " in the way of its version"));
    }
    return still(brake, seen, brake.unconfirmed(seen), true, moment, patience);
  }

  private Optional<Outcome> still(
      Brake brake,
      Seen seen,
      Optional<String> why,
      boolean ours,
      Moment moment,
      Duration patience) {
    if (why.isEmpty()) return Optional.empty();
    var cut = ours ? brake.cut(seen, moment.now()) : Optional.<Edit>empty();
    if (cut.isPresent()) {
      cluster.write(cut.get().write());
      return Optional.of(wrote("ended a sync of " + seen.ref().text() + " that ran too long"));
    }
    if (moment.running().compareTo(UNUSUAL) < 0) return Optional.of(waiting(why.get()));
    var controller = brake.controller(seen.ref());
    if (brake.writing(seen).isEmpty()) {
      if (Controllers.off(cluster, controller)) return Optional.empty();
      // longer than a refresh from before the hold can last; the guard looks for syncs later on
      if (brake.blind(seen) && moment.running().compareTo(LONGEST_REFRESH) >= 0) {
        return Optional.empty();
      }
    }
    if (moment.running().compareTo(patience) < 0) {
      return Optional.of(
          waiting(
              "unconfirmed for " + moment.running().toMinutes() + " min: " + why.get(),
              Duration.ofSeconds(5)));
    }
    return Optional.of(
        failed(
            "HoldUnconfirmed",
            "unconfirmed after " + patience.toMinutes() + " min: " + why.get(),
            "Bring "
                + controller
                + " back to work; or, if it cannot work now, switch it off for certain ("
                + Controllers.offCommand(cluster, controller)
                + "). Then raise spec.retry by one."));
  }
}
