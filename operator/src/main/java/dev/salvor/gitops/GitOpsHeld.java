package dev.salvor.gitops;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.OwnerFacts;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Outcome.Failed;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.Optional;

/**
 * Every owner on record still stands: those we hold and those a person had suspended. One GET for
 * each, before every destructive call.
 */
public record GitOpsHeld(ClusterReader cluster, Run run) implements Guard<Facts> {
  static final String REASON = "SuspensionLost";

  @Override
  public Optional<Failed> broken(Facts facts) {
    for (var owner : facts.owners()) {
      var found = cluster.get(owner.ref()).filter(seen -> seen.uid().equals(owner.uid()));
      if (found.isEmpty()) return Optional.of(gone(owner));
      var brake = Brake.of(owner.ref());
      if (!brake.stands(found.get())) return Optional.of(lost(owner, found.get()));
      var holder = found.get().annotation(Marks.HELD_BY);
      if (!holder.isEmpty() && !holder.equals(run.by())) {
        return Optional.of(
            new Failed(
                REASON,
                owner.ref().text()
                    + " is now held by "
                    + holder
                    + ", which may let it go at any time",
                "Wait until " + holder + " has ended, then raise spec.retry by one."));
      }
      var writing = brake.writing(found.get());
      if (writing.isPresent()) {
        return Optional.of(
            new Failed(
                REASON,
                writing.get() + " although it is held",
                "Find out who started it, wait until it is over, then raise spec.retry by one."));
      }
    }
    return Optional.empty();
  }

  /** Says who let an owner go, as far as it can be told. */
  static Failed lost(OwnerFacts owner, Seen seen) {
    var field = Brake.of(owner.ref()).field();
    return new Failed(
        REASON,
        owner.ref().text()
            + (owner.alreadyHeld() ? " was suspended when the plan was made" : " was held")
            + " and no longer is: "
            + field
            + " was written by "
            + Fields.suspect(seen, field),
        "Stop that writer, e.g. by taking the field out of its manifest or by suspending it; then"
            + " raise spec.retry by one.");
  }

  private static Failed gone(OwnerFacts owner) {
    return new Failed(
        REASON,
        owner.ref().text() + " was held and is gone, or another one has its name",
        "Find out who deleted it and what now applies its objects; then raise spec.retry by one.");
  }
}
