package dev.salvor.testkit.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Killed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The operator process as JOSDK runs it: reads the recovery, ticks, commits the status with the
 * resourceVersion that was read, takes the finalizer off once nothing stands in the way. It dies
 * with {@link Killed} and is started anew by the next call.
 */
public final class TestOperator {
  private static final int REMEMBERED = 8;

  private final FakeCluster cluster;
  private final Ref recovery;
  private final Function<ClusterWriter, OperatorProcess> starts;
  private final List<ObjectNode> history = new ArrayList<>();
  private OperatorProcess process;
  private int deaths;

  /**
   * @param starts a new process, which knows nothing, on this cluster
   */
  public TestOperator(
      FakeCluster cluster, Ref recovery, Function<ClusterWriter, OperatorProcess> starts) {
    this.cluster = cluster;
    this.recovery = recovery;
    this.starts = starts;
    this.process = starts.apply(cluster);
  }

  /** How often it was killed. */
  public int deaths() {
    return deaths;
  }

  /** One reconcile. When to come back; empty if there is nothing left to do. */
  public Optional<Duration> reconcile() {
    try {
      var there = cluster.world().look(recovery).map(Seen::json);
      if (there.isEmpty()) return Optional.empty();
      remember(there.get());
      return reconcile(there.get());
    } catch (Killed killed) {
      deaths++;
      process = starts.apply(cluster);
      return Optional.of(Duration.ofSeconds(5));
    } catch (ClusterException refused) {
      return Optional.of(Duration.ofSeconds(1));
    }
  }

  /** One reconcile that does not have to be thought out. */
  Optional<Duration> follow(Script script, int tick) {
    cluster.world().look(recovery).map(Seen::json).ifPresent(this::remember);
    return script.play(tick, cluster);
  }

  /**
   * A former leader ticks once with the recovery as it was {@code ago} reconciles before, and tries
   * to commit.
   */
  public void stale(int ago) {
    if (history.size() <= ago) return;
    try {
      reconcile(history.get(history.size() - 1 - ago));
    } catch (ClusterException.Conflict expected) {
      // that is how it learns that it is no leader any more
    } catch (ClusterException refused) {
      // as good
    }
  }

  /**
   * The process is stopped inside of this reconcile, a new one goes on for {@code ticks}, then the
   * old one goes on where it was. When the new one wants to come back.
   *
   * @param call see {@link Disturbance.Overtaken}
   * @param pause lets time pass between two ticks of the new one
   */
  public Optional<Duration> overtaken(int call, int ticks, Consumer<Optional<Duration>> pause) {
    var there = cluster.world().look(recovery).map(Seen::json);
    if (there.isEmpty()) return Optional.empty();
    var again = new AtomicReference<>(Optional.of(Duration.ZERO));
    var paused =
        new Paused(
            cluster,
            call,
            () -> {
              for (var tick = 0; tick < ticks; tick++) {
                again.set(reconcile());
                if (again.get().isEmpty()) return;
                pause.accept(again.get());
              }
            });
    var old = starts.apply(paused);
    try {
      var met = reconcile(old, there.get());
      return paused.over() ? again.get() : met;
    } catch (ClusterException refused) {
      // that is how it learns that it is no leader any more
      return again.get();
    }
  }

  private void remember(ObjectNode json) {
    history.add(json);
    if (history.size() > REMEMBERED) history.removeFirst();
  }

  private Optional<Duration> reconcile(ObjectNode json) {
    return reconcile(process, json);
  }

  private Optional<Duration> reconcile(OperatorProcess by, ObjectNode json) {
    var deleted = json.at("/metadata").has("deletionTimestamp");
    if (deleted && by.over(json, cluster.now())) {
      release(json);
      return Optional.empty();
    }
    var turn = by.tick(json, cluster.now());
    if (turn.status().isPresent()) {
      var commit = json.objectNode();
      commit.setAll(json);
      commit.set("status", turn.status().get());
      cluster.commitStatus(commit);
    }
    return deleted ? turn.again().or(() -> Optional.of(Duration.ofSeconds(1))) : turn.again();
  }

  private void release(ObjectNode json) {
    var released = json.deepCopy();
    released.withObject("/metadata").remove("finalizers");
    cluster.world().update(released);
  }
}
