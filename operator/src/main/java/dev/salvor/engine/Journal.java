package dev.salvor.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of status that makes a recovery resumable: where it is, and what it knows.
 *
 * @param back set while steps are taken back in order to go on from an earlier one
 */
public record Journal<F>(List<Entry> entries, @Nullable Back back, F facts) {
  /** Where a step stands. */
  public enum State {
    RUNNING,
    DONE,
    FAILED,
    UNDONE
  }

  /**
   * One step on record.
   *
   * @param started when it was first put on record: deadlines count from here
   * @param since when it came into this state
   * @param reason empty unless it failed or waits for a person
   */
  public record Entry(
      String step,
      State state,
      Instant started,
      Instant since,
      String reason,
      String message,
      Outcome.@Nullable Amount amount) {}

  /** The step to go on from, and why. */
  public record Back(String step, String reason, String message) {}

  public Journal {
    entries = List.copyOf(entries);
  }

  public static <F> Journal<F> empty(F facts) {
    return new Journal<>(List.of(), null, facts);
  }

  public Optional<Entry> of(String step) {
    // asked some hundred times in a tick
    for (var entry : entries) if (entry.step().equals(step)) return Optional.of(entry);
    return Optional.empty();
  }

  public boolean started(String step) {
    return of(step).isPresent();
  }

  public boolean in(String step, State state) {
    return of(step).filter(entry -> entry.state() == state).isPresent();
  }

  /** The entry that failed, if one did. */
  public Optional<Entry> failure() {
    return entries.stream().filter(entry -> entry.state() == State.FAILED).findFirst();
  }

  public Journal<F> knowing(F newFacts) {
    return new Journal<>(entries, back, newFacts);
  }

  public Journal<F> goingBack(@Nullable Back to) {
    return new Journal<>(entries, to, facts);
  }

  public Journal<F> without(Set<String> steps) {
    return new Journal<>(
        entries.stream().filter(entry -> !steps.contains(entry.step())).toList(), back, facts);
  }

  /** A repeated state keeps its first timestamp, so that deadlines survive restarts. */
  public Journal<F> with(
      String step,
      State state,
      Instant now,
      String reason,
      String message,
      Outcome.@Nullable Amount amount) {
    var before = of(step);
    var since = before.filter(entry -> entry.state() == state).map(Entry::since).orElse(now);
    var started = before.map(Entry::started).orElse(now);
    var entry = new Entry(step, state, started, since, reason, message, amount);
    var next = new ArrayList<>(entries);
    var at = before.map(next::indexOf).orElse(-1);
    if (at < 0) next.add(entry);
    else next.set(at, entry);
    return new Journal<>(next, back, facts);
  }
}
