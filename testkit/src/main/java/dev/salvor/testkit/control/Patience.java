package dev.salvor.testkit.control;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a real cluster, which cannot be told to hurry. */
public final class Patience {
  private static final Duration STEP = Duration.ofMillis(50);

  private Patience() {}

  /**
   * Returns as soon as {@code done}.
   *
   * @param state what to say when it does not happen within {@code patience}
   */
  public static void until(Duration patience, Supplier<String> state, BooleanSupplier done) {
    var deadline = Instant.now().plus(patience);
    while (!done.getAsBoolean()) {
      if (Instant.now().isAfter(deadline))
        throw new AssertionError("after " + patience.toSeconds() + " s: " + state.get());
      LockSupport.parkNanos(STEP.toNanos());
    }
  }
}
