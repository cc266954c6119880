package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.api.Marks;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step;
import dev.salvor.kube.Kinds;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * What CloudNativePG and the other rooms do between the steps of this room, done by the world and
 * not by the operator, so that faults hit this room only.
 */
record Played(Database db) {
  private static final List<String> COPIES = List.of("db-r1-1", "db-r1-1-wal");

  Step.Act<Facts> recoverBeside() {
    return new Act("RecoverBeside", _ -> recover(), _ -> deleteCopies());
  }

  /** The copy's claims go with its Cluster; they must not take their volumes along. */
  Step.Act<Facts> deleteCopy() {
    return new Act("DeleteCopy", this::deleteProven, _ -> Outcome.done("gone for good"));
  }

  /** An instance joins: a claim of its own, filled from the primary. */
  Step.Act<Facts> wake(int serial) {
    return new Act("Wake", _ -> join(serial), _ -> Outcome.done(""));
  }

  private Outcome recover() {
    if (db.claim(COPIES.getFirst()).isEmpty()) {
      db.instance("db-r1", 1);
      return Outcome.waiting("recovering");
    }
    for (var name : COPIES) {
      if (!db.claim(name).orElseThrow().text("/status/phase").equals("Bound"))
        return Outcome.waiting("recovering");
      db.fill(name, Database.RECOVERED);
    }
    return Outcome.done("recovered");
  }

  private Outcome deleteCopies() {
    var left = false;
    for (var name : COPIES) {
      left |= db.claim(name).isPresent();
      db.cluster.delete(Kinds.PVC.ref(Database.NS, name));
    }
    return left ? Outcome.waiting("deleting the copy") : Outcome.done("the copy is gone");
  }

  private Outcome deleteProven(Facts facts) {
    var released = true;
    for (var volume : facts.volumes()) {
      var pv = db.pv(volume.provenCopy().name());
      if (!pv.text(PvView.POLICY).equals("Retain") || !pv.label(Marks.ROLE).equals("new"))
        throw new AssertionError("the copy would go with its claim: " + pv.json());
      released &= pv.text("/status/phase").equals("Released");
    }
    deleteCopies();
    return released ? Outcome.done("the copy's Cluster is gone") : Outcome.waiting("deleting");
  }

  private Outcome join(int serial) {
    var name = "db-" + serial;
    for (var claim : db.database().others())
      if (!claim.startsWith(name))
        throw new AssertionError("an old instance would start on another history: " + claim);
    if (db.claim(name).isEmpty()) {
      db.instance("db", serial);
      return Outcome.waiting("joining");
    }
    for (var claim : List.of(name, name + "-wal")) {
      if (!db.claim(claim).orElseThrow().text("/status/phase").equals("Bound"))
        return Outcome.waiting("joining");
      db.cluster.setData(db.volumeOf(claim).uid(), "replica of " + db.data(db.primary));
    }
    return Outcome.done("joined");
  }

  private record Act(
      String name, Function<Facts, Outcome> forward, Function<Facts, Outcome> backward)
      implements Step.Act<Facts> {
    @Override
    public Duration deadline() {
      return Duration.ofMinutes(30);
    }

    @Override
    public Outcome act(Facts facts, Moment moment) {
      return forward.apply(facts);
    }

    @Override
    public Outcome undo(Facts facts, Moment moment) {
      return backward.apply(facts);
    }
  }

  /** A look of another room. */
  record Found(Function<Facts, Sight<Facts>> look) implements Step.Look<Facts> {
    @Override
    public Duration deadline() {
      return Duration.ofMinutes(1);
    }

    @Override
    public Sight<Facts> look(Facts facts, Moment moment) {
      return look.apply(facts);
    }
  }
}
