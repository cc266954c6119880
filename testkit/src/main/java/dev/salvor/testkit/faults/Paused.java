package dev.salvor.testkit.faults;

import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Seen;
import dev.salvor.kube.Write;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cluster of a process that stands still, as in a long garbage collection, right before one of
 * its calls, while {@code meanwhile} happens. It goes on with what it had read until then.
 */
final class Paused implements ClusterWriter {
  private final ClusterWriter cluster;
  private final int call;
  private final Runnable meanwhile;
  private int calls;
  private boolean over;

  /**
   * @param call from 1; 0 for the write
   */
  Paused(ClusterWriter cluster, int call, Runnable meanwhile) {
    this.cluster = cluster;
    this.call = call;
    this.meanwhile = meanwhile;
  }

  /** True if it came to that call. */
  boolean over() {
    return over;
  }

  private void next(boolean write) {
    calls++;
    if (over || (call == 0 ? !write : calls != call)) return;
    over = true;
    meanwhile.run();
  }

  @Override
  public Seen write(Write write) {
    next(true);
    return cluster.write(write);
  }

  @Override
  public void delete(Victim victim, String resourceVersion) {
    next(true);
    cluster.delete(victim, resourceVersion);
  }

  @Override
  public void expel(Victim pod, String resourceVersion) {
    next(true);
    cluster.expel(pod, resourceVersion);
  }

  @Override
  public Optional<Seen> get(Ref ref) {
    next(false);
    return cluster.get(ref);
  }

  @Override
  public List<Seen> list(Kind kind, String namespace, Map<String, String> labels) {
    next(false);
    return cluster.list(kind, namespace, labels);
  }

  @Override
  public boolean serves(Kind kind) {
    next(false);
    return cluster.serves(kind);
  }

  @Override
  public List<Kind> namespacedKinds() {
    next(false);
    return cluster.namespacedKinds();
  }

  @Override
  public Optional<String> rehearse(Write write) {
    next(false);
    return cluster.rehearse(write);
  }

  @Override
  public boolean allowed(String verb, Kind kind, String namespace) {
    next(false);
    return cluster.allowed(verb, kind, namespace);
  }

  @Override
  public String log(Ref pod, String container, int lines) {
    next(false);
    return cluster.log(pod, container, lines);
  }
}
