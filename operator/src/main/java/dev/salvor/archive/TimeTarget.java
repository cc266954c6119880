package dev.salvor.archive;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where a recovery to a time ends, by PostgreSQL's own rule (xlogrecovery.c, recoveryStopsBefore):
 * in front of the first commit or abort in WAL order that is later than the target, or not earlier
 * if the target is exclusive. Where there is none, recovery fails.
 *
 * <p>The order in WAL is not strictly the order of time: a transaction takes its time before its
 * place.
 */
public final class TimeTarget implements Predicate<Commit> {
  private final Instant target;
  private final boolean inclusive;
  private Optional<Commit> last = Optional.empty();
  private Optional<Commit> stop = Optional.empty();

  public TimeTarget(Instant target, boolean inclusive) {
    this.target = target;
    this.inclusive = inclusive;
  }

  /** Takes the next commit in WAL order; false when the place is found. */
  @Override
  public boolean test(Commit commit) {
    if (stop.isPresent()) return false;
    int order = commit.at().compareTo(target);
    if (order > 0 || (order == 0 && !inclusive)) {
      stop = Optional.of(commit);
      return false;
    }
    last = Optional.of(commit);
    return true;
  }

  /** The record that recovery stops in front of; empty: the target was not reached. */
  public Optional<Commit> stop() {
    return stop;
  }

  /** The last one before that: where the recovered database ends. */
  public Optional<Commit> last() {
    return last;
  }
}
