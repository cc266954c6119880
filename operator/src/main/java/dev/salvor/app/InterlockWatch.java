package dev.salvor.app;

import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Interlock;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every minute whether the admission policies are in force, and says so when that changes.
 */
final class InterlockWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InterlockWatch.class);

  private final Interlock interlock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("interlock").factory());
  private List<String> last = List.of();
  private volatile double ok;

  InterlockWatch(Interlock interlock) {
    this.interlock = interlock;
  }

  void start() {
    if (interlock.expected()) timer.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.MINUTES);
  }

  /** 1 if they were in force when last looked at, else 0; empty where there are to be none. */
  OptionalDouble ok() {
    return interlock.expected() ? OptionalDouble.of(ok) : OptionalDouble.empty();
  }

  private void look() {
    try {
      var holes = interlock.holes();
      if (!holes.equals(last))
        LOG.warn(
            "{}",
            holes.isEmpty()
                ? "the admission policies are in force again"
                : "the API server does not hold Salvor to its safety rules: "
                    + String.join("; ", holes)
                    + ". Install the chart again");
      last = holes;
      ok = holes.isEmpty() ? 1 : 0;
    } catch (ClusterException e) {
      LOG.warn("cannot tell whether the admission policies are in force: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
