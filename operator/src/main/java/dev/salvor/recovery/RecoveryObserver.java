package dev.salvor.recovery;

import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.api.RecoveryStatus;

/**
 * Looks on while recoveries tick, for metrics and logs. Whatever it does, a recovery goes on: it
 * must not wait for anything.
 */
public interface RecoveryObserver {
  /** In the thread that ticks, right before the tick. */
  void ticking(Recovery<? extends RecoverySpec> recovery);

  /**
   * Right after the tick. The status is not committed yet: after a conflict the same change is seen
   * once more.
   *
   * @param recovery as it was read for the tick
   * @param after what the tick made of its status
   */
  void ticked(Recovery<? extends RecoverySpec> recovery, RecoveryStatus after);
}
