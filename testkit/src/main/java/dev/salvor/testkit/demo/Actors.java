package dev.salvor.testkit.demo;

import dev.salvor.kube.ClusterException;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The modelled controllers, one after the other, again and again, on one thread. */
final class Actors implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Actors.class);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final class Part {
    private final Model model;
    private final Duration every;
    private Instant next = Instant.MIN;

    Part(Model model, Duration every) {
      this.model = model;
      this.every = every;
    }
  }

  private final World world;
  private final List<Part> parts = new ArrayList<>();
  private final Object turn = new Object();
  private volatile boolean over;

  Actors(World world) {
    this.world = world;
  }

  /** As often as it goes. */
  Actors with(Model... models) {
    for (var model : models) parts.add(new Part(model, Duration.ZERO));
    return this;
  }

  /** Not more often than this. */
  Actors with(Model model, Duration every) {
    parts.add(new Part(model, every));
    return this;
  }

  void start() {
    Thread.ofVirtual().name("actors").start(this::play);
  }

  /** Something that no model may see half done. */
  <T extends @Nullable Object> T between(Function<World, T> deed) {
    synchronized (turn) {
      return deed.apply(world);
    }
  }

  private void play() {
    while (!over) {
      for (var part : parts) {
        synchronized (turn) {
          if (!over && !part.next.isAfter(Instant.now())) act(part);
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** A real controller takes up its queue again after an error, too. */
  private void act(Part part) {
    part.next = Instant.now().plus(part.every);
    try {
      part.model.act(world);
    } catch (ClusterException.Conflict e) {
      LOG.trace("another one was faster", e);
    } catch (RuntimeException e) {
      // also what a client says that Ctrl-C has closed
      LOG.debug("{}: {}", part.model.getClass().getSimpleName(), e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    synchronized (turn) {
      over = true;
    }
  }
}
