package dev.salvor.engine;

import static dev.salvor.engine.Journal.State.DONE;
import static dev.salvor.engine.Journal.State.FAILED;
import static dev.salvor.engine.Journal.State.RUNNING;
import static dev.salvor.engine.Journal.State.UNDONE;

import dev.salvor.engine.Outcome.Done;
import dev.salvor.engine.Outcome.Failed;
import dev.salvor.engine.Outcome.Waiting;
import dev.salvor.engine.Sight.Back;
import dev.salvor.engine.Sight.NotYet;
import dev.salvor.engine.Sight.Refused;
import dev.salvor.engine.Sight.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Moves a runbook one tick forward. A tick either puts the intent to start a step on record or
 * calls one step, never both, so the caller commits the journal between any two writes to the
 * cluster.
 */
public final class Engine<F> {
  /** Reason of a step that waits for a person. */
  public static final String PERSON = "WaitingForPerson";

  /** Reason of a step that took longer than it may. */
  public static final String DEADLINE = "DeadlineExceeded";

  /** The journal to commit, and when to come back; empty once there is nothing left to do. */
  public record Tick<F>(Journal<F> journal, Optional<Duration> again) {}

  /** Where a runbook stands. */
  public enum Standing {
    /** Steps are left to do. */
    GOING,
    /** Every step is done. */
    COMPLETE,
    /** A failure or an abort is being taken back. */
    TAKING_BACK,
    /** Everything that had to be taken back is. */
    TAKEN_BACK,
    /** Past the point of no return, in need of a person. */
    STOPPED
  }

  /** Where the runbook stands, from the journal alone. */
  public Standing standing(Runbook<F> runbook, Journal<F> journal, boolean abort) {
    var failed = failed(runbook, journal);
    var past = pastNoReturn(runbook, journal);
    if (!past && (abort || failed)) {
      return firstToUndo(runbook, journal, keptFrom(runbook, journal, abort)).isPresent()
          ? Standing.TAKING_BACK
          : Standing.TAKEN_BACK;
    }
    if (failed) return Standing.STOPPED;
    if (past && abort && journal.in(runbook.whole(), DONE)) return Standing.STOPPED;
    return runbook.steps().stream().allMatch(step -> journal.in(step.name(), DONE))
        ? Standing.COMPLETE
        : Standing.GOING;
  }

  /** One tick at {@code now}; {@code abort} is a person's word to stop. */
  public Tick<F> tick(Runbook<F> runbook, Journal<F> journal, boolean abort, Instant now) {
    switch (standing(runbook, journal, abort)) {
      case COMPLETE, STOPPED, TAKEN_BACK -> {
        return new Tick<>(journal, Optional.empty());
      }
      case TAKING_BACK -> {
        return takeBack(runbook, journal, keptFrom(runbook, journal, abort), now);
      }
      case GOING -> {
        if (journal.back() != null) return goBack(runbook, journal, journal.back(), now);
      }
    }
    for (var step : runbook.steps()) {
      if (journal.in(step.name(), DONE)) continue;
      if (!journal.started(step.name()))
        return soon(record(journal, step, RUNNING, "starting", now));
      return call(step, journal, now);
    }
    throw new IllegalStateException("a runbook that goes on has a step that is not done");
  }

  /**
   * The journal with everything cleared that a retry has to do again; what a failure kept stays
   * done.
   */
  public Journal<F> retry(Runbook<F> runbook, Journal<F> journal) {
    var past = pastNoReturn(runbook, journal);
    var from = keptFrom(runbook, journal, false);
    var again = new HashSet<String>();
    for (var i = 0; i < runbook.steps().size(); i++) {
      var name = runbook.steps().get(i).name();
      if (past ? !journal.in(name, DONE) : i >= from) again.add(name);
    }
    return journal.without(again).goingBack(null);
  }

  /**
   * The same journal, with the running step told why it cannot go on right now; its deadline
   * counts.
   */
  public Tick<F> stumble(
      Runbook<F> runbook, Journal<F> journal, String message, Duration recheck, Instant now) {
    for (var step : runbook.steps()) {
      if (journal.in(step.name(), RUNNING))
        return settle(step, journal, new Waiting(message, recheck, null), now);
    }
    return new Tick<>(journal, Optional.of(recheck));
  }

  /** The same while something may be taken back: the act that cannot be is told, for ever. */
  public Tick<F> stumble(
      Runbook<F> runbook,
      Journal<F> journal,
      boolean abort,
      String message,
      Duration recheck,
      Instant now) {
    var back = journal.back();
    var taken =
        standing(runbook, journal, abort) == Standing.TAKING_BACK
            ? firstToUndo(runbook, journal, keptFrom(runbook, journal, abort))
            : back == null
                ? Optional.<Step.Act<F>>empty()
                : firstToUndo(runbook, journal, runbook.indexOf(back.step()));
    if (taken.isEmpty()) return stumble(runbook, journal, message, recheck, now);
    var name = taken.get().name();
    var entry = journal.of(name).orElseThrow();
    return new Tick<>(
        journal.with(name, entry.state(), now, entry.reason(), takenBack(entry, message), null),
        Optional.of(recheck));
  }

  private Tick<F> call(Step<F> step, Journal<F> journal, Instant now) {
    var moment = moment(journal, step, now);
    return switch (step) {
      case Step.Look<F> look ->
          switch (look.look(journal.facts(), moment)) {
            case Seen<F>(var facts, var message) ->
                soon(record(journal.knowing(facts), step, DONE, message, now));
            case NotYet<F>(var message, var recheck, var person) when person ->
                new Tick<>(
                    journal.with(step.name(), RUNNING, now, PERSON, message, null),
                    Optional.of(recheck));
            case NotYet<F>(var message, var recheck, _) ->
                settle(step, journal, new Waiting(message, recheck, null), now);
            case Refused<F>(var facts, var failed) ->
                settle(step, journal.knowing(facts), failed, now);
            case Back<F>(var facts, var to, var reason, var message) ->
                soon(journal.knowing(facts).goingBack(new Journal.Back(to, reason, message)));
          };
      case Step.Act<F> act -> settle(step, journal, act.act(journal.facts(), moment), now);
    };
  }

  /**
   * Undoes what has started, last first. An undo that fails is tried for ever: giving up is not
   * safer.
   */
  private Tick<F> takeBack(Runbook<F> runbook, Journal<F> journal, int from, Instant now) {
    var next = firstToUndo(runbook, journal, from);
    if (next.isEmpty()) return new Tick<>(journal, Optional.empty());
    var act = next.get();
    var entry = journal.of(act.name()).orElseThrow();
    return switch (act.undo(journal.facts(), moment(journal, act, now))) {
      case Done(var message) ->
          soon(
              journal.with(
                  act.name(), UNDONE, now, entry.reason(), takenBack(entry, message), null));
      case Waiting(var message, var recheck, _) ->
          new Tick<>(
              journal.with(
                  act.name(), entry.state(), now, entry.reason(), takenBack(entry, message), null),
              Optional.of(recheck));
      case Failed(_, var message, var remedy) ->
          new Tick<>(
              journal.with(
                  act.name(),
                  entry.state(),
                  now,
                  entry.reason(),
                  takenBack(entry, message + ". " + remedy),
                  null),
              Optional.of(Duration.ofSeconds(30)));
    };
  }

  private Tick<F> goBack(Runbook<F> runbook, Journal<F> journal, Journal.Back back, Instant now) {
    var from = runbook.indexOf(back.step());
    if (from < 0) throw new IllegalStateException("no step named " + back.step());
    if (firstToUndo(runbook, journal, from).isPresent())
      return takeBack(runbook, journal, from, now);
    var again = new HashSet<String>();
    for (var step : runbook.steps().subList(from, runbook.steps().size())) again.add(step.name());
    return soon(journal.without(Set.copyOf(again)).goingBack(null));
  }

  private Optional<Step.Act<F>> firstToUndo(Runbook<F> runbook, Journal<F> journal, int from) {
    for (var step : runbook.steps().subList(from, runbook.steps().size()).reversed()) {
      if (step instanceof Step.Act<F> act
          && journal.started(step.name())
          && !journal.in(step.name(), UNDONE)) return Optional.of(act);
    }
    return Optional.empty();
  }

  /**
   * Index of the first step that a failure takes back: all of them, unless what is to be kept was
   * reached.
   */
  private int keptFrom(Runbook<F> runbook, Journal<F> journal, boolean abort) {
    var keep = runbook.indexOf(runbook.keep());
    return !abort && keep >= 0 && journal.in(runbook.keep(), DONE) ? keep + 1 : 0;
  }

  private boolean pastNoReturn(Runbook<F> runbook, Journal<F> journal) {
    return !runbook.pointOfNoReturn().isEmpty() && journal.started(runbook.pointOfNoReturn());
  }

  /**
   * A failed act that was taken back is UNDONE; its reason stays on record and still makes the
   * runbook a failed one.
   */
  private boolean failed(Runbook<F> runbook, Journal<F> journal) {
    if (journal.back() != null) return false;
    return journal.entries().stream()
        .filter(entry -> entry.state() == FAILED || entry.state() == UNDONE)
        .anyMatch(entry -> runbook.indexOf(entry.step()) >= 0);
  }

  private Tick<F> settle(Step<F> step, Journal<F> journal, Outcome outcome, Instant now) {
    return switch (outcome) {
      case Done(var message) -> soon(record(journal, step, DONE, message, now));
      case Failed(var reason, var message, var remedy) ->
          soon(journal.with(step.name(), FAILED, now, reason, sentence(message, remedy), null));
      case Waiting(var message, var recheck, var amount) -> {
        var started = journal.of(step.name()).orElseThrow().started();
        yield started.plus(step.deadline()).isBefore(now)
            ? soon(
                journal.with(
                    step.name(),
                    FAILED,
                    now,
                    DEADLINE,
                    sentence(
                        "not done after " + step.deadline().toMinutes() + " min: " + message, ""),
                    null))
            : new Tick<>(
                journal.with(step.name(), RUNNING, now, "", message, amount), Optional.of(recheck));
      }
    };
  }

  private static String takenBack(Journal.Entry entry, String message) {
    return entry.reason().isEmpty()
        ? message
        : entry.message().lines().findFirst().orElse("") + "\n" + message;
  }

  private static String sentence(String message, String remedy) {
    return remedy.isEmpty() ? message : message + ". " + remedy;
  }

  private Moment moment(Journal<F> journal, Step<F> step, Instant now) {
    return new Moment(now, journal.of(step.name()).orElseThrow().started());
  }

  private Journal<F> record(
      Journal<F> journal, Step<F> step, Journal.State state, String message, Instant now) {
    return journal.with(step.name(), state, now, "", message, null);
  }

  private static <F> Tick<F> soon(Journal<F> journal) {
    return new Tick<>(journal, Optional.of(Duration.ZERO));
  }
}
