package dev.salvor.testkit.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterException;
import dev.salvor.kube.Json;
import dev.salvor.kube.Seen;
import dev.salvor.recovery.Ticker;
import dev.salvor.testkit.FakeCluster;
import dev.salvor.testkit.Killed;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The operator process as JOSDK runs it: reads the recovery, ticks, commits the status with the
 * resourceVersion that was read, takes the finalizer off once nothing stands in the way. It dies
 * with {@link Killed} and is started anew by the next call.
 */
public final class TestOperator {
  private static final int REMEMBERED = 8;

  private final FakeCluster cluster;
  private final Ref recovery;
  private final Supplier<Ticker<NamespaceRestore>> starts;
  private final List<ObjectNode> history = new ArrayList<>();
  private Ticker<NamespaceRestore> process;
  private int deaths;
  private boolean checks;
  private ObjectNode readFrom = JsonNodeFactory.instance.objectNode();
  private NamespaceRestore object = new NamespaceRestore();

  /**
   * @param starts a new process, which knows nothing
   */
  public TestOperator(
      FakeCluster cluster, Ref recovery, Supplier<Ticker<NamespaceRestore>> starts) {
    this.cluster = cluster;
    this.recovery = recovery;
    this.starts = starts;
    this.process = starts.get();
  }

  /** Compares every status that it commits with what a new process would read. */
  TestOperator checking() {
    checks = true;
    return this;
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
      history.add(there.get());
      if (history.size() > REMEMBERED) history.removeFirst();
      return reconcile(there.get());
    } catch (Killed killed) {
      deaths++;
      readFrom = JsonNodeFactory.instance.objectNode();
      process = starts.get();
      return Optional.of(Duration.ofSeconds(5));
    } catch (ClusterException refused) {
      return Optional.of(Duration.ofSeconds(1));
    }
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

  private Optional<Duration> reconcile(ObjectNode json) {
    var current = known(json);
    var deleted = json.at("/metadata").has("deletionTimestamp");
    if (deleted && process.over(current, cluster.now())) {
      release(json);
      return Optional.empty();
    }
    var turn = process.tick(current, cluster.now());
    if (!turn.status().equals(current.getStatus())) {
      var commit = json.objectNode();
      commit.setAll(json);
      commit.set("status", Json.tree(turn.status()));
      var stored = cluster.commitStatus(commit);
      // unless somebody else writes, this is what the client would read next
      if (checks && !turn.status().equals(read(stored).getStatus()))
        throw new AssertionError("what was committed reads otherwise: " + stored.get("status"));
      current.setStatus(turn.status());
      current.getMetadata().setResourceVersion(stored.at("/metadata/resourceVersion").asText());
      readFrom = stored;
    }
    return deleted ? turn.again().or(() -> Optional.of(Duration.ofSeconds(1))) : turn.again();
  }

  /** As the client reads it, which takes as long as a tick: only what somebody else has written. */
  private NamespaceRestore known(ObjectNode json) {
    if (json != readFrom) {
      readFrom = json;
      object = read(json);
    }
    return object;
  }

  private void release(ObjectNode json) {
    var released = json.deepCopy();
    released.withObject("/metadata").remove("finalizers");
    cluster.world().update(released);
  }

  /** The recovery as the operator's client reads it. */
  public static NamespaceRestore read(ObjectNode json) {
    try {
      return Json.MAPPER.treeToValue(json, NamespaceRestore.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
