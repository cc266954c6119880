package dev.salvor.app;

import dev.salvor.gitops.GitOpsJanitor;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.EventSink;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** At the start and every five minutes: gives back what a recovery that is gone had left held. */
final class Janitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);
  private static final int MOST_WRITES = 1_000;

  private final GitOpsJanitor janitor;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("janitor").factory());

  Janitor(ClusterWriter cluster, EventSink events, Clock clock) {
    this.janitor = new GitOpsJanitor(cluster, events, clock);
  }

  void start() {
    timer.scheduleWithFixedDelay(this::sweep, 0, 5, TimeUnit.MINUTES);
  }

  private void sweep() {
    try {
      for (var writes = 0; writes < MOST_WRITES; writes++) {
        var done = janitor.sweep();
        if (done.isEmpty()) return;
        LOG.info("{}", done.get());
      }
    } catch (ClusterException e) {
      LOG.warn(
          "the sweep for left-over holds stopped, it will be tried again in five minutes: {}",
          e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
