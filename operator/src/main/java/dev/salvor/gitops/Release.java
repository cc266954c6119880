package dev.salvor.gitops;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.api.OwnerFacts;
import dev.salvor.api.Ref;
import dev.salvor.engine.Moment;
import dev.salvor.kube.Before;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.util.Optional;

/**
 * Gives the owners back, leaf first, exactly as they were. What a person had suspended, what
 * another recovery holds, and what is gone is left alone.
 */
record Release(ClusterWriter cluster, Run run) {

  /** Gives back the next one that is still held: one write; empty if there was none. */
  Optional<Ref> next(Facts facts, Moment moment) {
    for (var owner : facts.owners().reversed()) {
      var found = cluster.get(owner.ref()).filter(seen -> seen.uid().equals(owner.uid()));
      if (found.isEmpty() || !heldByUs(owner, found.get())) continue;
      var edit = Brake.of(owner.ref()).release(found.get(), owner.before(), run, moment.now());
      cluster.write(edit.write());
      return Optional.of(owner.ref());
    }
    return Optional.empty();
  }

  /**
   * By the signature; or, where something has stripped that, because the field that holds is still
   * as Salvor wrote it: a person who suspends the object after we gave it back is its writer then.
   */
  private boolean heldByUs(OwnerFacts owner, Seen seen) {
    if (Before.heldBy(seen, run)) return true;
    var brake = Brake.of(owner.ref());
    return seen.annotation(Marks.HELD_BY).isEmpty()
        && !owner.alreadyHeld()
        && brake.stands(seen)
        && Fields.ours(seen, brake.field());
  }
}
