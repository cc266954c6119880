package dev.salvor.engine;

import java.util.Optional;

/** Something that must hold before every destructive call, e.g. that GitOps is still suspended. */
@FunctionalInterface
public interface Guard<F> {
  /** Empty if all is well; else why nothing more may be destroyed. */
  Optional<Outcome.Failed> broken(F facts);

  /** This act under that guard: asked before each of its calls, never before its undo. */
  default Step.Act<F> over(Step.Act<F> act) {
    return new Guarded<>(act, this);
  }

  /** Both must hold; this one is asked first. */
  default Guard<F> and(Guard<F> other) {
    return facts -> broken(facts).or(() -> other.broken(facts));
  }

  /** See {@link #over}. */
  record Guarded<F>(Step.Act<F> act, Guard<F> guard) implements Step.Act<F> {
    @Override
    public String name() {
      return act.name();
    }

    @Override
    public java.time.Duration deadline() {
      return act.deadline();
    }

    @Override
    public Outcome act(F facts, Moment moment) {
      var broken = guard.broken(facts);
      return broken.isPresent() ? broken.get() : act.act(facts, moment);
    }

    @Override
    public Outcome undo(F facts, Moment moment) {
      return act.undo(facts, moment);
    }
  }
}
