package dev.salvor.testkit.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.recovery.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A process of the operator, for recoveries of one kind. It knows nothing when it starts. */
public interface OperatorProcess {
  /**
   * What came of a tick.
   *
   * @param status to be committed; empty if it is as it was
   * @param again when to come back; empty when nothing is left to do
   */
  record Turn(Optional<ObjectNode> status, Optional<Duration> again) {}

  /** One tick of the recovery as it was read. */
  Turn tick(ObjectNode recovery, Instant now);

  /** True if nothing stands in the way of a deleted recovery's removal. */
  boolean over(ObjectNode recovery, Instant now);

  /** One that reads recoveries as the operator's client does. */
  static <R extends Recovery<? extends RecoverySpec>> OperatorProcess of(
      Class<R> kind, Ticker<R> ticker) {
    return new Ticking<>(kind, ticker);
  }
}
