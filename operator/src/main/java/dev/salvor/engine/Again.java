package dev.salvor.engine;

import java.time.Duration;

/** The same step under another name, so that a runbook can have it twice. */
public final class Again {
  private Again() {}

  /** The look {@code look} as step {@code name}. */
  public static <F> Step.Look<F> named(String name, Step.Look<F> look) {
    return new NamedLook<>(name, look);
  }

  /** The act {@code act} as step {@code name}. */
  public static <F> Step.Act<F> named(String name, Step.Act<F> act) {
    return new NamedAct<>(name, act);
  }

  private record NamedLook<F>(String name, Step.Look<F> step) implements Step.Look<F> {
    @Override
    public Duration deadline() {
      return step.deadline();
    }

    @Override
    public Sight<F> look(F facts, Moment moment) {
      return step.look(facts, moment);
    }
  }

  private record NamedAct<F>(String name, Step.Act<F> step) implements Step.Act<F> {
    @Override
    public Duration deadline() {
      return step.deadline();
    }

    @Override
    public Outcome act(F facts, Moment moment) {
      return step.act(facts, moment);
    }

    @Override
    public Outcome undo(F facts, Moment moment) {
      return step.undo(facts, moment);
    }
  }
}
