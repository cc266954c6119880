package dev.salvor.archive;

import dev.salvor.archive.Answer.Proof;
import dev.salvor.archive.Commits.Last;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How late a target may be on one reach. PostgreSQL stops in front of the first transaction that
 * ended after the target; if there is none it fails with "recovery ended before configured recovery
 * target was reached" (xlogrecovery.c recoveryStopsBefore). So a target must lie before the last
 * commit, and WAL that is newer but holds no commit does not help.
 */
sealed interface Bound {
  /** Read from the WAL. */
  record Exact(Last last) implements Bound {}

  /** Read from the WAL: nothing was committed after the base backup. */
  record Idle() implements Bound {}

  /**
   * Upload times, because the WAL could not be read.
   *
   * @param hard no commit can be later, clocks apart
   * @param likely commits up to here are probable
   */
  record Uploads(Instant hard, Instant likely) implements Bound {}

  /** How far the clocks of database and object store may be apart. */
  Duration SKEW = Duration.ofSeconds(60);

  /** Empty if this target cannot be reached. */
  default Optional<Proof> covers(Instant target, boolean exclusive) {
    return switch (this) {
      case Exact(var last) ->
          target.isBefore(last.at()) || exclusive && target.equals(last.at())
              ? Optional.of(Proof.PROVEN)
              : Optional.empty();
      case Idle() -> Optional.empty();
      case Uploads(var hard, var likely) ->
          target.isBefore(likely)
              ? Optional.of(Proof.LIKELY)
              : target.isBefore(hard) ? Optional.of(Proof.UNPROVEN) : Optional.empty();
    };
  }

  /** The moment that a target must lie before; null if none can be reached. */
  default @Nullable Instant until() {
    return switch (this) {
      case Exact(var last) -> last.at();
      case Idle() -> null;
      case Uploads(_, var likely) -> likely;
    };
  }

  /** The latest target that can be recommended; null if there is none. */
  default @Nullable Instant latestTarget() {
    var until = until();
    return until == null ? null : until.minusMillis(1);
  }

  default boolean exact() {
    return !(this instanceof Uploads);
  }
}
