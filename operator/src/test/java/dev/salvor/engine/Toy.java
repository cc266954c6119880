package dev.salvor.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A world of switches that are on or off, and steps that turn them. */
final class Toy {
  /** The process dies here. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  final List<String> writes = new ArrayList<>();
  final Map<String, Boolean> on = new HashMap<>();
  final Map<String, Boolean> once = new HashMap<>();
  int calls;
  int killAt = -1;
  int halves;

  private Outcome turn(String name, boolean to) {
    calls++;
    if (on.getOrDefault(name, false) == to) return Outcome.done(name + (to ? " is on" : " is off"));
    if (halves++ == killAt) throw new Killed();
    on.put(name, to);
    writes.add(to ? name : "-" + name);
    if (halves++ == killAt) throw new Killed();
    return Outcome.wrote(name);
  }

  Step<String> act(String name) {
    return new ToyAct(name, (_, _) -> turn(name, true), () -> turn(name, false));
  }

  Step<String> failing(String name) {
    return new ToyAct(
        name, (_, _) -> Outcome.failed("Broken", "it broke", "Mend it"), () -> turn(name, false));
  }

  Step<String> failingOnce(String name) {
    return new ToyAct(
        name,
        (facts, moment) ->
            once.put(name, true) == null
                ? Outcome.failed("Broken", "it broke", "Mend it")
                : turn(name, true),
        () -> turn(name, false));
  }

  Step<String> never(String name) {
    return new ToyAct(name, (_, _) -> Outcome.waiting("not yet"), () -> turn(name, false));
  }

  Step<String> look(String name, String adds) {
    return new ToyLook(name, facts -> Sight.seen(facts + adds, "seen"));
  }

  Step<String> person(String name) {
    return new ToyLook(name, _ -> Sight.person("say something", Duration.ofSeconds(5)));
  }

  Step<String> backOnce(String name, String to) {
    return new ToyLook(
        name,
        facts ->
            once.put(name, true) == null
                ? new Sight.Back<>(facts + "rejected", to, "CheckFailed", "no good")
                : Sight.seen(facts, "good"));
  }

  @FunctionalInterface
  private interface Acting {
    Outcome act(String facts, Moment moment);
  }

  private record ToyAct(String name, Acting acting, java.util.function.Supplier<Outcome> undoing)
      implements Step.Act<String> {
    @Override
    public Duration deadline() {
      return Duration.ofMinutes(1);
    }

    @Override
    public Outcome act(String facts, Moment moment) {
      return acting.act(facts, moment);
    }

    @Override
    public Outcome undo(String facts, Moment moment) {
      return undoing.get();
    }
  }

  private record ToyLook(String name, java.util.function.Function<String, Sight<String>> looking)
      implements Step.Look<String> {
    @Override
    public Duration deadline() {
      return Duration.ofMinutes(1);
    }

    @Override
    public Sight<String> look(String facts, Moment moment) {
      return looking.apply(facts);
    }
  }
}
